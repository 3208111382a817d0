"""Keeps what people followed on the old site as wishes, which are asked once when the owner says so; sends nothing."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping

from blog.models import Page, Post
from comments.models import SubscriptionWish
from comments.models.subscription import Kind
from comments.subscriptions.wishes import add_wish, find_wish, why_not_ask
from registan.transfer.content.item_keys import first_key
from registan.transfer.models import Element, Outcome
from registan.transfer.models.import_source import spellings_of
from registan.transfer.models.ledger import Ledger, StoredRow
from registan.transfer.records.export_records import ExportedSubscriber

WISH = "subscriptionwish"
# Codes of models/reasons.py: the post is not here, or nobody has refused.
NO_SUBJECT, NEW = "item-set-aside", "not-yet-asked"


def find_topics(home: str, subscribers: Iterable[ExportedSubscriber]) -> dict[int, str]:
    """By the number of a post there, the topic of its conversation here, as forms name it; 0 is all new posts."""
    keys = {first_key(each.post_id): each.post_id for each in subscribers if each.post_id}
    found = Element.objects.filter(
        source__home__in=spellings_of(home), kind__in=[Element.Kind.POST, Element.Kind.PAGE], key__in=keys
    )
    topics = {0: str(Kind.ALL)}
    for model in (Post, Page):
        rows = {row.object_id or 0: keys[row.key] for row in found if row.object_kind == model._meta.model_name}
        for pk, thread in model._base_manager.filter(pk__in=rows).values_list("pk", "thread"):
            if thread:
                topics[rows[pk]] = f"{Kind.POST}:{thread}"
    return topics


def foresee_subscribers(home: str, subscribers: Mapping[str, ExportedSubscriber]) -> Counter[str]:
    """How many are to be asked, and how many are not and why, as codes of reasons."""
    topics, counts = find_topics(home, subscribers.values()), Counter[str]()
    for subscriber in subscribers.values():
        topic = topics.get(subscriber.post_id)
        counts[str(why_not_ask(subscriber.email, topic) or NEW) if topic else NO_SUBJECT] += 1
    return counts


class SubscriberImport:
    """Stores the wishes of one import."""

    def __init__(self, ledger: Ledger, now: datetime.datetime) -> None:
        self.ledger, self.now = ledger, now

    def store_batch(self, batch: Mapping[str, ExportedSubscriber]) -> None:
        """Store these by their keys; an interrupted run passes over what it has stored."""
        known = self.ledger.known(Element.Kind.SUBSCRIBER, list(batch))
        topics = find_topics(self.ledger.source.home, batch.values())
        for key, subscriber in batch.items():
            if not self.ledger.is_done(known.get(key)):
                self._store(key, subscriber, topics.get(subscriber.post_id), known.get(key))

    def _store(self, key: str, subscriber: ExportedSubscriber, topic: str | None, element: Element | None) -> None:
        if topic is None:
            self.ledger.record(Element.Kind.SUBSCRIBER, key, Outcome.SKIPPED, reason=NO_SUBJECT)
        elif wish := find_wish(subscriber.email, topic):
            self._confirm(key, wish, element)
        elif refusal := why_not_ask(subscriber.email, topic):
            self.ledger.record(Element.Kind.SUBSCRIBER, key, Outcome.SKIPPED, reason=refusal)
        else:
            wish = add_wish(subscriber.email, topic, origin=self.ledger.source.home, now=self.now)
            self.ledger.record(Element.Kind.SUBSCRIBER, key, Outcome.CREATED, stored=StoredRow(WISH, wish.pk))

    def _confirm(self, key: str, wish: SubscriptionWish, element: Element | None) -> None:
        """It was imported before, perhaps with another list."""
        if element and element.object_id == wish.pk:
            self.ledger.confirm(element)
        else:
            self.ledger.record(Element.Kind.SUBSCRIBER, key, Outcome.UNCHANGED, stored=StoredRow(WISH, wish.pk))

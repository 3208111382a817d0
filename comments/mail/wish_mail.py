"""Asks those who followed an old site, an address at a time: one email each, and never another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.addresses import absolute_url
from blog.text.site_values import site
from comments.mail import emails
from comments.mail.emails import MessageColumns
from comments.models import Asking, Message, SubscriptionWish
from comments.models.reader import deliverable_address
from comments.models.subscription_wish import ANSWER_TIME, ASKING_PK, State
from comments.subscriptions.catalogue import Topic, find_topic
from comments.subscriptions.wishes import why_not_ask
from comments.web import tokens

# Topics that an email names; the page that it leads to names all.
MAX_NAMED = 10


def ask_next_subscriber(now: datetime | None = None) -> int:
    """Ask the next address, if the owner said so and the last was asked long enough ago; 1 if one was dealt with."""
    now = now or timezone.now()
    if ended := SubscriptionWish.objects.end_unanswered(now):
        return ended
    asking: Asking | None = Asking.current()
    if not (asking and asking.is_on):
        return SubscriptionWish.objects.delete_unasked(now)
    if not is_due(asking, now):  # before a transaction, in which on SQLite nobody else writes
        return 0
    with transaction.atomic():
        asking = Asking.objects.select_for_update().filter(pk=ASKING_PK).first()
        if asking is None or not asking.is_on or not is_due(asking, now):
            return 0
        waiting = SubscriptionWish.objects.waiting().filter(pk__lte=asking.asks_up_to)
        wish = waiting.order_by("imported_at", "pk").first()
        if wish is None:
            Asking.stop()
            return 0
        ask(wish.email, now)
        return 1


def is_due(asking: Asking, now: datetime) -> bool:
    return not SubscriptionWish.objects.filter(asked_at__gt=now - asking.interval).exists()


def ask(email: str, now: datetime) -> None:
    """Send one email about everything that the address wished, unless it has settled the matter here meanwhile."""
    wishes = list(SubscriptionWish.objects.of_address(email).waiting().order_by("pk"))
    topics = {wish.pk: find_topic(wish.topic) for wish in wishes if not why_not_ask(email, wish.topic)}
    public = [topic for topic in topics.values() if topic]
    asked = SubscriptionWish.objects.filter(pk__in=[pk for pk, topic in topics.items() if topic])
    asked.update(state=State.ASKED, asked_at=now)
    SubscriptionWish.objects.filter(pk__in=[wish.pk for wish in wishes]).waiting().end()
    if public:
        key = f"wish-{wishes[0].address_key}"
        Message.objects.enqueue(key, render_wish_mail(wishes[0], public, message_id=key), keep_for=ANSWER_TIME)


def render_wish_mail(wish: SubscriptionWish, topics: list[Topic], *, message_id: str) -> MessageColumns:
    """Ask whoever followed an old site whether they want email from this one about the same."""
    token = tokens.make_token(tokens.WISH, wish.email)
    columns = emails.render_mail(
        "wish",
        to=deliverable_address(wish.email),
        subject=_("Confirm your subscription to %(site)s") % {"site": site().name},
        message_id=message_id,
        wraps_lines=True,
        origin=wish.origin,
        topics=[topic.words for topic in topics[:MAX_NAMED]],
        further=max(0, len(topics) - MAX_NAMED),
        days=ANSWER_TIME.days,
        confirm_url=absolute_url(reverse("comments:wish-confirm", args=[token])),
    )
    return {**columns, "is_bulk": True}

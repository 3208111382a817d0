"""Whom to ask of those who followed an old site: only who was never asked, and has chosen nothing here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from blog.models import Commentable, Conversation
from blog.text.validators import is_pk
from comments.models import Mailbox, Reader, Subscription, SubscriptionWish
from comments.models.subscription import Kind, describe_subscription
from comments.models.subscription_wish import State, address_keys
from comments.subscriptions.catalogue import Topic, find_topic


class Refusal(StrEnum):
    """Why an address is not asked."""

    SUBSCRIBED = "subscribed-here"
    CHOSEN = "chosen-here"
    ASKED = "asked-before"
    BARRED = "barred-here"


def why_not_ask(email: str, topic: str) -> Refusal | None:
    """None if the address may be asked about this topic.

    Whoever has a mailbox here has chosen what they get: also nothing, if they unsubscribed or their address refuses us.
    """
    if SubscriptionWish.objects.is_settled(email):
        return Refusal.ASKED
    return why_known(email, topic)


def why_known(email: str, topic: str) -> Refusal | None:
    """Likewise, whether they were asked or not."""
    reader = Reader.objects.filter(email=email.casefold()).first()
    if reader is None:
        return None
    if reader.is_barred:
        return Refusal.BARRED
    found = find_topic(topic)
    followed = Subscription.objects.filter(reader=reader)
    if followed.filter(kind=Kind.ALL).exists() or (found and followed.filter(**found.columns).exists()):
        return Refusal.SUBSCRIBED
    return Refusal.CHOSEN if Mailbox.objects.filter(reader=reader).exists() else None


def find_wish(email: str, topic: str) -> SubscriptionWish | None:
    """The wish of this address, if it was ever stored."""
    return SubscriptionWish.objects.of_address(email).filter(topic=topic).first()


def add_wish(email: str, topic: str, *, origin: str, now: datetime) -> SubscriptionWish:
    """Store a wish, which waits until the owner has it asked."""
    return SubscriptionWish.objects.create(
        address_key=address_keys(email)[0], email=email, topic=topic, origin=origin, imported_at=now
    )


def asked_topics(email: str) -> list[Topic]:
    """What the address was asked about, has not answered yet, and is still public."""
    asked = SubscriptionWish.objects.of_address(email).filter(state=State.ASKED)
    found = (find_topic(topic) for topic in asked.order_by("pk").values_list("topic", flat=True))
    return [topic for topic in found if topic]


def describe_topics(topics: Iterable[str]) -> dict[str, str]:
    """The words for these topics: all new posts, or the comments on something; in one query at most."""
    wanted = {topic: int(pk) for topic in topics if is_pk(pk := topic.partition(":")[2])}
    rows = Conversation.objects.filter(pk__in=wanted.values()).select_related("post", "page")
    threads = {thread.pk: thread for thread in rows} if wanted else {}
    words = {topic: describe_subscription(Kind.POST, subject_of(threads.get(pk))) for topic, pk in wanted.items()}
    return {str(Kind.ALL): describe_subscription(Kind.ALL, None), **words}


def subject_of(thread: Conversation | None) -> Commentable | None:
    return thread.subject if thread else None


def mark_confirmed(email: str) -> None:
    """The owner of the address has confirmed them."""
    asked = SubscriptionWish.objects.of_address(email).filter(state=State.ASKED)
    asked.update(state=State.CONFIRMED, email="")

"""Every change of what a reader is subscribed to, and of how mail reaches them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from comments.models import Comment, DigestItem, Mailbox, Message, Reader, Subscription
from comments.models.subscription import Frequency, Kind
from comments.subscriptions.catalogue import Topic

# Subscriptions of one reader: more than anybody wants, and few enough to cost nothing.
MAX_SUBSCRIPTIONS = 200


class SubscriptionLimitReached(Exception):
    """The reader has MAX_SUBSCRIPTIONS already."""


@transaction.atomic
def subscribe(reader: Reader, topic: Topic, *, often: str, hour: int | None = None, typed: str = "") -> Subscription:
    """Subscribe, or change how often; `hour` is that of the daily digest. Raises SubscriptionLimitReached.

    Call it for the owner of the address alone, whose mail is also resumed if it was paused.
    """
    mailbox = Mailbox.of(reader, typed=typed)
    mailbox.paused_at, mailbox.refusals = None, 0
    mailbox.hour = mailbox.hour if hour is None else hour
    mailbox.save()
    own = Subscription.objects.filter(reader=reader)
    if (known := own.filter(**topic.columns).first()) is None:
        if own.count() >= MAX_SUBSCRIPTIONS:
            raise SubscriptionLimitReached
        subscription, _is_new = own.get_or_create(reader=reader, **topic.columns, defaults={"often": often})
        return subscription
    change_frequency(known, often)
    return known


def change_frequency(subscription: Subscription, often: str) -> None:
    """Applies from now on: what was gathered for the next digest is still sent with it."""
    if often != subscription.often:
        subscription.often = often
        subscription.save(update_fields=["often"])


def ensure_reply_subscription(reader: Reader, *, typed: str = "") -> Subscription | None:
    """Subscribe the reader to replies, if they are not; None if they were erased in this moment."""
    try:
        with transaction.atomic():
            Mailbox.of(reader, typed=typed)
            return Subscription.objects.get_or_create(reader=reader, **Topic(Kind.REPLIES).columns)[0]
    except IntegrityError:
        return None


def set_digest_hour(reader: Reader, *, hour: int, zone: str, now: datetime) -> None:
    """Send the daily digest at this hour in this time zone, the one being gathered included."""
    mailbox = Mailbox.of(reader)
    mailbox.hour, mailbox.zone = hour, zone
    mailbox.save(update_fields=["hour", "zone"])
    daily = DigestItem.objects.filter(reader=reader, subscription__often=Frequency.DAILY)
    DigestItem.objects.filter(pk__in=list(daily.values_list("pk", flat=True))).update(due_at=mailbox.next_hour(now))


def resume_mail(reader: Reader) -> None:
    """The reader says that their address accepts mail again."""
    Mailbox.objects.filter(reader=reader).update(paused_at=None, refusals=0)


@transaction.atomic
def unsubscribe(reader: Reader, ids: Iterable[int]) -> None:
    """End these subscriptions; the one to replies takes with it the wish stored with each comment."""
    ended = Subscription.objects.filter(reader=reader, pk__in=list(ids))
    if ended.filter(kind=Kind.REPLIES).exists():
        Comment.objects.filter(reader=reader, wants_reply_emails=True).update(wants_reply_emails=False)
    ended.delete()


@transaction.atomic
def unsubscribe_from_all(reader: Reader) -> None:
    """Send this address nothing that it did not ask for anew, not even what is in the outbox."""
    Subscription.objects.filter(reader=reader).delete()
    Comment.objects.filter(reader=reader, wants_reply_emails=True).update(wants_reply_emails=False)
    Comment.objects.filter(reader=reader, wants_outcome_email=True).update(wants_outcome_email=False)
    Message.objects.filter(reader=reader, sent_at=None, given_up=False, key__startswith="outcome-").delete()

"""What can be subscribed to, and a reader's own list of it: to show, to change, to take away with him."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from blog.models import Author, Post, Tag
from blog.text.validators import is_pk
from comments.models import Comment, DigestItem, Mailbox, Message, Reader, Subscription
from comments.models.subscription import Frequency, Kind, describe_subscription

# Subscriptions of one reader: more than anybody follows, and few enough that each still costs nothing.
MAX_SUBSCRIPTIONS = 200
# Tags and authors that the form offers by name; a page of each leads to its own form as well.
MAX_OFFERED = 200


class SubscriptionLimitReached(Exception):
    """This reader follows as much as anybody may."""


class Topic(NamedTuple):
    """Something to be told of: its kind, and the post, tag or author."""

    kind: str
    target: Post | Tag | Author | None = None

    @property
    def value(self) -> str:
        """As forms and addresses name it; `find` reads it again."""
        return f"{self.kind}:{self.target.pk}" if self.target else str(self.kind)

    @property
    def words(self) -> str:
        return describe_subscription(self.kind, self.target)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a `Subscription` to it."""
        target = {str(self.kind): self.target} if self.target else {}
        return {"kind": self.kind, "post": None, "tag": None, "author": None, **target}


# By kind: where what can be followed is found.
QUERYSET_BY_KIND: dict[str, Callable[[], QuerySet]] = {
    Kind.POST: lambda: Post.objects.published(),
    Kind.TAG: lambda: Tag.objects.all(),
    Kind.AUTHOR: lambda: Author.objects.all(),
}


def find_topic(value: str) -> Topic | None:
    """What a form or an address names; None for what is not there for everybody to see."""
    if value == Kind.ALL:
        return Topic(Kind.ALL)
    kind, _colon, pk = value.partition(":")
    if kind not in QUERYSET_BY_KIND or not is_pk(pk):
        return None
    target = QUERYSET_BY_KIND[kind]().filter(pk=pk).first()
    return Topic(Kind(kind), target) if target else None


def offered_topics() -> dict[str, list[Topic]]:
    """What the form offers: authors and tags with posts, the busiest of them, by name."""
    return {
        kind: [Topic(kind, one) for one in busiest_topics(QUERYSET_BY_KIND[kind]())] for kind in (Kind.AUTHOR, Kind.TAG)
    }


def busiest_topics(ones: QuerySet) -> list[Tag | Author]:
    return sorted(ones.public().only("name").order_by("-post_count", "pk")[:MAX_OFFERED], key=str)


@transaction.atomic
def subscribe(reader: Reader, what: Topic, *, often: str, hour: int | None = None, typed: str = "") -> Subscription:
    """Tell him of it from now on, so often; `hour` is that of his daily mail. Raises Full.

    Call it for nobody but the owner of the address, who then also has his mail back if it was paused.
    """
    mailbox = Mailbox.of(reader, typed=typed)
    mailbox.paused_at, mailbox.refusals = None, 0
    mailbox.hour = mailbox.hour if hour is None else hour
    mailbox.save()
    own = Subscription.objects.filter(reader=reader)
    if (known := own.filter(**what.columns).first()) is None:
        if own.count() >= MAX_SUBSCRIPTIONS:
            raise SubscriptionLimitReached
        return own.get_or_create(reader=reader, **what.columns, defaults={"often": often})[0]
    change_frequency(known, often)
    return known


def change_frequency(subscription: Subscription, often: str) -> None:
    """So often from now on. What was gathered for the next daily mail still comes with it."""
    if often != subscription.often:
        subscription.often = often
        subscription.save(update_fields=["often"])


def ensure_reply_subscription(reader: Reader, *, typed: str = "") -> Subscription | None:
    """His subscription to replies, made when he has none: for whoever asked for them with a comment of his."""
    try:
        with transaction.atomic():
            Mailbox.of(reader, typed=typed)
            return Subscription.objects.get_or_create(reader=reader, **Topic(Kind.REPLIES).columns)[0]
    except IntegrityError:  # he was erased in this moment
        return None


def set_digest_hour(reader: Reader, *, hour: int, zone: str, now) -> None:
    """His daily mail comes at this hour of that zone's clock; what is gathered for it already, too."""
    mailbox = Mailbox.of(reader)
    mailbox.hour, mailbox.zone = hour, zone
    mailbox.save(update_fields=["hour", "zone"])
    daily = DigestItem.objects.filter(reader=reader, subscription__often=Frequency.DAILY)
    DigestItem.objects.filter(pk__in=list(daily.values_list("pk", flat=True))).update(due_at=mailbox.next_hour(now))


def resume_mail(reader: Reader) -> None:
    """His address takes mail again, as he says."""
    Mailbox.objects.filter(reader=reader).update(paused_at=None, refusals=0)


@transaction.atomic
def unsubscribe(reader: Reader, ids: Iterable[int]) -> None:
    """Tell him no more of these. With his replies goes the wish that he left with each comment."""
    ended = Subscription.objects.filter(reader=reader, pk__in=list(ids))
    if ended.filter(kind=Kind.REPLIES).exists():
        Comment.objects.filter(reader=reader, wants_reply_emails=True).update(wants_reply_emails=False)
    ended.delete()


@transaction.atomic
def unsubscribe_from_all(reader: Reader) -> None:
    """Not a line more to this address that it did not ask for anew; what waits in the outbox is not sent either."""
    Subscription.objects.filter(reader=reader).delete()
    Comment.objects.filter(reader=reader, wants_reply_emails=True).update(wants_reply_emails=False)
    Comment.objects.filter(reader=reader, wants_outcome_email=True).update(wants_outcome_email=False)
    Message.objects.filter(reader=reader, sent_at=None, given_up=False, key__startswith="outcome-").delete()


def list_subscriptions(reader: Reader) -> list[Subscription]:
    """His subscriptions, as his own page shows them: one query."""
    return list(Subscription.objects.filter(reader=reader).with_targets())


def export_subscriptions(reader: Reader) -> list[dict[str, Any]]:
    """His subscriptions in plain values, for his download."""
    return [
        {
            "what": one.words,
            "kind": str(one.kind),
            "address": one.url,
            "often": str(one.often),
            "since": one.confirmed_at.isoformat(),
        }
        for one in list_subscriptions(reader)
    ]


def has_followers() -> Exists:
    """For a query of comments: does anybody follow the post of this one?"""
    return Exists(Subscription.objects.filter(post=OuterRef("post")))

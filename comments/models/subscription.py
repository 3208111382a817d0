"""What a reader is told of by mail, and how his address is written to."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Author, Post, Tag
from blog.text.datetimes import next_hour
from comments.models.reader import Reader, deliverable_address

# The hour of a daily mail for whoever never chose: with the morning's tea.
DEFAULT_HOUR = 7
# Mails refused for good, one after the other, after which an address is taken for gone.
MAX_REFUSALS = 3


class Kind(models.TextChoices):
    REPLIES = "replies", gettext_lazy("Replies to your comments")
    POST = "post", gettext_lazy("Comments on one post")
    ALL = "all", gettext_lazy("All new posts")
    TAG = "tag", gettext_lazy("New posts about a subject")
    AUTHOR = "author", gettext_lazy("New posts by an author")


class Frequency(models.TextChoices):
    AT_ONCE = "at once", gettext_lazy("At once")
    DAILY = "daily", gettext_lazy("Once a day, together")


class SubscriptionQuerySet(models.QuerySet):
    def of_post(self, post: Post) -> Self:
        """Those that a new post is news for."""
        tags, authors = post.tags.values("pk"), post.authors.values("pk")
        return self.filter(Q(kind=Kind.ALL) | Q(tag__in=tags) | Q(author__in=authors))

    def with_targets(self) -> Self:
        """With all that their words need, in the order in which a reader asked for them."""
        return self.select_related("post", "tag", "author").order_by("pk")


class Subscription(models.Model):
    """One thing that one reader is told of. Only he makes one: by his pass, or by a link sent to his address."""

    Kind, Frequency = Kind, Frequency

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="subscriptions", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="+", db_index=False)
    author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="+", db_index=False)
    often = models.CharField(max_length=8, choices=Frequency, default=Frequency.AT_ONCE)
    confirmed_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "kind"], condition=Q(post=None, tag=None, author=None), name="subscribed_once"
            ),
            *(
                models.UniqueConstraint(
                    fields=["reader", name], condition=Q(**{f"{name}__isnull": False}), name=f"subscribed_once_{name}"
                )
                for name in ("post", "tag", "author")
            ),
            models.CheckConstraint(
                name="subscription_has_its_target",
                condition=Q(kind__in=["replies", "all"], post=None, tag=None, author=None)
                | Q(kind="post", post__isnull=False, tag=None, author=None)
                | Q(kind="tag", post=None, tag__isnull=False, author=None)
                | Q(kind="author", post=None, tag=None, author__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["reader"], name="subscription_reader"),
            models.Index(fields=["kind", "reader"], condition=Q(kind="all"), name="subscription_all"),
            *(
                models.Index(
                    fields=[name, "reader"], condition=Q(**{f"{name}__isnull": False}), name=f"subscription_{name}"
                )
                for name in ("post", "tag", "author")
            ),
        ]

    def __str__(self):
        return f"{self.reader_id}: {self.words}"

    @property
    def target(self) -> Post | Tag | Author | None:
        return self.post or self.tag or self.author

    @property
    def words(self) -> str:
        return describe_subscription(self.kind, self.target)

    @property
    def url(self) -> str:
        """Where what it tells of stands; "" where there is no such page."""
        target = self.target
        return target.get_absolute_url() if target and target.is_public else ""


def describe_subscription(kind: str, target: Post | Tag | Author | None) -> str:
    """What is told of, as a line of a list."""
    words = {
        Kind.POST: _("New comments on “%(name)s”"),
        Kind.TAG: _("New posts about “%(name)s”"),
        Kind.AUTHOR: _("New posts by %(name)s"),
    }.get(kind)
    if words and not (target and target.is_public):
        return _("Something that is not here any more")
    return words % {"name": str(target)} if words else str(Kind(kind).label)


class Mailbox(models.Model):
    """How one reader's address is written to: at which hour, and whether it still takes our mail."""

    reader = models.OneToOneField(Reader, models.CASCADE, primary_key=True, related_name="mailbox")
    address = models.EmailField(max_length=254, help_text="As he typed it.")
    hour = models.PositiveSmallIntegerField(default=DEFAULT_HOUR, validators=[MaxValueValidator(23)])
    zone = models.CharField(max_length=64, blank=True, help_text="Whose clock shows that hour; empty: the site's.")
    refusals = models.PositiveSmallIntegerField(default=0, help_text="How many mails in a row his server refused.")
    paused_at = models.DateTimeField(null=True, help_text="Since then nothing is sent, as too many were refused.")

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self):
        return self.address

    @classmethod
    def of(cls, reader: Reader, *, typed: str = "") -> Mailbox:
        """The reader's mailbox, created on first use, with the address as the reader `typed` it."""
        address = deliverable_address(typed) if typed.casefold() == reader.email else reader.email
        return cls.objects.get_or_create(reader=reader, defaults={"address": address})[0]

    @classmethod
    def record_refusal(cls, reader_id: int | None) -> None:
        """His server has refused another mail for good: after some in a row we write no more, until he asks anew."""
        own = cls.objects.filter(reader=reader_id)
        own.update(refusals=F("refusals") + 1)
        own.filter(refusals__gte=MAX_REFUSALS, paused_at=None).update(paused_at=timezone.now())

    def next_hour(self, now: datetime) -> datetime:
        """When his hour comes next after `now`, by his clock."""
        try:
            zone = zoneinfo.ZoneInfo(self.zone or settings.TIME_ZONE)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # this machine knows fewer zones than the last one did
            zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
        return next_hour(self.hour, zone, after=now)

    @property
    def clock(self) -> str:
        """The name of the zone whose clock counts."""
        return self.zone or settings.TIME_ZONE

"""What readers get emails about."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import Author, Commentable, Conversation, Post, Tag
from comments.models.comment import Comment
from comments.models.reader import Reader


class Kind(models.TextChoices):
    REPLIES = "replies", gettext_lazy("Replies to your comments")
    POST = "post", gettext_lazy("Comments on one post")
    ALL = "all", gettext_lazy("All new posts")
    TAG = "tag", gettext_lazy("New posts with a tag")
    AUTHOR = "author", gettext_lazy("New posts by an author")


class Frequency(models.TextChoices):
    AT_ONCE = "at once", gettext_lazy("Straight away")
    DAILY = "daily", gettext_lazy("Daily digest")


type Target = Commentable | Tag | Author


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of_post(self, post: Post) -> Self:
        """Those that include this new post."""
        tags, authors = post.tags.values("pk"), post.authors.values("pk")
        return self.filter(Q(kind=Kind.ALL) | Q(tag__in=tags) | Q(author__in=authors))

    def with_targets(self) -> Self:
        """With their posts, tags and authors, the oldest first."""
        return self.select_related("conversation__post", "conversation__page", "tag", "author").order_by("pk")


class Subscription(models.Model):
    """One thing that one reader gets emails about. Created only when signed in, or by a link sent to the address."""

    Kind, Frequency = Kind, Frequency

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="subscriptions", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="+", db_index=False)
    author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="+", db_index=False)
    often = models.CharField(max_length=8, choices=Frequency, default=Frequency.AT_ONCE)
    confirmed_at = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "kind"], condition=Q(conversation=None, tag=None, author=None), name="subscribed_once"
            ),
            *(
                models.UniqueConstraint(
                    fields=["reader", name], condition=Q(**{f"{name}__isnull": False}), name=f"subscribed_once_{name}"
                )
                for name in ("conversation", "tag", "author")
            ),
            models.CheckConstraint(
                name="subscription_has_its_target",
                condition=Q(kind__in=["replies", "all"], conversation=None, tag=None, author=None)
                | Q(kind="post", conversation__isnull=False, tag=None, author=None)
                | Q(kind="tag", conversation=None, tag__isnull=False, author=None)
                | Q(kind="author", conversation=None, tag=None, author__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["reader"], name="subscription_reader"),
            models.Index(fields=["kind", "reader"], condition=Q(kind="all"), name="subscription_all"),
            *(
                models.Index(
                    fields=[name, "reader"], condition=Q(**{f"{name}__isnull": False}), name=f"subscription_{name}"
                )
                for name in ("conversation", "tag", "author")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.words}"

    @property
    def target(self) -> Target | None:
        return self.conversation.subject if self.conversation else self.tag or self.author

    @property
    def words(self) -> str:
        return describe_subscription(self.kind, self.target)

    @property
    def url(self) -> str:
        """The page of what it is about; "" when it is not public."""
        target = self.target
        return target.get_absolute_url() if target and is_there(target) else ""


def is_there(target: Target) -> bool:
    """Is there still something to send?"""
    return bool(target.shows_conversation if isinstance(target, Commentable) else target.is_public)


def describe_subscription(kind: str, target: Target | None) -> str:
    """One line of a list of subscriptions."""
    sentences: dict[str, str] = {
        Kind.POST: _("New comments on “%(name)s”"),
        Kind.TAG: _("New posts tagged “%(name)s”"),
        Kind.AUTHOR: _("New posts by %(name)s"),
    }
    if kind not in sentences:
        return str(Kind(kind).label)
    if not (target and is_there(target)):
        return _("Something that is no longer here")
    return sentences[kind] % {"name": str(target)}


class DigestItemQuerySet(models.QuerySet["DigestItem"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now)


class DigestItem(models.Model):
    """One comment or post in a reader's next daily digest."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="+", db_index=False)
    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField()

    objects = DigestItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", name], condition=Q(**{f"{name}__isnull": False}), name=f"digest_item_is_unique_{name}"
            )
            for name in ("comment", "post")
        ]
        indexes = [
            models.Index(fields=["due_at", "reader"], name="digest_item_due"),
            models.Index(fields=["reader", "due_at"], name="digest_item_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id}: {self.comment_id or self.post_id}"

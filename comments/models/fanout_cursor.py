"""News on its way to many: how far a round has got, and what waits until a reader's next mail."""

from __future__ import annotations

from datetime import datetime
from typing import Self, cast

from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models import Post
from comments.models.comment import Comment
from comments.models.reader import Reader
from comments.models.subscription import Subscription


class FanoutQuerySet(models.QuerySet):
    def due(self) -> Self:
        """Those with somebody left to tell, as far as is known, the oldest first."""
        return self.filter(finished_at=None, next_at__lte=timezone.now()).order_by("next_at", "pk")


class Fanout(models.Model):
    """One approved comment, or one new post, told to all who follow it: reader after reader, in the order of numbers.

    A comment's round is forgotten when it is over: only its first approval begins one. A post's stays, since that
    it was told must be known for ever.
    """

    comment = models.OneToOneField(Comment, models.CASCADE, null=True, related_name="fanout")
    post = models.OneToOneField(Post, models.CASCADE, null=True, related_name="fanout")
    at = models.DateTimeField(help_text="Who subscribed later is not told.")
    after = models.PositiveBigIntegerField(default=0, help_text="The number of the last reader who was told.")
    next_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = FanoutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fanout_has_one_subject",
                condition=Q(comment=None, post__isnull=False) | Q(comment__isnull=False, post=None),
            )
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(finished_at=None), name="fanout_due")]

    def __str__(self):
        return f"comment {self.comment_id}" if self.comment_id else f"post {self.post_id}"

    @property
    def target(self) -> Comment | Post:
        """The comment or post that is sent out."""
        return self.comment or cast("Post", self.post)  # a constraint of the database: exactly one of them is there


class PostScan(models.Model):
    """One row: until when we have looked for posts that appeared, so that a worker that slept misses none."""

    until = models.DateTimeField()

    def __str__(self):
        return f"looked until {self.until}"


class DigestItemQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now)


class DigestItem(models.Model):
    """One comment or post that goes into a reader's next mail of many."""

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

    def __str__(self):
        return f"{self.reader_id}: {self.comment_id or self.post_id}"

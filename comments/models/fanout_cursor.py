"""How far the worker has got with emails about a comment or a post to its followers."""

from __future__ import annotations

from typing import Self, cast

from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models import Post
from comments.models.comment import Comment


class FanoutQuerySet(models.QuerySet["Fanout"]):
    def due(self) -> Self:
        """Those with readers left to write to, as far as we know; the oldest first."""
        return self.filter(finished_at=None, next_at__lte=timezone.now()).order_by("next_at", "pk")


class Fanout(models.Model):
    """The emails about one approved comment or new post: written for one follower after another, by their ids.

    The row of a comment is deleted at the end, since only a first approval creates one. The row of a post stays, so
    that there are never emails about it again.
    """

    comment = models.OneToOneField(Comment, models.CASCADE, null=True, related_name="fanout")
    post = models.OneToOneField(Post, models.CASCADE, null=True, related_name="fanout")
    at = models.DateTimeField(help_text="Readers who subscribed later get no email.")
    after = models.PositiveBigIntegerField(default=0, help_text="The id of the last reader whose email is written.")
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

    def __str__(self) -> str:
        return f"comment {self.comment_id}" if self.comment_id else f"post {self.post_id}"

    @property
    def target(self) -> Comment | Post:
        """The comment or post that is sent out."""
        return self.comment or cast("Post", self.post)  # a constraint of the database: exactly one of them is there


class PostScan(models.Model):
    """One row: until when the worker has looked for published posts, so that a pause makes it miss none."""

    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"posts until {self.until}"

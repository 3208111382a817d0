"""Where a comment stands: under which post and below which comment, and whether it is drawn there."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import pgettext_lazy

from blog.models import Conversation, Post
from comments.status import Status
from comments.threads import layout


class ThreadNode(models.Model):
    """The part of a comment that is its place in the thread. A change of what is drawn happens under `lock_thread`."""

    post = models.ForeignKey(
        Post, models.PROTECT, related_name="comments", verbose_name=pgettext_lazy("column", "post")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=pgettext_lazy("column", "parent"),
    )
    path = models.CharField(max_length=layout.PATH_LENGTH, default="")
    depth = models.PositiveIntegerField(default=0)
    shown = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return f"/comments/{self.pk}/"  # reverse() a hundred times a page costs more than the thread's query

    def get_thread_url(self, query: str = "") -> str:
        """The page of the thread on which it is drawn, with its anchor."""
        page = layout.thread_page_url(self.post.get_absolute_url(), layout.page_at_position(self.position()))
        return f"{page}{query}#comment-{self.pk}"

    def position(self) -> int:
        """Its place (from 0) among what is drawn under its post."""
        return type(self).objects.filter(post_id=self.post_id, shown=True, path__lt=self.path).count()

    @staticmethod
    def lock_thread(post_id: int) -> None:
        """One change of a conversation at a time; taken before any of its comments, so that nobody deadlocks."""
        Conversation.objects.select_for_update().get(post_id=post_id)

    @staticmethod
    def lock_threads(posts: Collection[int] | models.QuerySet) -> None:
        """Several at once and in one order: two of us may wait, but never for each other."""
        list(Conversation.objects.select_for_update().filter(pk__in=posts).order_by("pk"))

    def update_visibility(self) -> int:
        """Set `shown` on this comment and, as far as it changes, on those above it; how many more are drawn now.

        A comment is drawn when it is approved, or when something under it is drawn (as a tombstone).
        """
        difference, comment = 0, self
        while comment is not None:
            shown = comment.status == Status.APPROVED or comment.replies.filter(shown=True).exists()
            if shown == comment.shown:
                break
            type(self).objects.filter(pk=comment.pk).update(shown=shown)
            comment.shown = shown
            difference += 1 if shown else -1
            comment = type(self).objects.filter(pk=comment.parent_id).first()
        return difference

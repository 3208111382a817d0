"""Where a comment stands: under which post and below which comment, and whether it is drawn there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from blog.models import Post
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

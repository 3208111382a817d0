"""What posts belong to: it says how many of them readers can see."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import pgettext_lazy

from blog.models.redirect import Redirectable


class PostCountedQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Those with a published post: what lists name; what only drafts belong to is nobody's business."""
        return self.filter(post_count__gt=0)


class PostCounted(Redirectable):
    """A model with `posts`. Their number is kept by blog/models/counts.py, whatever changes it."""

    post_count = models.PositiveIntegerField(pgettext_lazy("column", "post count"), default=0, editable=False)

    objects = PostCountedQuerySet.as_manager()

    class Meta:
        abstract = True

    def after_save(self, before: Self | None) -> None:
        """The number of posts stays right, however long ago this row was read."""
        from blog.models import counts

        counts.recount_posts([self])
        super().after_save(before)

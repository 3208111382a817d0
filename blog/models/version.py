"""Every state in which a post was saved: who, when, and all that a reader would read. Nothing here is ever changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.models.fields import derived_fields
from blog.models.publishable import PublishableQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from blog.models.post import Post

# What a version holds of a post: its words, its address and whether it is out.
TEXT_FIELDS = ("title", "epigraph", "epigraph_source", "summary", "body")
VERSIONED_FIELDS = (*TEXT_FIELDS, "slug", "status", "published_at")


class StaleEdition(Exception):
    """The post has changed since it was looked at."""


class VersionQuerySet(PublishableQuerySet):
    def latest_first(self) -> VersionQuerySet:
        return self.order_by("-number")

    def keep(
        self,
        post: Post,
        before: Post | None,
        *,
        by: AbstractBaseUser | None,
        restored_from: int | None,
    ) -> None:
        """Keep `post` as it was just saved, under its new edition; nothing when it is still at that of `before`.

        A post without versions (an import, the sample) is first kept as it was, as edition 0.
        """
        if before is not None and before.edition == post.edition:
            return
        if before is not None and before.edition == 0:
            self.get_or_create(post=post, number=0, defaults={**snapshot_fields(before), "saved_at": before.updated_at})
        self.create(
            post=post,
            number=post.edition,
            saved_at=timezone.now(),
            saved_by=by,
            restored_from=restored_from,
            **snapshot_fields(post),
        )


def snapshot_fields(post: Post) -> dict[str, object]:
    """What a version holds of `post`, by the names of its fields."""
    return {name: getattr(post, name) for name in VERSIONED_FIELDS}


class Version(models.Model):
    """One saved state of a post. `number` is the post's edition: 1 for the first save, one more for each change."""

    post = models.ForeignKey("Post", models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    restored_from = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=250)
    slug = models.CharField(max_length=200)
    epigraph = models.TextField(blank=True)
    epigraph_source = models.CharField(max_length=250, blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField()
    status = models.CharField(max_length=10)
    published_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="version_number_is_unique_in_its_post")]

    def __str__(self):
        return f"{self.title} ({self.number})"

    def apply_to(self, post: Post) -> None:
        """Let `post`, which is not to be saved, say what this version said, and what readers had been told by then.

        Raises markup.TooCostly for a text of before our limits.
        """
        for name in TEXT_FIELDS:
            setattr(post, name, getattr(self, name))
        for column in derived_fields(post):
            column.pre_save(post, add=False)
        post.updated_at = self.saved_at.replace(microsecond=0)
        post.correction_notes = [note for note in post.correction_notes if note.edition <= self.number]

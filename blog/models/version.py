"""Every state in which a post was saved: by whom, when, and all that readers would read. Never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.models.fields import derived_fields
from blog.models.publishable import PublishableQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from blog.models.post import Post

# What a version holds of a post: its text, its address and whether it is published.
TEXT_FIELDS = ("title", "epigraph", "epigraph_source", "summary", "body")
VERSIONED_FIELDS = (*TEXT_FIELDS, "slug", "status", "published_at")


class StaleEdition(Exception):
    """The post was changed after the edition that was shown."""


class VersionQuerySet(PublishableQuerySet["Version"]):
    def latest_first(self) -> Self:
        return self.order_by("-number")

    def keep(self, post: Post, before: Post | None, *, by: User | None, restored_from: int | None) -> None:
        """Keep `post` as it was just saved, under its new edition, unless it has the same as `before`.

        A post without versions (an import, the sample) is first kept as it was before, as edition 0.
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


def snapshot_fields(post: Post) -> dict[str, Any]:
    """What a version holds of `post`, by field name."""
    return {name: getattr(post, name) for name in VERSIONED_FIELDS}


class Version(models.Model):
    """One saved state of a post. `number` is the post's edition: 1 for the first save, one more at each change."""

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

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def apply_to(self, post: Post) -> None:
        """Give `post`, which must not be saved, this text and the correction notes of its time.

        Raises TooCostly if the text is older than our limits.
        """
        for name in TEXT_FIELDS:
            setattr(post, name, getattr(self, name))
        for column in derived_fields(post):
            column.pre_save(post, add=False)
        post.updated_at = self.saved_at.replace(microsecond=0)
        post.correction_notes = [note for note in post.correction_notes if note.edition <= self.number]

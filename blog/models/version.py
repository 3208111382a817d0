"""Every state in which a post was saved: who, when, and all that a reader would read. Nothing here is ever changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from blog.images import embeds
from blog.models.fields import derived_fields

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from blog.models.post import Post

# What a version holds of a post: its words, its address and whether it is out.
TEXT_FIELDS = ("title", "epigraph", "epigraph_source", "summary", "body")
VERSIONED_FIELDS = (*TEXT_FIELDS, "slug", "status", "published_at")


class StaleEdition(Exception):
    """The post has changed since it was looked at."""


class VersionQuerySet(models.QuerySet):
    def latest_first(self) -> VersionQuerySet:
        return self.order_by("-number")

    def keep(self, post: Post, before: Post | None) -> None:
        """Keep `post` as it was just saved, under the edition it now has, when anything of it differs from `before`.

        A post that was there before versions were (an import, an older site) is kept as it was first, as edition 0.
        """
        if before is not None and before.edition == post.edition:
            return
        if before is not None and before.edition == 0:
            self.get_or_create(post=post, number=0, defaults={**snapshot_fields(before), "saved_at": before.updated_at})
        self.create(
            post=post,
            number=post.edition,
            saved_at=timezone.now(),
            saved_by=post.saved_by,
            restored_from=post.restored_from,
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

    @transaction.atomic
    def restore(self, *, by: AbstractBaseUser, edition: int, correction: str = "") -> Post:
        """Give the post these words again, as a new version unless it has them; `correction` tells readers of it.

        Its address, its time and whether it is out stay as they are: they are where the post stands, not what it says.
        Raises StaleEdition when the post is no longer at `edition`, markup.TooCostly for a text of before our limits.
        """
        from blog.models.image import Image
        from blog.models.post import Post

        # Pictures before the post, as whoever draws them and whoever saves a form takes them.
        list(Image.objects.named(embeds.image_names(self.body)).values_list("pk"))
        post = Post.objects.select_for_update(no_key=True).get(pk=self.post_id)
        if post.edition != edition:
            raise StaleEdition
        if not post.differs(self, TEXT_FIELDS):
            return post
        for name in TEXT_FIELDS:
            setattr(post, name, getattr(self, name))
        post.saved_by, post.restored_from, post.correction = by, self.number, correction
        post.save()
        return post

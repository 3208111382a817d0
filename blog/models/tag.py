"""Tags: what posts are about, and which tags go together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.post_counted import PostCounted, PostCountedQuerySet
from blog.models.trash import OutsideTrash, Trashable
from blog.text.validators import validate_single_line, validate_storable

# Posts of a tag, the latest, that decide which tags are related to it.
RECENT_POSTS = 500
MAX_RELATED_TAGS = 8


class TagQuerySet(PostCountedQuerySet["Tag"]):
    def related_to(self, tag: Tag) -> Self:
        """Those that published posts have most often besides `tag`, the most frequent first."""
        recent = tag.posts.through.objects.filter(tag=tag).order_by("-pk").values("post")[:RECENT_POSTS]
        posts = tag.posts.model.objects.published().filter(pk__in=recent)
        together = self.filter(posts__in=posts).exclude(pk=tag.pk).annotate(together=Count("posts"))
        return together.order_by("-together", "name")[:MAX_RELATED_TAGS]


class Tag(PostCounted, Trashable):
    """A subject. Its aliases are the old addresses that lead to it (`Redirect`)."""

    name = models.CharField(
        pgettext_lazy("column", "name"), max_length=80, unique=True, validators=[validate_single_line]
    )
    slug = models.SlugField(pgettext_lazy("column", "slug"), max_length=80, unique=True)
    description = models.TextField(
        pgettext_lazy("column", "description"),
        blank=True,
        validators=[validate_storable],
        help_text=gettext_lazy("A sentence or two, shown on its page."),
    )

    objects = OutsideTrash.from_queryset(TagQuerySet)()
    everything = TagQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "tag")
        verbose_name_plural = pgettext_lazy("noun", "tags")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/tag/{self.slug}/"  # as `Post.get_absolute_url`: a list names fifty of them

    @classmethod
    def refuse_trashed(cls, tags: Collection[models.Model]) -> None:
        """Raise IntegrityError if one of these, just given to a post, went to the trash in that moment.

        The row is still there, so that no key is violated; on SQLite nobody else writes in that moment.
        """
        if not tags or not connection.features.has_select_for_update:
            return
        if cls.everything.filter(pk__in=[tag.pk for tag in tags], is_trashed=True).exists():
            raise IntegrityError("One of these tags is in the trash.")

    def clean(self) -> None:
        """Tags that differ by letter case alone are one tag; ValidationError names the field."""
        if Tag.objects.filter(name__iexact=self.name).exclude(pk=self.pk).exists():
            raise ValidationError({"name": _("A tag with this name already exists. Choose another name.")})

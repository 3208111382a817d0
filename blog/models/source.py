"""Whom and what posts quote: read from the lines under quotations when a post is saved (markup/attributions.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from blog.markup.attributions import MAX_LENGTHS, MAX_SOURCE_KEY_LENGTH, source_key
from blog.models.post_counted import PostCounted, PostCountedQuerySet, post_model
from blog.models.trash import OutsideTrash, Trashable
from blog.text.tokens import token_keys
from blog.text.validators import validate_single_line

if TYPE_CHECKING:
    from blog.models.post_queryset import PostQuerySet


class SourceQuerySet(PostCountedQuerySet["Source"]):
    """Sources, as lists and merges read them."""


class Source(PostCounted, Trashable):
    """A work, or an author where the line names no work. Every spelling of it that was met is a `SourceKey`."""

    author = models.CharField(
        pgettext_lazy("column", "author"),
        max_length=MAX_LENGTHS["author"],
        blank=True,
        validators=[validate_single_line],
    )
    work = models.CharField(
        pgettext_lazy("column", "work"), max_length=MAX_LENGTHS["work"], blank=True, validators=[validate_single_line]
    )
    year = models.CharField(
        pgettext_lazy("column", "year"), max_length=MAX_LENGTHS["year"], blank=True, validators=[validate_single_line]
    )
    slug = models.SlugField(pgettext_lazy("column", "slug"), max_length=100, unique=True)
    sort_key = models.CharField(
        max_length=MAX_SOURCE_KEY_LENGTH, editable=False, help_text="Folded: the order of lists."
    )

    objects = OutsideTrash.from_queryset(SourceQuerySet)()
    everything = SourceQuerySet.as_manager()
    posts_in_links = Count("post", distinct=True)  # a post may quote it several times

    class Meta:
        verbose_name = pgettext_lazy("noun", "source")
        verbose_name_plural = pgettext_lazy("noun", "sources")
        ordering = ["sort_key", "id"]
        indexes = [models.Index(fields=["sort_key", "id"], name="source_order")]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.author, self.work) if part)

    def clean(self) -> None:
        """Somebody or something must be named, and nothing twice (ValidationError)."""
        if not self.key:
            raise ValidationError(_("Enter an author or a work."))
        if SourceKey.objects.filter(key=self.key).exclude(source=self.pk).exists():
            raise ValidationError(_("This source already exists. Select both in the list and merge them."))

    def before_save(self, before: Source | None) -> None:
        self.sort_key = " ".join([*token_keys(self.author), *token_keys(self.work)])[:MAX_SOURCE_KEY_LENGTH]
        if not self.slug:
            self.slug = self.make_unique_slug(f"{self.author} {self.work}")

    def after_save(self, before: Source | None) -> None:
        """Known under its new name from now on, and under every one that it had."""
        SourceKey.objects.get_or_create(key=self.key, defaults={"source": self})
        super().after_save(before)

    def get_absolute_url(self) -> str:
        return f"/sources/{self.slug}/"

    @property
    def key(self) -> str:
        return source_key(self.author, self.work)

    @property
    def is_public(self) -> bool:
        """Does any published post quote it?"""
        return self.post_count > 0 and not self.is_trashed

    @property
    def posts(self) -> PostQuerySet:
        """Those that quote it, each once."""
        return post_model().objects.filter(pk__in=self.quotations.values("post"))

    @classmethod
    def post_links(cls) -> type[models.Model]:
        return apps.get_model("blog", "Quotation")


class SourceKey(models.Model):
    """A spelling under which a source was met or mended: who types it again means that source."""

    key = models.CharField(max_length=MAX_SOURCE_KEY_LENGTH, unique=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="spellings")

    def __str__(self) -> str:
        return self.key

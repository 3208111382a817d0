"""The cover picture of a post: chosen from the library, rendered when the post is saved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from blog.models.fields import RenderedField
from blog.models.illustrated import render_stored_cover
from blog.models.image import Image


class Covered(models.Model):
    """A model with a cover. Its figure is stored, so that no page needs another query for it."""

    cover = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="covered_posts",
        verbose_name=gettext_lazy("cover image"),
        help_text=gettext_lazy(
            "Shown under the title, and wherever the post is shared. Search by description, or add an image."
        ),
    )
    cover_html = RenderedField(source="cover_id", by=render_stored_cover, db_default="")

    class Meta:
        abstract = True

"""Who finds a published post: every reader, or whoever has the link."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

VISIBILITY_FIELDS = ("visibility",)


class Visible(models.Model):
    """A model whose page, once published, answers whoever has its address, and which lists may still leave out.

    `is_public` (models/publishable.py) says that the page answers, `is_listed` that readers find it. Of many,
    `PostQuerySet.with_page` and `PostQuerySet.published` say the same.
    """

    class Visibility(models.TextChoices):
        LISTED = "listed", gettext_lazy("everybody")
        UNLISTED = "unlisted", gettext_lazy("whoever has the link")

    visibility = models.CharField(
        pgettext_lazy("column", "visible to"),
        max_length=10,
        choices=Visibility,
        default=Visibility.LISTED,
        db_default=Visibility.LISTED,
        db_index=True,
        help_text=gettext_lazy(
            "Whoever has the link: once published, the post is in no list, feed, search or sitemap of this site."
        ),
    )

    class Meta:
        abstract = True

    @property
    def is_listed(self) -> bool:
        """Once it is public, do readers find it on this site?"""
        return self.visibility == self.Visibility.LISTED

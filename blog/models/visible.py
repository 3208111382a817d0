"""Who finds a published post: every reader, those with the link, or those with its password."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
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
        PASSWORD = "password", gettext_lazy("whoever has the link and the password")

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
    password_hash = models.CharField(max_length=128, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    @property
    def is_protected(self) -> bool:
        """Is it shown to those alone who have entered its password (views/post_access.py)?"""
        return self.visibility == self.Visibility.PASSWORD

    def set_password(self, text: str) -> None:
        """Take another password, if one is given; forget it where none is asked for."""
        if not self.is_protected:
            self.password_hash = ""
        elif text:
            self.password_hash = make_password(text)

    @property
    def is_listed(self) -> bool:
        """Once it is public, do readers find it on this site?"""
        return self.visibility == self.Visibility.LISTED

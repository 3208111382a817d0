"""What search engines and other sites learn about a post: its title there, its origin, whether to list it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy

from blog.models.translatable import Translatable
from blog.models.visible import Visible
from blog.text.validators import validate_single_line, validate_web_address

# Beside the text: two people who have a post open may each choose some of these.
DISCOVERY_FIELDS = ("seo_title", "canonical_url", "is_noindex")


class Discoverable(Translatable, Visible):
    """A model with a page that readers, search engines and other sites may find."""

    seo_title = models.CharField(
        gettext_lazy("title for search engines"),
        max_length=250,
        blank=True,
        default="",
        db_default="",
        validators=[validate_single_line],
        help_text=gettext_lazy("Shown in search results and where the post is shared. Leave empty to use the title."),
    )
    canonical_url = models.URLField(
        gettext_lazy("first published at"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        db_index=True,
        validators=[validate_web_address],
        help_text=gettext_lazy(
            "For a post that appeared on another site first: its address there. Search engines list that one instead."
        ),
    )
    is_noindex = models.BooleanField(
        gettext_lazy("hide from search engines"),
        default=False,
        db_default=False,
        db_index=True,
        help_text=gettext_lazy("Readers still find the post in this site’s lists and search."),
    )

    class Meta:
        abstract = True

    @property
    def is_indexed(self) -> bool:
        """May search engines list its page?"""
        return self.is_listed and not self.is_noindex

    @property
    def is_in_sitemap(self) -> bool:
        """Is it its own page that search engines are to list?"""
        return self.is_indexed and not self.canonical_url

    @property
    def canonical_host(self) -> str:
        """The site on which it appeared first; "" for this one."""
        return urlsplit(self.canonical_url).hostname or ""

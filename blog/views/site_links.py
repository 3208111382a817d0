"""The links of the menu and the footer for a request."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from blog.models.menu import SiteLinks, read_links
from blog.page_cache import cached_value


def site_links(request: HttpRequest) -> SiteLinks:
    """As `read_links`, read once for each state of the site's content."""
    return cached_value(request, f"links-{get_language()}", read_links)

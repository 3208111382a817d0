"""Lets what is exported speak as the site does: its language, its time zone, what its owner says of it today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from blog.models import Clock
from blog.models.site import follow_site
from blog.text.site_values import site, site_language


@contextmanager
def as_the_site() -> Iterator[None]:
    """Read the clock, which brings what has changed on the Site page, and speak so within; a decorator, too.

    It only reads: what has come due meanwhile is counted by others, and is public by its own time anyway.
    """
    follow_site(Clock.read().site_version)
    with site_language(), timezone.override(site().zone):
        yield

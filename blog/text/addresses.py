"""Addresses as other sites, emails and feeds need them: with scheme and host."""

from __future__ import annotations

from django.conf import settings


def absolute_url(path: str) -> str:
    """The whole address of `path`, which begins with a slash: SITE_URL has none at its end."""
    return f"{settings.SITE_URL}{path}"

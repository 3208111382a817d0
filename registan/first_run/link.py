"""The link with which the owner of a new site begins: signed, valid for a day, dead as soon as there is an account."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from blog.models import Site
from blog.text.addresses import absolute_url
from blog.views.not_set_up import is_set_up
from comments.web import tokens

# The salt of these links, which open nothing else.
PURPOSE = "registan.first_run"
# Whoever starts a site is there: a link in a forgotten terminal or an old log should open nothing.
LINK_AGE = timedelta(days=1)


class AlreadySetUp(Exception):
    """There is an account."""


def first_run_url() -> str:
    """A new link. The earlier ones work as well until they expire."""
    return absolute_url(reverse("first-run", args=[tokens.make_token(PURPOSE, site_version())]))


def site_version() -> int:
    """What a link is bound to. Setting up changes it, so a used link stays dead even if all accounts are deleted."""
    return Site.objects.values_list("version", flat=True).first() or 0


def check_link(token: str) -> None:
    """Raise BadToken for a link that is not ours, expired or used, and AlreadySetUp for one that comes too late."""
    bound = tokens.read_token(PURPOSE, token, max_age=LINK_AGE)
    if is_set_up():
        raise AlreadySetUp
    if bound != [site_version()]:
        raise tokens.BadToken(expired=False)

"""The owner's next steps on the dashboard: each ticks itself off, and the list can be hidden for good."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from blog.models import Clock, Page, Post, Site
from comments.views.decorators import see_other
from registan.site_health.release import last_backup

ABOUT = "about"


class Step(NamedTuple):
    """One thing to do: what, why, where, and whether it is done."""

    title: str
    reason: str
    url: str
    is_done: bool


def next_steps(user: User) -> list[Step]:
    """The steps while one is left to do: for superusers, on a site that was set up in the browser, until hidden."""
    if not user.is_superuser:
        return []
    has_post, has_about, has_others, is_shown = facts(user)
    steps = [
        Step(
            _("Write your first post"),
            _("A title and some text are enough."),
            reverse("admin:blog_post_add"),
            has_post,
        ),
        Step(
            _("Invite somebody"),
            _("Authors, editors and moderators each have an account of their own."),
            reverse("admin:auth_user_add"),
            has_others,
        ),
        Step(
            _("Say who writes here"),
            _("Write a page about yourselves. With the slug “about” it is linked in the menu."),
            reverse("admin:blog_page_add"),
            has_about,
        ),
        Step(
            _("Make email work"),
            _("Until EMAIL_URL is set, emails are written to files and reach nobody."),
            reverse("admin:comments_message_test"),
            bool(settings.MAIL),
        ),
        Step(
            _("Make backups"),
            _("Site health says what to copy. The first backup that reports to it ticks this off."),
            reverse("admin:site_health"),
            last_backup() is not None,
        ),
    ]
    return [] if not is_shown or all(step.is_done for step in steps) else steps


def facts(user: User) -> tuple[bool, ...]:
    """What the database says of the steps, in one query: the clock's row is there on every site."""
    about = Page.objects.filter(Q(slug=ABOUT) | Q(redirects__path=f"/{ABOUT}/"))
    others = User.objects.exclude(pk=user.pk)
    rows = (Post.objects.all(), about, others, Site.objects.filter(shows_next_steps=True))
    found: tuple[bool, ...] = Clock.objects.filter(name=Clock.SITE).values_list(*map(Exists, rows)).get()
    return found


@require_POST
def hide_next_steps(request: HttpRequest) -> HttpResponse:
    """Hide the list from every superuser, for good."""
    if not request.user.is_superuser:
        raise PermissionDenied
    Site.objects.update(shows_next_steps=False)
    messages.success(request, _("The list of next steps is hidden."))
    return see_other(reverse("admin:index"))

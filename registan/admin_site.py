"""The staff's side as one admin site: our name, the queue within reach, and no detours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy

from blog.editing import dashboard
from comments.statistics.team import team_statistics
from comments.views import author_inbox
from comments.views.moderation_queue import count_quoting_hidden, count_reported, count_waiting
from comments.views.my_notifications import my_notifications
from registan.errors import is_staff_form, offer_resubmit

# Django's /admin/r/TYPE/ID/ redirects anybody of the staff to the address of any row, another's draft included.
VIEW_ON_SITE_URL = "view_on_site"


class RegistanAdminSite(AdminSite):
    site_title = site_header = settings.SITE_NAME
    index_title = gettext_lazy("The desk")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        kept = [one for one in super().get_urls() if getattr(one, "name", None) != VIEW_ON_SITE_URL]
        mine = path("comments/notice/mine/", self.admin_view(my_notifications), name="comments_notice_mine")
        return [mine, *kept]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """As Django's, but what somebody wrote while his session ended is not lost on the way to the sign-in."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_anonymous and request.method == "POST" and is_staff_form(request):
                return offer_resubmit(request)
            return inner(request, *args, **kwargs)

        return kept

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """`waiting`: how many comments wait, asked only where a template shows it; None for who does not moderate."""
        return {**super().each_context(request), "waiting": partial(count_waiting, request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The front page: who writes sees what is his to do, and who moderates how the work goes."""
        context: dict[str, Any] = {}
        if request.user.has_perm("blog.add_post"):
            context |= {
                "dashboard": dashboard.author_dashboard(request.user),
                "inbox": author_inbox.inbox_for(request.user),
            }
        if request.user.has_perm("comments.moderate_comment"):
            context |= {"figures": team_statistics(), "reported": count_reported(), "quoting": count_quoting_hidden()}
        return super().index(request, {**context, **(extra_context or {})})

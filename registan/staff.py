"""The staff's side as one admin site: our name, the queue within reach, and no detours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy

# Django's /admin/r/TYPE/ID/ redirects anybody of the staff to the address of any row, another's draft included.
DETOUR = "view_on_site"


class StaffConfig(AdminConfig):
    """django.contrib.admin with our site as the default."""

    default_site = "registan.staff.StaffSite"


class StaffSite(AdminSite):
    site_title = site_header = settings.SITE_NAME
    index_title = gettext_lazy("The desk")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [one for one in super().get_urls() if getattr(one, "name", None) != DETOUR]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """As Django's, but what somebody wrote while his session ended is not lost on the way to the sign-in."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            from registan.views import is_of_the_desk, send_again

            if request.user.is_anonymous and request.method == "POST" and is_of_the_desk(request):
                return send_again(request)
            return inner(request, *args, **kwargs)

        return kept

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """`waiting`: how many comments wait, asked only where a template shows it; None for who does not moderate."""
        from comments.desk.queue import waiting_for

        return {**super().each_context(request), "waiting": partial(waiting_for, request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The front page: who writes sees what is his to do, and who moderates how the work goes."""
        from blog.desk import front
        from comments.desk import talk
        from comments.desk.figures import figures
        from comments.desk.queue import quoting, reported

        context: dict[str, Any] = {}
        if request.user.has_perm("blog.add_post"):
            context |= {"front": front.for_writer(request.user), "talk": talk.new_for(request.user)}
        if request.user.has_perm("comments.moderate_comment"):
            context |= {"figures": figures(), "reported": reported(), "quoting": quoting()}
        return super().index(request, {**context, **(extra_context or {})})

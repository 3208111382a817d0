"""The admin site of the staff, with the moderation queue and a dashboard for authors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy

from blog.editing import dashboard
from blog.editing.staff_request import as_staff
from blog.text.site_values import site
from comments.models import Comment
from comments.queue import author_inbox
from comments.statistics.team import team_statistics
from comments.views.my_notifications import my_notifications
from registan.admin_sections import arrange_in_sections
from registan.errors import is_staff_form, offer_resubmit
from registan.site_health import report

# Django's /admin/r/TYPE/ID/ tells any member of staff the URL of any row, even of another's draft.
VIEW_ON_SITE_URL = "view_on_site"


class RegistanAdminSite(AdminSite):
    site_title = site_header = property(lambda self: site().name)
    index_title = gettext_lazy("Dashboard")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        urls = [url for url in super().get_urls() if getattr(url, "name", None) != VIEW_ON_SITE_URL]
        view = self.admin_view
        return [
            path("comments/notice/mine/", view(my_notifications), name="comments_notice_mine"),
            path("health/", view(report.site_health), name="site_health"),
            *urls,
        ]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wrap as Django does, but keep a form whose author's session has ended until they have signed in again."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def view_or_resubmit(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_anonymous and request.method == "POST" and is_staff_form(request):
                return offer_resubmit(request)
            return inner(request, *args, **kwargs)

        return view_or_resubmit

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in by allauth, with its second factor and its rate limits."""
        return super().login(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add `waiting`, how many comments wait (None for non-moderators), counted only where a template uses it."""
        return {**super().each_context(request), "waiting": partial(count_waiting, request)}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The sections of our table in place of the apps; with `app_label`, the one of that app."""
        models = [model for app in self._build_app_dict(request).values() for model in app["models"]]
        sections = arrange_in_sections(request, models)
        return [section for section in sections if app_label in {None, section["app"]}]

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        title = {"title": apps.get_app_config(app_label).verbose_name}
        return super().app_index(request, app_label, {**title, **(extra_context or {})})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show authors their posts and comments, and moderators the team's statistics."""
        user = as_staff(request).user
        context: dict[str, Any] = {}
        if user.has_perm("blog.add_post"):
            context |= {"dashboard": dashboard.author_dashboard(user), "inbox": author_inbox.inbox_for(user)}
        if user.has_perm("comments.moderate_comment"):
            context |= {
                "figures": team_statistics(),
                "reported": Comment.objects.reported().count(),
                "quoting": Comment.objects.quoting_hidden().order_by().count(),
            }
        if user.has_perm("blog.view_site_health"):
            context["trouble_count"] = report.count_troubles()
        return super().index(request, {**context, **(extra_context or {})})


def count_waiting(request: HttpRequest) -> int | None:
    """How many comments wait for a moderator; None for users who do not moderate."""
    return Comment.objects.waiting().count() if request.user.has_perm("comments.moderate_comment") else None

"""The admin site of the staff, with the moderation queue and a dashboard for authors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import ForeignKey, ManyToManyField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy

from blog.editing import dashboard
from blog.editing.staff_request import as_staff
from blog.text.site_values import site
from comments.models import Comment
from comments.queue import author_inbox
from comments.statistics.team import team_statistics
from comments.views.ask_subscribers import ask_subscribers
from comments.views.my_notifications import my_notifications
from comments.views.personal_data import personal_data
from registan.accounts.access import has_access
from registan.accounts.second_factor import lacks_second_factor
from registan.admin_sections import arrange_in_sections
from registan.errors import is_staff_form, offer_resubmit
from registan.first_run.next_steps import hide_next_steps, next_steps
from registan.privacy_page_view import privacy_page
from registan.read_only_switch import read_only
from registan.site_health import report

# Django's /admin/r/TYPE/ID/ tells any member of staff the URL of any row, even of another's draft.
VIEW_ON_SITE_URL = "view_on_site"


class FieldAutocomplete(AutocompleteJsonView):
    """What a field of a form may be set to. Django fails on relations that no form has, and anybody may ask for one."""

    def process_request(self, request: HttpRequest) -> Any:
        app, model, name = (request.GET.get(part, "") for part in ("app_label", "model_name", "field_name"))
        try:
            field = apps.get_model(app, model)._meta.get_field(name)
        except (LookupError, FieldDoesNotExist):
            raise PermissionDenied from None
        if not isinstance(field, ForeignKey | ManyToManyField):
            raise PermissionDenied
        return super().process_request(request)


class RegistanAdminSite(AdminSite):
    site_title = site_header = property(lambda self: site().name)
    index_title = gettext_lazy("Dashboard")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        urls = [url for url in super().get_urls() if getattr(url, "name", None) != VIEW_ON_SITE_URL]
        view = self.admin_view
        return [
            path("comments/notice/mine/", view(my_notifications), name="comments_notice_mine"),
            path("subscribers/", view(ask_subscribers), name="ask_subscribers"),
            path("health/", view(report.site_health), name="site_health"),
            path("personal-data/", view(personal_data), name="personal_data"),
            path("privacy-page/", view(privacy_page), name="privacy_page"),
            path("read-only/", view(read_only), name="read_only"),
            path("next-steps/hide/", view(hide_next_steps), name="hide-next-steps"),
            *urls,
        ]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Wrap as Django does, but keep a form whose author's session has ended until they have signed in again.

        The same holds for whoever must set up two-factor authentication before anything else.
        """
        inner = super().admin_view(view, cacheable)
        is_open = view == self.logout

        @wraps(inner)
        def view_or_resubmit(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            needs_second_factor = (
                not is_open and self.has_permission(request) and lacks_second_factor(as_staff(request).user)
            )
            is_refused = request.user.is_anonymous or needs_second_factor
            if is_refused and request.method == "POST" and is_staff_form(request):
                return offer_resubmit(request)
            return redirect("account") if needs_second_factor else inner(request, *args, **kwargs)

        return view_or_resubmit

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return FieldAutocomplete.as_view(admin_site=self)(request)

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in every account with a role; Django's "staff status" decides nothing."""
        return has_access(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in by allauth, with its second factor and its rate limits; tell accounts without a role whom to ask."""
        if request.user.is_anonymous:
            return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

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
        context: dict[str, Any] = {"steps": next_steps(user)}
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
    return Comment.objects.count_waiting() if request.user.has_perm("comments.moderate_comment") else None

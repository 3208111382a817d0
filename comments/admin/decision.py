"""The decision log, and each decision to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import ReadOnlyAdmin
from blog.editing.staff_request import as_staff
from comments.admin.base import decision_log_link
from comments.models import Decision
from comments.queue.log_rows import build_log_rows
from comments.views.act_log import act_log
from comments.views.answer_objection import answer_one
from comments.views.decision_log import decision_log, undo_decisions


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Append-only, here as in the database."""

    change_form_template = "admin/comments/decision_detail.html"
    fields = [
        *("comment", "from_status", "to_status", "by", "via", "reason", "note", "rule", "undoes"),
        *("whole_batch", "at"),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(undo_decisions)
        answer, acts = self.admin_site.admin_view(answer_one), self.admin_site.admin_view(act_log)
        return [
            path("undo/", view, name="comments_decision_undo"),
            path("acts/", acts, name="comments_decision_acts"),
            path("objection/<int:pk>/", answer, name="comments_decision_objection"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return decision_log(as_staff(request))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (decision := kwargs.get("obj")) is not None:
            (context["line"],) = build_log_rows([decision.pk], alone=True)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("batch"))
    def whole_batch(self, decision: Decision) -> SafeString | str:
        if decision.batch is None:
            return _("none")
        return decision_log_link(_("all decisions of the same action"), batch=decision.batch)

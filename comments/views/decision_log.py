"""The decision log: every decision ever made, searched by who, when, how and why, and undone."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseNotFound, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from blog.editing.staff_request import StaffRequest
from blog.text.validators import is_pk
from comments.lifecycle.undo import can_be_undone, undo
from comments.models import Decision
from comments.queue.forms import parse_batch_id
from comments.queue.log_page import LogPage, build_log_page
from comments.queue.log_search import LogSearchForm
from comments.queue.outcome_messages import add_undo_messages
from comments.views.decorators import see_other

PLAIN_TEXT = "text/plain; charset=utf-8"


@require_safe
@permission_required("comments.moderate_comment", raise_exception=True)
def decision_log(request: StaffRequest) -> HttpResponse:
    search = LogSearchForm(request.GET)
    page = build_log_page(search) if search.is_valid() else LogPage([])
    context = {
        **admin.site.each_context(request),
        "title": _("Decision log"),
        "opts": Decision._meta,
        "search": search,
        "page": page,
        "query": request.GET.urlencode(),
    }
    status = 200 if search.is_valid() else 400
    return TemplateResponse(request, "admin/comments/decision_log.html", context, status=status)


@require_POST
@permission_required("comments.moderate_comment", raise_exception=True)
def undo_decisions(request: StaffRequest) -> HttpResponse:
    """Undo a decision or a whole batch, then return to the page where the button was."""
    try:
        decisions = list(requested_decisions(request.POST))
    except ValidationError as refusal:
        return HttpResponseBadRequest(refusal.messages[0], content_type=PLAIN_TEXT)
    if not decisions:
        return HttpResponseNotFound(_("There is no such decision. Go back to the log."), content_type=PLAIN_TEXT)
    add_undo_messages(request, undo(decisions, by=request.user))
    if skipped := sum(not can_be_undone(decision) for decision in decisions):
        messages.warning(request, describe_irreversible(skipped))
    query = QueryDict(request.POST.get("query", "").encode("ascii", "ignore")).urlencode()
    return see_other(reverse("admin:comments_decision_changelist") + (f"?{query}" if query else ""))


def requested_decisions(data: QueryDict) -> QuerySet[Decision]:
    """The decisions of a button; ValidationError when it names none."""
    decision = data.get("decision", "")
    if is_pk(decision):
        return Decision.objects.filter(pk=int(decision))
    if batch := parse_batch_id(data.get("batch", "")):
        return Decision.objects.filter(batch=batch)
    raise ValidationError(_("Choose a decision to undo."))


def describe_irreversible(count: int) -> str:
    sentence = ngettext(
        "%d decision was not undone: the comment had no earlier status.",
        "%d decisions were not undone: the comments had no earlier status.",
        count,
    )
    return sentence % count

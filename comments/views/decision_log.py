"""The record: every decision ever made, found again by whom, when, how and why, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotFound,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from blog.text.validators import is_pk
from comments.lifecycle.decide import DecisionOutcome
from comments.lifecycle.undo import can_be_undone, undo
from comments.models import Decision
from comments.queue.log_rows import LogRow, build_log_rows
from comments.queue.log_search import LogSearchForm
from comments.queue.outcome_messages import describe_comments, describe_failures
from comments.status import Status

PLAIN_TEXT = "text/plain; charset=utf-8"
# Lines of one page.
PER_PAGE = 50
# Decisions read at once to fold batches into lines, and how often: a page behind a batch of 5,000 asks twice.
CHUNK, CHUNKS = 400, 10
# How far down the record one page looks for what has no index (how, words, reasons): some 50 milliseconds' worth.
SCAN_WINDOW = 20_000


@dataclass
class LogPage:
    """One page of the record. `older` is the query of the next one, "" when this is the last; it `is_cut` where the
    search went far enough for one page. `stroke` is the batch that was asked for, as a whole."""

    rows: list[LogRow]
    older_query: str = ""
    is_truncated: bool = False
    batch_row: LogRow | None = None


@require_safe
def decision_log(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    search = LogSearchForm(request.GET)
    page = build_log_page(search) if search.is_valid() else LogPage([])
    context = {
        **admin.site.each_context(request),
        "title": _("The record"),
        "opts": Decision._meta,
        "search": search,
        "page": page,
        "query": request.GET.urlencode(),
    }
    status = 200 if search.is_valid() else 400
    return TemplateResponse(request, "admin/comments/decision_log.html", context, status=status)


def build_log_page(search: LogSearchForm) -> LogPage:
    """The newest lines of what is searched for, below the place where the page before ended."""
    scope, floor, alone = search.indexed_rows(), None, "batch" in search.filled
    if search.needs_scan:
        floor = scope.values_list("pk", flat=True)[SCAN_WINDOW - 1 : SCAN_WINDOW].first()
        scope = search.filter_unindexed(scope.filter(pk__gte=floor) if floor else scope)
    heads, seen, cursor, at_end = fold_batches(scope, alone=alone)
    page = LogPage(build_log_rows(heads, alone=alone), is_truncated=at_end and floor is not None)
    if below := floor if at_end else cursor:
        page.older_query = search.query(before=below, skip=batches_below(seen, below))
    if alone and heads:
        (page.batch_row,) = build_log_rows(heads[:1])
    return page


def batches_below(batches: list[UUID], below: int) -> list[UUID]:
    """Those of these batches, already shown, that go on below this decision."""
    rows = Decision.objects.order_by().filter(batch__in=batches, pk__lt=below)
    return list(rows.values_list("batch", flat=True).distinct())


def fold_batches(scope, *, alone: bool) -> tuple[list[int], list[UUID], int, bool]:
    """The newest decision of each line, the batches met, the last row read, and whether there is nothing below it.

    Decisions of one batch are one line; read `alone`, each stands for itself.
    """
    heads, seen, cursor = [], [], None
    for _chunk in range(CHUNKS):
        rest = scope if cursor is None else scope.filter(pk__lt=cursor).exclude(batch__in=seen)
        rows = list(rest.values_list("pk", "batch")[:CHUNK])
        for pk, batch in rows:
            if batch is None or alone or batch not in seen:
                if len(heads) == PER_PAGE:
                    return heads, seen, cursor, False
                heads.append(pk)
                seen += [batch] if batch and not alone else []
            cursor = pk
        if len(rows) < CHUNK:
            return heads, seen, cursor, True
    return heads, seen, cursor, False


@require_POST
def undo_decisions(request: HttpRequest) -> HttpResponse:
    """Undo one decision or a whole batch; then back to where the button was."""
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    try:
        decisions = list(requested_decisions(request.POST))
    except ValidationError as refusal:
        return HttpResponseBadRequest(refusal.messages[0], content_type=PLAIN_TEXT)
    if not decisions:
        return HttpResponseNotFound(_("There is no such decision."), content_type=PLAIN_TEXT)
    add_log_undo_messages(request, undo(decisions, by=request.user))
    if passed_over := sum(not can_be_undone(one) for one in decisions):
        messages.warning(request, describe_irreversible(passed_over))
    query = QueryDict(request.POST.get("query", "").encode("ascii", "ignore")).urlencode()
    response = HttpResponseRedirect(reverse("admin:comments_decision_changelist") + (f"?{query}" if query else ""))
    response.status_code = 303
    return response


def requested_decisions(sent: QueryDict):
    """The decisions that a button stands for; ValidationError when it says nothing we know."""
    decision, batch = sent.get("decision", ""), sent.get("batch", "")
    if is_pk(decision):
        return Decision.objects.filter(pk=int(decision))
    try:
        return Decision.objects.filter(batch=UUID(batch))
    except ValueError:
        raise ValidationError(_("Say which decision is to be taken back.")) from None


def add_log_undo_messages(request: HttpRequest, outcomes: list[DecisionOutcome]) -> None:
    """Say what was taken back and to where, and by name what was not."""
    back_to = {
        Status.PENDING: _("Taken back, and in the queue again: %s."),
        Status.APPROVED: _("Taken back, and published again: %s."),
        Status.SPAM: _("Taken back, and spam again: %s."),
        Status.REMOVED: _("Taken back, and removed again: %s."),
        Status.WITHDRAWN: _("Taken back, and withdrawn again: %s."),
    }
    for outcome in outcomes:
        if outcome.done:
            messages.success(request, back_to[outcome.to] % describe_comments(outcome.done))
        for sentence in describe_failures(outcome):
            messages.warning(request, _("Not taken back: %s") % sentence)


def describe_irreversible(count: int) -> str:
    return (
        ngettext(
            "%d decision stands: there is no state before it to return to.",
            "%d decisions stand: there is no state before them to return to.",
            count,
        )
        % count
    )

"""A reader as moderators know them: all they wrote, how they are treated, and what was done about it."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.text.validators import is_pk
from comments.lifecycle.acts import ChangedSince, Values, reader_standing, set_reader_standing
from comments.lifecycle.decide import decide
from comments.models import Comment, Reader, Reason
from comments.models.comment_queryset import CommentQuerySet
from comments.queue import actions
from comments.queue.act_list import list_acts
from comments.queue.act_messages import add_act_message, add_conflict_message, describe_standing
from comments.queue.commenter import load_commenter_records
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import add_outcome_messages, pop_notices
from comments.queue.queue_page import MAX_CHOSEN
from comments.queue.staff_forms import SeenField, SuspensionForm
from comments.status import Status, Via
from comments.views.decorators import no_store, see_other

Standing = Reader.Standing
# Comments on one page of the record.
PER_RECORD_PAGE = 100
# What "in the last day" means.
LAST_DAY = datetime.timedelta(days=1)
# The treatments that need nothing but a press, by the word that a button sends.
TREATMENTS = {**actions.STANDING_BY_VERB, "ban": Standing.BANNED}


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def reader_record(request: StaffRequest, *, pk: str) -> HttpResponse:
    """The record of whoever wrote the comment `pk`; or do what a button of it says, and show it again."""
    comment = get_object_or_404(Comment.objects.with_subjects().select_related("reader"), pk=pk)
    if comment.reader is None:
        raise Http404("Its writer left no address.")
    if request.method != "POST":
        return render_record(request, comment, comment.reader)
    form = QueueActionForm(request.POST, via=Via.PAGE)
    if form.verb == "undo":
        actions.undo_from_queue(request, form)
    elif form.verb == "remove":
        return remove_recent(request, comment, comment.reader, form)
    elif form.verb in TREATMENTS:
        return treat(request, comment, comment.reader, {"standing": TREATMENTS[form.verb], "suspended_until": None})
    elif form.verb == "suspend":
        return suspend(request, comment, comment.reader)
    else:
        return HttpResponseBadRequest(_("Choose one of the buttons."), content_type="text/plain; charset=utf-8")
    return see_other(record_url(comment))


def record_url(comment: Comment) -> str:
    """The record of whoever wrote this comment."""
    return reverse("comments:reader", args=[comment.pk])


def suspend(request: StaffRequest, comment: Comment, reader: Reader) -> HttpResponse:
    """Refuse the reader's comments until the day that was chosen."""
    dates = SuspensionForm(request.POST)
    if not dates.is_valid():
        return render_record(request, comment, reader, dates, status=400)
    until = dates.cleaned_data["until"].isoformat()
    return treat(request, comment, reader, {"standing": Standing.SUSPENDED, "suspended_until": until})


def treat(request: StaffRequest, comment: Comment, reader: Reader, wanted: Values) -> HttpResponse:
    """Treat the reader so from now on, unless a colleague has changed it since the page was opened."""
    seen = SeenField().clean(request.POST.get("seen"))
    wanted = {**wanted, "standing": str(wanted["standing"])}
    try:
        act = set_reader_standing(reader.pk, wanted, seen=seen, by=request.user)
    except ChangedSince:
        reader.refresh_from_db()
        if reader_standing(reader) != wanted:
            add_conflict_message(request)
            return render_record(request, comment, reader, status=409)
    else:
        rows = Reader.objects.filter(pk=reader.pk)
        words = _("Standing: %s") % Standing(wanted["standing"]).label
        LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, change_message=words)
        add_act_message(request, act)
    return see_other(record_url(comment))


def remove_recent(request: StaffRequest, comment: Comment, reader: Reader, form: QueueActionForm) -> HttpResponse:
    """Remove what the reader wrote in the last day, as one batch."""
    if not form.is_valid():
        for sentence in form.complaints():
            messages.error(request, _("Nothing was changed. ") + sentence)
        return render_record(request, comment, reader, status=400)
    ids = list(recent_comments(reader).values_list("pk", flat=True)[:MAX_CHOSEN])
    columns = {name: form.cleaned_data[name] for name in ("reason", "note")}
    outcome = decide(ids, Status.REMOVED, via=Via.PAGE, by=request.user, **columns)
    if not ids:
        messages.warning(request, _("There is nothing to remove."))
    add_outcome_messages(request, outcome)
    return see_other(record_url(comment))


def recent_comments(reader: Reader) -> CommentQuerySet:
    """What the reader wrote in the last day and is published or waits; the newest first."""
    since = timezone.now() - LAST_DAY
    rows = Comment.objects.filter(reader=reader, created_at__gt=since, user=None)
    return rows.filter(status__in=actions.EDITABLE_STATUSES).order_by("-pk")


def render_record(
    request: StaffRequest, comment: Comment, reader: Reader, dates: SuspensionForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with the day that was typed in `dates` if it could not be used."""
    before = request.GET.get("before", "")
    rows = Comment.objects.filter(reader=reader).with_subjects().order_by("-pk")
    if is_pk(before):
        rows = rows.filter(pk__lt=int(before))
    comments = list(rows[: PER_RECORD_PAGE + 1])
    standing = reader_standing(reader)
    default_day = timezone.localdate() + datetime.timedelta(days=7)
    context: dict[str, Any] = {
        "comment": comment,
        "reader": reader,
        "record": load_commenter_records([reader])[reader.pk],
        "treatment": describe_standing(standing),
        "seen": SeenField().prepare_value(standing),
        "dates": dates or SuspensionForm(initial={"until": default_day}),
        "recent_count": recent_comments(reader).count(),
        "reasons": Reason.objects.filter(is_offered=True),
        "comments": comments[:PER_RECORD_PAGE],
        "older": comments[PER_RECORD_PAGE - 1].pk if len(comments) > PER_RECORD_PAGE else "",
        "acts": list_acts(reader_id=reader.pk),
        "notices": pop_notices(request),
    }
    return render(request, "comments/reader_record.html", context, status=status)

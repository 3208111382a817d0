"""Readers edit or withdraw their own comments: for a short while, and until somebody has replied."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from blog.views.post_access import has_access
from blog.web.client_ip import client_ip
from comments.lifecycle.edits import (
    EditObstacle,
    EditRefused,
    edit_obstacle,
    edit_own,
    editable_until,
    withdraw_own,
    withdrawal_obstacle,
)
from comments.lifecycle.ownership import comments_by
from comments.models import Comment, Rule
from comments.readers import session
from comments.readers.submitter import Submitter
from comments.status import Status
from comments.submission import draft_cookie
from comments.submission.edit_form import EditForm, describe_obstacle
from comments.submission.facts import Submission, collect_facts
from comments.submission.screen import screen
from comments.views.decorators import reader_form, see_other, tell_address
from comments.views.form_status import form_status
from comments.web.same_origin import FOREIGN_FORM, is_same_origin

# What somebody else did meanwhile is a conflict (409); what the clock or the rules say is not.
STATUS_BY_OBSTACLE = {EditObstacle.TIME: 403, EditObstacle.OFTEN: 403}


def find_own_comment(request: HttpRequest, pk: str) -> Comment | None:
    """The comment, if the browser is signed in as its writer and may read its post."""
    reader = session.reader_from_request(request)
    if reader is None:
        return None
    comment = comments_by(reader).with_subjects().filter(pk=pk).first()
    return comment if comment and comment.subject.shows_conversation and has_access(request, comment.subject) else None


@reader_form
@tell_address
def edit_comment(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Show the text for editing, or replace it; whatever is refused comes back in the form."""
    comment = find_own_comment(request, pk)
    if comment is None:
        return answer_unknown_browser(request)
    if request.method != "POST":
        form = EditForm(initial={"body": comment.body, "version": comment.version})
        return render_edit_page(request, comment, form, obstacle=edit_obstacle(comment))
    form = EditForm(request.POST)
    if not is_same_origin(request):
        return render_edit_page(request, comment, form, complaint=str(FOREIGN_FORM), status=403)
    if not form.is_valid():
        return render_edit_page(request, comment, form, status=form_status(form))
    return apply_edit(request, comment, form)


def apply_edit(request: HttpRequest, comment: Comment, form: EditForm) -> HttpResponse:
    """Store the new text, unless it comes too late or a rule refuses it."""
    if obstacle := edit_obstacle(comment):
        return render_edit_page(request, comment, form, obstacle=obstacle)
    submitter = Submitter(request, comment.subject)
    submission = form.submission(comment, submitter=submitter, address=client_ip(request))
    try:
        is_stored = screen_and_edit(comment, submission, version=form.cleaned_data["version"])
    except EditRefused as refusal:
        return render_edit_page(request, comment, form, obstacle=refusal.obstacle)
    if not is_stored:
        refused = _("The rules of this site do not allow this text. It is below, so that you can copy it.")
        return render_edit_page(request, comment, form, complaint=refused, status=403)
    response = see_other(comment.get_thread_url())
    draft_cookie.mark_draft_stored(request, response)
    return response


@transaction.atomic
def screen_and_edit(comment: Comment, submission: Submission, *, version: int) -> bool:
    """Screen the new text like that of a new comment, and store it; False when a rule refuses it."""
    verdict = screen(submission, collect_facts(submission))
    if verdict.is_refused:
        Rule.objects.count_refusal(verdict.rule)
        return False
    edit_own(comment, submission.body, version=version, verdict=verdict)
    return True


def answer_unknown_browser(request: HttpRequest) -> HttpResponse:
    """Give back what was typed. Whether the comment is missing or somebody else's, the answer is the same."""
    if request.method == "POST" and (text := request.POST.get("body", "")):
        return render(request, "comments/edit_unknown_browser.html", {"text": text}, status=403)
    raise Http404("There is no such comment of yours.")


def render_edit_page(
    request: HttpRequest,
    comment: Comment,
    form: EditForm,
    *,
    obstacle: EditObstacle | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if obstacle:
        status = STATUS_BY_OBSTACLE.get(obstacle, 409)
    if obstacle == EditObstacle.CHANGED:
        comment.refresh_from_db(fields=["body", "version"])
        form.set_version(version=comment.version)
    can_answer = comment.status == Status.APPROVED and comment.shown and not comment.subject.is_closed
    context: dict[str, Any] = {
        "comment": comment,
        "post": comment.subject,
        "form": form,
        "complaint": complaint or describe_obstacle(obstacle),
        "is_over": obstacle not in {None, EditObstacle.CHANGED},
        "is_changed": obstacle == EditObstacle.CHANGED,
        "submitted_text": form.data.get("body", "") if form.is_bound else "",
        "reply_url": comment.get_reply_url() if can_answer else "",
        "until": editable_until(comment),
    }
    return render(request, "comments/edit.html", context, status=status)


@reader_form
def withdraw_comment(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Ask for confirmation, or withdraw the comment."""
    comment = find_own_comment(request, pk)
    if comment is None:
        raise Http404("There is no such comment of yours.")
    if request.method != "POST":
        return render_withdrawal_page(request, comment, obstacle=withdrawal_obstacle(comment))
    if not is_same_origin(request):
        return render_withdrawal_page(request, comment, complaint=str(FOREIGN_FORM), status=403)
    try:
        withdraw_own(comment)
    except EditRefused as refusal:
        if comment.status != Status.WITHDRAWN:  # else the button was pressed twice
            return render_withdrawal_page(request, comment, obstacle=refusal.obstacle)
    return see_other("/you/")


def render_withdrawal_page(
    request: HttpRequest,
    comment: Comment,
    *,
    obstacle: EditObstacle | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if obstacle:
        status = STATUS_BY_OBSTACLE.get(obstacle, 409)
    context = {
        "comment": comment,
        "post": comment.subject,
        "is_over": obstacle,
        "complaint": complaint or describe_obstacle(obstacle),
    }
    return render(request, "comments/withdraw.html", context, status=status)

"""A reader changes or withdraws his own comment: for a short while, and until somebody has answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comments.lifecycle.edits import (
    EditObstacle,
    EditRefused,
    edit_obstacle,
    edit_own,
    editable_until,
    withdrawal_obstacle,
)
from comments.lifecycle.edits import withdraw_own as take_back
from comments.lifecycle.ownership import comments_by
from comments.models import Comment
from comments.readers import session
from comments.readers.submitter import Submitter
from comments.status import Status
from comments.submission import draft_cookie
from comments.submission.edit_form import EditForm, describe_obstacle, screen_edit
from comments.views.decorators import reader_form, see_other
from comments.web.client_ip import client_ip
from comments.web.same_origin import is_same_origin

# How a refusal is answered: what somebody else did meanwhile is a conflict, what the clock or the rules say is not.
STATUS_BY_OBSTACLE = {EditObstacle.TIME: 403, EditObstacle.OFTEN: 403}


def find_own_comment(request: HttpRequest, pk: str) -> Comment | None:
    """The comment, if the browser carries its writer's pass and its post is public; None for what is not his."""
    reader = session.reader_from_request(request)
    if reader is None:
        return None
    comment = comments_by(reader).select_related("post", "parent").filter(pk=pk).first()
    return comment if comment and comment.post.is_public else None


@reader_form
def edit_comment(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Show his words to be changed, or put the new ones in their place. Whatever is refused comes back in the form."""
    comment = find_own_comment(request, pk)
    if comment is None:
        return answer_unknown_browser(request)
    if request.method != "POST":
        why = edit_obstacle(comment)
        form = EditForm(initial={"body": comment.body, "version": comment.version})
        return render_edit_page(
            request, comment, form, why=why, status=STATUS_BY_OBSTACLE.get(why, 409) if why else 200
        )
    form = EditForm(request.POST)
    if not is_same_origin(request):
        elsewhere = _("This form was sent from another site. If it was you, look at your text and send again.")
        return render_edit_page(request, comment, form, complaint=elsewhere, status=403)
    if not form.is_valid():
        return render_edit_page(request, comment, form, status=form.status)
    return apply_edit(request, comment, form)


def apply_edit(request: HttpRequest, comment: Comment, form: EditForm) -> HttpResponse:
    """Screen the new words as those of a new comment, and store them if they still may be."""
    if why := edit_obstacle(comment):
        return render_edit_page(request, comment, form, why=why, status=STATUS_BY_OBSTACLE.get(why, 409))
    verdict = screen_edit(comment, form, submitter=Submitter(request, comment.post), address=client_ip(request))
    if verdict is None:
        refused = _("The rules of this site do not let these words through. Your text is below, to keep.")
        return render_edit_page(request, comment, form, complaint=refused, status=403)
    try:
        edit_own(comment, form.cleaned_data["body"], version=form.cleaned_data["version"], screened=verdict)
    except EditRefused as late:
        return render_edit_page(
            request, comment, form, why=late.obstacle, status=STATUS_BY_OBSTACLE.get(late.obstacle, 409)
        )
    response = see_other(url_after_edit(comment))
    draft_cookie.mark_draft_stored(request, response)
    return response


def url_after_edit(comment: Comment) -> str:
    """Into the conversation, where it is to be seen there."""
    return comment.get_thread_url() if comment.status == Status.APPROVED else "/you/"


def answer_unknown_browser(request: HttpRequest) -> HttpResponse:
    """Not his, or not there, or a browser that is known no more: one answer. What he typed is given back."""
    if request.method == "POST" and (text := request.POST.get("body", "")):
        return render(request, "comments/edit_unknown_browser.html", {"text": text}, status=403)
    raise Http404("There is no such comment of yours.")


def render_edit_page(
    request: HttpRequest,
    comment: Comment,
    form: EditForm,
    *,
    why: EditObstacle | None = None,
    complaint: str = "",
    status: int = 200,
) -> HttpResponse:
    if why == EditObstacle.CHANGED:
        comment.refresh_from_db(fields=["body", "version"])
        form.set_version(version=comment.version)
    can_answer = comment.status == Status.APPROVED and comment.shown and not comment.post.is_closed
    context: dict[str, Any] = {
        "comment": comment,
        "post": comment.post,
        "form": form,
        "complaint": complaint or describe_obstacle(why),
        "is_over": why not in {None, EditObstacle.CHANGED},
        "is_changed": why == EditObstacle.CHANGED,
        "typed": form.data.get("body", "") if form.is_bound else "",
        "reply_url": f"{comment.get_thread_url().partition('#')[0]}?reply={comment.pk}#respond" if can_answer else "",
        "until": editable_until(comment),
    }
    return render(request, "comments/edit.html", context, status=status)


@reader_form
def withdraw_comment(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Ask whether he means it, or take it back."""
    comment = find_own_comment(request, pk)
    if comment is None:
        raise Http404("There is no such comment of yours.")
    if request.method != "POST":
        return render_withdrawal_page(request, comment, why=withdrawal_obstacle(comment))
    if not is_same_origin(request):
        elsewhere = _("The button was pressed from another site. If it was you, press it here.")
        return render_withdrawal_page(request, comment, complaint=elsewhere, status=403)
    try:
        take_back(comment)
    except EditRefused as late:
        if comment.status == Status.WITHDRAWN:  # pressed twice
            return see_other("/you/")
        return render_withdrawal_page(request, comment, why=late.obstacle)
    return see_other("/you/")


def render_withdrawal_page(
    request: HttpRequest, comment: Comment, *, why: EditObstacle | None = None, complaint: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "comment": comment,
        "post": comment.post,
        "is_over": why,
        "complaint": complaint or describe_obstacle(why),
    }
    return render(
        request, "comments/withdraw.html", context, status=STATUS_BY_OBSTACLE.get(why, 409) if why else status
    )

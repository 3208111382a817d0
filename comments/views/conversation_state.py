"""A moderator opens, holds, closes or slows down the conversation under a post."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.models import Commentable
from blog.views.subject import find_public_subject
from comments.lifecycle.acts import ChangedSince, conversation_state, set_conversation_state
from comments.queue import actions
from comments.queue.act_list import list_acts
from comments.queue.act_messages import add_act_message, add_conflict_message
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import pop_notices
from comments.queue.staff_forms import ConversationStateForm
from comments.status import Via
from comments.views.decorators import no_store, see_other
from comments.views.way_to_post import way_to_conversation


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def change_conversation(request: StaffRequest, **where: str) -> HttpResponse:
    """The state of the conversation and what was done to it; or change it, and return to the public page."""
    subject = find_public_subject(**where)
    if request.method != "POST":
        return render_conversation_page(request, subject, build_form(subject))
    button = QueueActionForm(request.POST, via=Via.PAGE)
    if button.verb == "undo":
        actions.undo_from_queue(request, button)
        return see_other(way_to_conversation(request, subject))
    form = ConversationStateForm(request.POST)
    if not form.is_valid():
        return render_conversation_page(request, subject, form, status=400)
    wanted = form.wanted_state(subject)
    try:
        act = set_conversation_state(subject.thread_id, wanted, seen=form.cleaned_data["seen"], by=request.user)
    except ChangedSince:
        subject = find_public_subject(**where)
        if conversation_state(subject) != wanted:
            add_conflict_message(request)
            return render_conversation_page(request, subject, build_form(subject), status=409)
    else:
        log_state(request, subject)
        add_act_message(request, act)
    return see_other(way_to_conversation(request, subject))


def build_form(subject: Commentable) -> ConversationStateForm:
    state = conversation_state(subject)
    return ConversationStateForm(initial={**state, "seen": state})


def log_state(request: StaffRequest, subject: Commentable) -> None:
    """Say it in the history of the post or page, too, which its authors read."""
    rows = type(subject)._base_manager.filter(pk=subject.pk)
    LogEntry.objects.log_actions(
        request.user.pk, rows, CHANGE, change_message=_("The state of the conversation was changed.")
    )


def render_conversation_page(
    request: StaffRequest, subject: Commentable, form: ConversationStateForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "post": subject,
        "form": form,
        "acts": list_acts(conversation_id=subject.thread_id),
        "notices": pop_notices(request),
    }
    return render(request, "comments/conversation_state.html", context, status=status)

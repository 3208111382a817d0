"""A moderator decides on one comment, having come from the public page, and goes back there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.models import Commentable, Conversation
from blog.text.validators import is_pk
from blog.views.subject import find_public_subject
from comments.lifecycle.acts import ChangedSince, set_pinned
from comments.lifecycle.move import MAX_MOVED, TooManyToMove, move_branch
from comments.models import Comment, Reason
from comments.queue import actions
from comments.queue.act_list import list_acts
from comments.queue.act_messages import add_act_message, add_conflict_message
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import VERBS, pop_notices
from comments.queue.queue_item import build_queue_items
from comments.queue.queue_page import select_for_display
from comments.status import TRANSITIONS, Status, Via
from comments.views.decorators import no_store, see_other
from comments.views.way_to_post import can_read, way_to_comment

# The decisions that need nothing but a press; a removal has a reason.
BUTTON_LABELS: dict[str, Promise] = {
    "approve": gettext_lazy("Approve"),
    "hold": gettext_lazy("Hold"),
    "spam": gettext_lazy("Spam"),
}


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def moderate_comment(request: StaffRequest, *, pk: str) -> HttpResponse:
    """What a moderator may do with the comment; or do it, and return to its place on the public page."""
    comment = get_object_or_404(select_for_display(Comment.objects.all()), pk=pk)
    if request.method != "POST":
        return render_moderation_page(request, comment)
    form = QueueActionForm(request.POST, via=Via.PAGE)
    if form.verb == "undo":
        actions.undo_from_queue(request, form)
    elif form.verb in {"pin", "unpin"}:
        return change_pin(request, comment, form)
    elif form.verb == "move":
        return move_comment(request, comment)
    elif form.verb not in VERBS and form.verb not in actions.ACTIONS:
        return HttpResponseBadRequest(_("Choose one of the buttons."), content_type="text/plain; charset=utf-8")
    elif questions := actions.run_action(request, form, {comment.pk}):
        comment = select_for_display(Comment.objects.all()).get(pk=comment.pk)
        status = max(question.status for question in questions)
        return render_moderation_page(request, comment, form, status=status)
    return see_other(way_to_comment(request, Comment.objects.with_subjects().get(pk=comment.pk)))


def change_pin(request: StaffRequest, comment: Comment, form: QueueActionForm) -> HttpResponse:
    """Pin the comment, or unpin it, unless a colleague has changed that since the page was opened."""
    seen, wanted = request.POST.get("pinned", ""), comment.pk if form.verb == "pin" else None
    try:
        act = set_pinned(comment.conversation_id, wanted, seen=int(seen) if is_pk(seen) else None, by=request.user)
    except ChangedSince:
        if pinned_under(comment) != wanted:
            add_conflict_message(request)
            return render_moderation_page(request, comment, status=409)
    else:
        add_act_message(request, act)
    return see_other(way_to_comment(request, comment))


def pinned_under(comment: Comment) -> int | None:
    """The number of the comment that is pinned in the same conversation."""
    return Conversation.objects.values_list("pinned", flat=True).get(pk=comment.conversation_id)


def move_comment(request: StaffRequest, comment: Comment) -> HttpResponse:
    """Move the comment and its replies to the post whose address was typed; the way back leads there."""
    target, seen = find_typed_subject(request.POST.get("target", "")), request.POST.get("post", "")
    if target is None or target.thread_id == comment.conversation_id:
        messages.error(request, _("Nothing was changed. Enter the address of another published post."))
        return render_moderation_page(request, comment, status=400)
    here = {"post": int(seen) if is_pk(seen) else 0}
    try:
        act = move_branch(comment.pk, {"post": target.thread_id, "parent": None}, seen=here, by=request.user)
    except ChangedSince:
        add_conflict_message(request)
        return render_moderation_page(request, comment, status=409)
    except TooManyToMove:
        too_many = _("Nothing was changed. At most %d comments are moved at once.") % MAX_MOVED
        messages.error(request, too_many)
        return render_moderation_page(request, comment, status=400)
    add_act_message(request, act)
    return see_other(way_to_comment(request, Comment.objects.with_subjects().get(pk=comment.pk)))


def find_typed_subject(text: str) -> Commentable | None:
    """The published post or page with a conversation whose address, whole or from its first slash, was typed."""
    try:
        where = resolve(urlsplit(text.strip()).path)
    except (Resolver404, ValueError):
        return None
    if where.view_name not in {"blog:post", "blog:page"}:
        return None
    try:
        return find_public_subject(**where.kwargs)
    except Http404:
        return None


def render_moderation_page(
    request: StaffRequest, comment: Comment, form: QueueActionForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with what was typed in `form` and was not done."""
    allowed = {verb for verb, to in VERBS.items() if may_become(comment, to)}
    context: dict[str, Any] = {
        "comment": comment,
        "post": comment.subject,
        "item": build_queue_items([comment], user=request.user)[0],
        "buttons": [(verb, words) for verb, words in BUTTON_LABELS.items() if verb in allowed],
        "can_be_removed": "remove" in allowed,
        "can_be_edited": comment.status in actions.EDITABLE_STATUSES,
        "pinned": pinned_under(comment),
        "acts": list_acts(comment_id=comment.pk),
        "can_be_pinned": comment.status == Status.APPROVED,
        "reasons": Reason.objects.filter(is_offered=True) if "remove" in allowed else [],
        "typed": form.data if form else {},
        "typed_target": request.POST.get("target", ""),
        "notices": pop_notices(request),
        "back": comment.get_thread_url() if can_read(request, comment.subject) else "",
    }
    return render(request, "comments/moderate.html", context, status=status)


def may_become(comment: Comment, to: Status) -> bool:
    """Would this decision move the comment? What its writer withdrew stays so."""
    is_movable = comment.status != Status.WITHDRAWN and not comment.is_erased
    return is_movable and comment.status != to and to in TRANSITIONS[comment.status]

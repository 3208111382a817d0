"""A moderator decides on one comment, having come from the public page, and goes back there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from comments.conversation.staff_tools import way_back
from comments.models import Comment, Reason
from comments.queue import actions
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import VERBS, pop_notices
from comments.queue.queue_item import build_queue_items
from comments.queue.queue_page import select_for_display
from comments.status import TRANSITIONS, Status, Via
from comments.views.decorators import no_store, see_other

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
    elif form.verb not in VERBS and form.verb not in actions.ACTIONS:
        return HttpResponseBadRequest(_("Choose one of the buttons."), content_type="text/plain; charset=utf-8")
    elif questions := actions.run_action(request, form, {comment.pk}):
        comment = select_for_display(Comment.objects.all()).get(pk=comment.pk)
        status = max(question.status for question in questions)
        return render_moderation_page(request, comment, form, status=status)
    comment.refresh_from_db(fields=["shown", "status"])
    return see_other(way_back(comment))


def render_moderation_page(
    request: StaffRequest, comment: Comment, form: QueueActionForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with what was typed in `form` and was not done."""
    allowed = {verb for verb, to in VERBS.items() if may_become(comment, to)}
    context: dict[str, Any] = {
        "comment": comment,
        "post": comment.post,
        "item": build_queue_items([comment], user=request.user)[0],
        "buttons": [(verb, words) for verb, words in BUTTON_LABELS.items() if verb in allowed],
        "can_be_removed": "remove" in allowed,
        "can_be_edited": comment.status in actions.EDITABLE_STATUSES,
        "reasons": Reason.objects.filter(is_offered=True) if "remove" in allowed else [],
        "typed": form.data if form else {},
        "notices": pop_notices(request),
        "back": comment.get_thread_url() if comment.post.is_public else "",
    }
    return render(request, "comments/moderate.html", context, status=status)


def may_become(comment: Comment, to: Status) -> bool:
    """Would this decision move the comment? What its writer withdrew stays so."""
    is_movable = comment.status != Status.WITHDRAWN and not comment.is_erased
    return is_movable and comment.status != to and to in TRANSITIONS[comment.status]

"""The moderation queue: waiting comments, oldest first, with what moderators need to decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from blog.editing.staff_request import StaffRequest
from blog.text.validators import is_pk
from comments.lifecycle.objections import objections_for
from comments.lifecycle.spam_training import reset_scores
from comments.models import Comment, Reason, SavedReply
from comments.queue import actions, claims
from comments.queue.colleagues import moderator_choices
from comments.queue.confirmation import Confirmation
from comments.queue.filters import QUOTING, REPORTED, QueueFilters, filter_choices
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import VERBS, pop_notices
from comments.queue.queue_item import QueueItem
from comments.queue.queue_page import EPOCH, MAX_CHOSEN, QueuePage
from comments.queue.slipped import slipped_through
from comments.views.decorators import see_other

PLAIN_TEXT = "text/plain; charset=utf-8"
TITLES = {
    "": gettext_lazy("Waiting comments"),
    REPORTED: gettext_lazy("Reported comments"),
    QUOTING: gettext_lazy("Comments that quote hidden ones"),
}
# Comments that one page may ask about.
MAX_ASKED = 100


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def moderation_queue(request: StaffRequest) -> HttpResponse:
    return handle_queue_post(request) if request.method == "POST" else render_queue(request)


def handle_queue_post(request: StaffRequest) -> HttpResponse:
    """Do what the button says and return to the queue; or ask first, with everything that was typed."""
    form = QueueActionForm(request.POST)
    if form.verb == "undo":
        actions.undo_from_queue(request, form)
        return redirect_to_queue(request)
    if form.verb == "rescore":
        count = reset_scores()
        scored = ngettext("%d comment is being scored again.", "%d comments are being scored again.", count) % count
        messages.success(request, scored)
        return redirect_to_queue(request)
    if form.verb not in VERBS and form.verb not in actions.ACTIONS:
        return HttpResponseBadRequest(_("Choose one of the buttons."), content_type=PLAIN_TEXT)
    ids = selected_ids(request) if "every" in request.POST else form.ids
    if not ids:
        messages.warning(request, _("Select some comments first."))
        return redirect_to_queue(request)
    questions = actions.run_action(request, form, ids)
    return render_queue(request, questions) if questions else redirect_to_queue(request)


def selected_ids(request: StaffRequest) -> set[int]:
    """Everything that matches the filters and was there when the page was rendered: nothing is decided unseen."""
    last, _dot, moment = request.POST.get("every", "").partition(".")
    if not (is_pk(last) and is_pk(moment) and len(moment) < 12):
        return set()
    rows = QueueFilters.parse(request.GET).rows()
    seen = rows.filter(pk__lte=int(last), decided_at__lte=EPOCH + timedelta(seconds=int(moment)))
    return set(seen.values_list("pk", flat=True)[:MAX_CHOSEN])


def selection_token() -> str:
    """For `selected_ids`: the newest comment, and the time."""
    newest = Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{newest}.{int(timezone.now().timestamp())}"


def render_queue(request: StaffRequest, questions: Sequence[Confirmation] = ()) -> HttpResponse:
    page = QueuePage(request.GET, user=request.user)
    waiting, reasons = Comment.objects.count_waiting(), list(Reason.objects.filter(is_offered=True))
    replies = list(SavedReply.objects.all())
    colleagues = moderator_choices(me=request.user)
    context = {
        **admin.site.each_context(request),
        "title": TITLES[page.filters.show],
        "opts": Comment._meta,
        "page": page,
        "claimed": claim_first_free(page.items, request),
        "here": reverse("admin:comments_comment_queue"),
        "waiting": waiting,
        "reported": Comment.objects.reported().count(),
        "quoting": Comment.objects.quoting_hidden().order_by().count(),
        "matching": min(page.count if page.filters else waiting, MAX_CHOSEN),
        "max_chosen": MAX_CHOSEN,
        "all_chosen": request.GET.get("all", "no") != "no",
        "every": selection_token() if request.GET.get("all") == "matching" else "",
        "choices": filter_choices(waiting=waiting, colleagues=colleagues),
        "reasons": reasons,
        "removal": render_to_string("admin/comments/_removal.html", {"reasons": reasons}),  # the same for each comment
        "assign_choice": render_to_string("admin/comments/_assign_choice.html", {"colleagues": colleagues}),
        "author_note": render_to_string("admin/comments/_author_note.html"),
        "note_field": render_to_string("admin/comments/_reader_note.html"),
        "saved_replies": replies,
        "saved_choice": replies and render_to_string("admin/comments/_saved_replies.html", {"replies": replies}),
        "objections": objections_for(request.user) if page.is_start else [],
        "confirmations": questions,
        "notices": pop_notices(request),
        "slipped": slipped_through() if page.is_start else None,
    }
    status = max((question.status for question in questions), default=200)
    return TemplateResponse(request, "admin/comments/queue.html", context, status=status)


def claim_first_free(items: Sequence[QueueItem], request: StaffRequest) -> int | None:
    """Claim the first comment of a page that nobody else is looking at; returns its number.

    Without script nothing says where on the page a moderator is; but after each decision the next comment is the first.
    """
    first = next((item.comment.pk for item in items if not item.claimed_by), None)
    if first is not None:
        claims.take_claim(first, by=request.user, was_free=True)
    return first


def redirect_to_queue(request: StaffRequest) -> HttpResponse:
    return see_other(reverse("admin:comments_comment_queue") + QueuePage(request.GET, user=request.user).query)


@require_POST
@permission_required("comments.moderate_comment", raise_exception=True)
def update_claims(request: StaffRequest) -> HttpResponse:
    """Store which comment the moderator looks at (`comment`) and which they `left`; answer who looks at `shown`."""
    pk = request.POST.get("comment", "")
    left, shown = (request.POST.getlist(name)[:MAX_ASKED] for name in ("left", "shown"))
    if not all(is_pk(text) for text in (pk, *left, *shown)):
        return HttpResponseBadRequest(_("There is no such comment. Go back to the queue."), content_type=PLAIN_TEXT)
    for text in left:
        claims.release_claim(int(text), by=request.user)
    claims.take_claim(int(pk), by=request.user)
    return JsonResponse(claims.claims_of_others([int(text) for text in shown], than=request.user))

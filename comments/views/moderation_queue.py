"""The queue: what waits for a moderator, oldest first, with what he must know to decide."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.text.validators import is_pk
from comments.lifecycle.spam_training import reset_scores
from comments.models import Comment, Reason
from comments.queue import actions, claims
from comments.queue.actions import Confirmation
from comments.queue.filters import QUOTING, REPORTED, QueueFilters, filter_choices
from comments.queue.forms import QueueActionForm
from comments.queue.outcome_messages import UNDO_TAG, VERBS
from comments.queue.queue_page import EPOCH, MAX_CHOSEN, QueuePage
from comments.status import Status

TITLES = {
    "": gettext_lazy("Comments waiting"),
    REPORTED: gettext_lazy("Reported comments"),
    QUOTING: gettext_lazy("Comments that quote what is hidden"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def moderation_queue(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    return handle_queue_post(request) if request.method == "POST" else render_queue(request)


def handle_queue_post(request: HttpRequest) -> HttpResponse:
    """Do what a button says, then back to the queue; or ask again at once, with everything that was typed."""
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
        return HttpResponseBadRequest(_("There is no such decision."), content_type="text/plain; charset=utf-8")
    ids = selected_ids(request) if "every" in request.POST else form.ids
    if not ids:
        messages.warning(request, _("Choose some comments first."))
        return redirect_to_queue(request)
    questions = actions.run_action(request, form, ids)
    return render_queue(request, questions) if questions else redirect_to_queue(request)


def selected_ids(request: HttpRequest) -> set[int]:
    """All that match the filters and were there when the page was drawn: newcomers are not decided unseen."""
    last, _dot, moment = request.POST.get("every", "").partition(".")
    if not (is_pk(last) and is_pk(moment) and len(moment) < 12):
        return set()
    rows = QueueFilters.read(request.GET).rows()
    seen = rows.filter(pk__lte=int(last), decided_at__lte=EPOCH + timedelta(seconds=int(moment)))
    return set(seen.values_list("pk", flat=True)[:MAX_CHOSEN])


def selection_token() -> str:
    """What `meant` goes by: the newest comment there is, and the time."""
    newest = Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{newest}.{int(timezone.now().timestamp())}"


def render_queue(request: HttpRequest, questions: list[Confirmation] | None = None) -> HttpResponse:
    page = QueuePage(request.GET, user=request.user)
    waiting, reasons = count_waiting(request), list(Reason.objects.filter(is_offered=True))
    context = {
        **admin.site.each_context(request),
        "title": TITLES[page.filters.show],
        "opts": Comment._meta,
        "page": page,
        "claimed": claims.claim_first_free(page.comments, by=request.user),
        "here": reverse("admin:comments_comment_queue"),
        "waiting": waiting,
        "reported": count_reported(),
        "quoting": count_quoting_hidden(),
        "matching": min(page.count if page.filters else waiting, MAX_CHOSEN),
        "max_chosen": MAX_CHOSEN,
        "all_chosen": request.GET.get("all", "no") != "no",
        "every": selection_token() if request.GET.get("all") == "matching" else "",
        "choices": filter_choices(page.filters, waiting=waiting),
        "reasons": reasons,
        "reason_options": format_html_join("", '<option value="{}">{}</option>', [(one.pk, one) for one in reasons]),
        "confirmations": questions or [],
        "notices": pop_notices(request),
    }
    status = max((one.status for one in questions or []), default=200)
    return TemplateResponse(request, "admin/comments/queue.html", context, status=status)


def pop_notices(request: HttpRequest) -> list[dict[str, str]]:
    """The messages for this page, each with the batch that can be taken back, if it tells of one."""
    found = []
    for message in messages.get_messages(request):
        batch = next((tag.removeprefix(UNDO_TAG) for tag in message.tags.split() if tag.startswith(UNDO_TAG)), "")
        found.append({"words": str(message), "level": message.level_tag, "batch": batch})
    return found


def redirect_to_queue(request: HttpRequest) -> HttpResponseRedirect:
    """See other (303): a reload of the queue never decides again."""
    response = HttpResponseRedirect(
        reverse("admin:comments_comment_queue") + QueuePage(request.GET, user=request.user).query
    )
    response.status_code = 303
    return response


def count_waiting(request: HttpRequest) -> int | None:
    """How many comments wait for this person; None when he does not moderate."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    return Comment.objects.filter(status=Status.PENDING).count()


def count_reported() -> int:
    """How many comments have open reports: those that still stand are seen nowhere but in the list of reported ones."""
    return Comment.objects.reported().count()


def count_quoting_hidden() -> int:
    """How many comments that readers see still carry words of hidden ones."""
    return Comment.objects.quoting_hidden().order_by().count()

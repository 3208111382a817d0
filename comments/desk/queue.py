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

from blog.text import is_key
from comments.desk import acts, claims
from comments.desk.acts import Again
from comments.desk.filters import QUOTING, REPORTED, Filters, choices
from comments.desk.forms import ActForm
from comments.desk.page import AT_ONCE, EPOCH, Page
from comments.desk.telling import UNDO, VERBS
from comments.models import Comment, Reason
from comments.models.words import forget_scores
from comments.moderation import Status

TITLES = {
    "": gettext_lazy("Comments waiting"),
    REPORTED: gettext_lazy("Reported comments"),
    QUOTING: gettext_lazy("Comments that quote what is hidden"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    return act(request) if request.method == "POST" else show(request)


def act(request: HttpRequest) -> HttpResponse:
    """Do what a button says, then back to the queue; or ask again at once, with everything that was typed."""
    form = ActForm(request.POST)
    if form.verb == "undo":
        acts.take_back(request, form)
        return back(request)
    if form.verb == "rescore":
        count = forget_scores()
        scored = ngettext("%d comment is being scored again.", "%d comments are being scored again.", count) % count
        messages.success(request, scored)
        return back(request)
    if form.verb not in VERBS and form.verb not in acts.ACTS:
        return HttpResponseBadRequest(_("There is no such decision."), content_type="text/plain; charset=utf-8")
    ids = meant(request) if "every" in request.POST else form.ids
    if not ids:
        messages.warning(request, _("Choose some comments first."))
        return back(request)
    questions = acts.do(request, form, ids)
    return show(request, questions) if questions else back(request)


def meant(request: HttpRequest) -> set[int]:
    """All that match the filters and were there when the page was drawn: newcomers are not decided unseen."""
    last, _dot, moment = request.POST.get("every", "").partition(".")
    if not (is_key(last) and is_key(moment) and len(moment) < 12):
        return set()
    rows = Filters.read(request.GET).rows()
    seen = rows.filter(pk__lte=int(last), decided_at__lte=EPOCH + timedelta(seconds=int(moment)))
    return set(seen.values_list("pk", flat=True)[:AT_ONCE])


def until() -> str:
    """What `meant` goes by: the newest comment there is, and the time."""
    newest = Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{newest}.{int(timezone.now().timestamp())}"


def show(request: HttpRequest, questions: list[Again] | None = None) -> HttpResponse:
    page = Page(request.GET, user=request.user)
    waiting, reasons = waiting_for(request), list(Reason.objects.filter(is_offered=True))
    context = {
        **admin.site.each_context(request),
        "title": TITLES[page.filters.show],
        "opts": Comment._meta,
        "page": page,
        "claimed": claims.take_first(page.comments, by=request.user),
        "here": reverse("admin:comments_comment_queue"),
        "waiting": waiting,
        "reported": reported(),
        "quoting": quoting(),
        "matching": min(page.count if page.filters else waiting, AT_ONCE),
        "most": AT_ONCE,
        "all_chosen": request.GET.get("all", "no") != "no",
        "every": until() if request.GET.get("all") == "matching" else "",
        "choices": choices(page.filters, waiting=waiting),
        "reasons": reasons,
        "reason_options": format_html_join("", '<option value="{}">{}</option>', [(one.pk, one) for one in reasons]),
        "questions": questions or [],
        "notices": notices(request),
    }
    status = max((one.status for one in questions or []), default=200)
    return TemplateResponse(request, "admin/comments/queue.html", context, status=status)


def notices(request: HttpRequest) -> list[dict[str, str]]:
    """The messages for this page, each with the batch that can be taken back, if it tells of one."""
    found = []
    for message in messages.get_messages(request):
        batch = next((tag.removeprefix(UNDO) for tag in message.tags.split() if tag.startswith(UNDO)), "")
        found.append({"words": str(message), "level": message.level_tag, "batch": batch})
    return found


def back(request: HttpRequest) -> HttpResponseRedirect:
    """See other (303): a reload of the queue never decides again."""
    response = HttpResponseRedirect(
        reverse("admin:comments_comment_queue") + Page(request.GET, user=request.user).query
    )
    response.status_code = 303
    return response


def waiting_for(request: HttpRequest) -> int | None:
    """How many comments wait for this person; None when he does not moderate."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    return Comment.objects.filter(status=Status.PENDING).count()


def reported() -> int:
    """How many comments have open reports: those that still stand are seen nowhere but in the list of reported ones."""
    return Comment.objects.reported().count()


def quoting() -> int:
    """How many comments that readers see still carry words of hidden ones."""
    return Comment.objects.quoting_hidden().order_by().count()

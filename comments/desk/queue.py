"""The queue: what waits for a moderator, oldest first, with what he must know to decide."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog import markup
from blog.text import is_key, single_line
from comments.desk.telling import VERBS, tell
from comments.models import Comment
from comments.models.batch import decide_many
from comments.moderation import Status, Via

# A page that a volunteer gets through in five minutes.
PER_PAGE = 50
# The column of the record.
REASON_LENGTH = 250
# Of the comment that is answered, before one asks for the rest.
PARENT_WORDS = 25


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    return decide(request) if request.method == "POST" else show(request)


def show(request: HttpRequest) -> HttpResponse:
    page = waiting_page(request.GET.get("page", "1"))
    context = {
        **admin.site.each_context(request),
        "title": _("Comments waiting"),
        "opts": Comment._meta,
        "page": page,
        "waiting": page.paginator.count,
        "all_chosen": "all" in request.GET,
    }
    return TemplateResponse(request, "admin/comments/queue.html", context)


def waiting_page(number: str) -> Page:
    """One page of what waits, in one query besides the count; the last page when there is no such page any more."""
    rows = (
        Comment.objects.waiting()
        .select_related("post", "parent")
        .only(
            *("name", "email", "website", "address", "html", "created_at", "user", "post", "parent", "status"),
            *(f"post__{name}" for name in ("title", "slug", "opening", "status", "published_at", "published_on")),
            *(f"parent__{name}" for name in ("name", "html", "status")),
        )
    )
    page = Paginator(rows, PER_PAGE).get_page(number)
    for comment in page:
        comment.has_web_address = comment.website.startswith(("http://", "https://"))
        comment.parent_words = markup.opening(comment.parent.html, PARENT_WORDS) if comment.parent else ""
    return page


def decide(request: HttpRequest) -> HttpResponse:
    """Do what a button says to the comments it stands for, as far as they still wait; then back to the queue."""
    verb, _colon, one = request.POST.get("decision", "").partition(":")
    if verb not in VERBS:
        return HttpResponseBadRequest(_("There is no such decision."), content_type="text/plain; charset=utf-8")
    ids = numbers([one] if one else request.POST.getlist("comment"))
    if not ids:
        messages.warning(request, _("Choose some comments first."))
        return back(request)
    reason = " ".join(request.POST.get("reason", "").split()) if verb == "remove" else ""
    if complaint := wrong_with(reason):
        messages.error(request, complaint)
        return back(request)
    outcome = decide_many(ids, VERBS[verb], by=request.user, via=Via.DESK, reason=reason, expected=Status.PENDING)
    tell(request, outcome)
    return back(request)


def wrong_with(reason: str) -> str:
    """Why the record cannot hold this reason, with the reason itself, so that it is not lost; "" when it can."""
    try:
        single_line(reason)
    except ValidationError as refusal:
        return refusal.messages[0]
    if len(reason) > REASON_LENGTH:
        words = _("Nothing was decided: a reason holds %(limit)d characters, this one has %(length)d: %(reason)s")
        return words % {"limit": REASON_LENGTH, "length": len(reason), "reason": reason}
    return ""


def numbers(texts: list[str]) -> set[int]:
    """Those that could be comments."""
    return {int(text) for text in texts if is_key(text)}


def back(request: HttpRequest) -> HttpResponseRedirect:
    """See other (303): a reload of the queue never decides again."""
    page = request.POST.get("page", "1")
    query = f"?{urlencode({'page': page})}" if page.isascii() and page.isdigit() and page != "1" else ""
    response = HttpResponseRedirect(reverse("admin:comments_comment_queue") + query)
    response.status_code = 303
    return response


def waiting_for(request: HttpRequest) -> int | None:
    """How many comments wait for this person; None when he does not moderate."""
    if not request.user.has_perm("comments.moderate_comment"):
        return None
    return Comment.objects.waiting().count()

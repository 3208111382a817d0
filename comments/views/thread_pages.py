"""The further pages of a thread, and the permalink of a comment."""

from __future__ import annotations

from urllib.parse import unquote

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.page_cache import cached_page
from blog.text.addresses import absolute_url
from blog.text.validators import is_pk
from blog.views.subject import get_public_subject, render_subject
from comments.conversation import read_cookie
from comments.models import Comment
from comments.models.comment_queryset import PAGE_COLUMNS
from comments.models.old_numbers import can_keep
from comments.status import Status
from comments.threads import layout
from comments.threads.old_anchors import possible_anchors
from comments.views.way_to_post import require_way_to_post

# Blogs that may have moved in here, each with a comment of the same number.
MAX_BLOGS = 20
# What leads from a comment to its place, and may forbid it.
FOR_PERMALINK = (
    *("status", "shown", "path", "post__slug", "post__status", "post__published_on", "post__published_at"),
    *("post__visibility", "post__conversation", "post__closes_at", "conversation__shown_count", *PAGE_COLUMNS),
)


@require_safe
@cached_page
def thread_page(request: HttpRequest, *, number: str, **where: str) -> HttpResponse:
    """Page N of a post's thread, under the post; page 1 is the post's own page."""
    subject = get_public_subject(request, **where)
    if int(number) == 1:
        return redirect(subject, permanent=True)
    if int(number) > layout.count_pages(subject.thread.shown_count):
        raise Http404("The conversation has fewer pages.")
    return render_subject(request, subject, thread_page=int(number), canonical=absolute_url(request.path))


@require_safe
@never_cache
def comment_permalink(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Redirect to the page and anchor where the comment, or its tombstone, is now; Http404 for what is not shown.

    With its own number as `reply`, to the form that replies to it there, if it can be replied to. With the path of a
    page as `at`, `pk` may be the number that a comment of that conversation had on the blog that it moved in from, or
    the end of its fragment there.
    """
    found = Comment.objects.with_subjects().select_related("conversation").only(*FOR_PERMALINK).filter(shown=True)
    comment = find_by_old_name(found, pk, request.GET.get("at", ""))
    comment = comment or get_object_or_404(found, pk=pk if is_pk(pk) else None)
    require_way_to_post(request, comment.subject)
    if request.GET.get("reply") == pk and comment.status == Status.APPROVED and not comment.subject.is_closed:
        return redirect(comment.get_reply_url())
    return redirect(comment.get_thread_url(read_cookie.forward_since_query(request)))


def find_by_old_name(comments: QuerySet[Comment], name: str, path: str) -> Comment | None:
    """The comment of the conversation to which this path belongs that had this number or fragment on another blog."""
    if not path:
        return None
    is_number = name.isdecimal() and can_keep(int(name))
    rows = comments.filter(old_number=name) if is_number else comments.filter(old_anchor__in=possible_anchors(name))
    return next((row for row in rows[:MAX_BLOGS] if path.startswith(unquote(row.subject.get_absolute_url()))), None)

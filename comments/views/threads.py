"""Further pages of a thread, and the permalink of a comment."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.page_cache import kept
from blog.views.posts import public_post, show
from comments import reading, threads
from comments.models import Comment


@require_safe
@kept
def further(request: HttpRequest, *, year: str, month: str, day: str, slug: str, number: str) -> HttpResponse:
    """Page N of a post's thread, under the post; page 1 is the post's own."""
    post = public_post(year, month, day, slug)
    if int(number) == 1:
        return redirect(post, permanent=True)
    if int(number) > threads.page_count(post.thread.shown_count):
        raise Http404("The conversation has fewer pages.")
    return show(request, post, thread_page=int(number), canonical=settings.SITE_URL + request.path)


@require_safe
@never_cache
def permalink(request: HttpRequest, *, pk: str) -> HttpResponse:
    """To the page and anchor where the comment (or its tombstone) stands now; 404 for what is not shown."""
    comment = get_object_or_404(Comment.objects.select_related("post"), pk=pk, shown=True)
    if not comment.post.is_public:
        raise Http404("There is no such comment.")
    return redirect(comment.get_thread_url(reading.query_of(request)))

"""A reader asks to be shown what is new when he comes again, and takes that back: a cookie, given and deleted."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.text import is_key
from blog.views.posts import public_post
from comments import reading, threads
from comments.marks import COOKIE, Marks
from comments.views.private import came_from_us, see_other


@csrf_exempt  # the button stands on pages that anybody may keep; came_from_us does what a key would
@require_POST
def remember(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """Begin to remember, or forget all; then back to the page of the thread where the button was."""
    post = public_post(year, month, day, slug)
    if not came_from_us(request):
        raise PermissionDenied("Sent from another site.")
    page = request.POST.get("page", "")
    number = min(int(page), threads.page_count(post.thread.shown_count)) if is_key(page) else 1
    response = see_other(f"{threads.page_url(post.get_absolute_url(), number)}#comments")
    if request.POST.get("act") == "forget":
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        marks = reading.marks_of(request) or Marks()
        marks.visit(post.pk, now=reading.this_moment())
        reading.remember(response, marks)
    response.headers["Cache-Control"] = "no-store"
    return response

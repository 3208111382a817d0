"""A whole discussion for paper and for searching in: plain, without forms, in pieces that no browser chokes on."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.models import Post
from blog.page_cache import kept
from blog.paging import NumberedPage
from blog.views.posts import public_post
from comments import rows, threads
from comments.drawing import items_of

# Comments in one piece: some 400 kB of HTML, made in twice the time of a page of a hundred with their ways to answer.
# All of the longest thread at once would be 60 MB.
PIECE = 500


@require_safe
@kept
def whole(
    request: HttpRequest, *, year: str, month: str, day: str, slug: str, number: str | None = None
) -> HttpResponse:
    """The discussion under a post, or piece N of it; 404 where there is none."""
    post = public_post(year, month, day, slug)
    address = reverse("comments:whole", args=[year, month, day, slug])
    if number == "1":
        return redirect(address, permanent=True)
    page = piece(post, int(number or 1), address)
    # What stands on the post's page already is no second page to be found; a longer discussion is found here alone.
    own = page.total > threads.PER_PAGE
    canonical = settings.SITE_URL + (page.url(page.number) if own else post.get_absolute_url())
    return render(
        request,
        "comments/whole.html",
        {"post": post, "page": page, "rows": rows.plain(page.object_list), "canonical": canonical},
    )


def piece(post: Post, number: int, address: str) -> NumberedPage:
    """Piece `number` of the thread, as items; Http404 when there is no such piece."""
    shown = post.thread.shown_count
    pieces = -(-shown // PIECE)
    if number > pieces:
        raise Http404("There is no such piece of a discussion.")
    return NumberedPage(items_of(post, start=(number - 1) * PIECE, size=PIECE), number, pieces, shown, address)

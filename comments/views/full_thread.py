"""A whole thread for printing and searching: plain, without forms, in sections that browsers can handle."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.busy import expensive
from blog.models import Post
from blog.page_cache import cached_page
from blog.text.addresses import absolute_url
from blog.text.pagination import NumberedPage
from blog.views.post import get_public_post
from comments.conversation import muted
from comments.conversation.load import load_items
from comments.threads import layout, rendering

# Comments in one section: some 400 kB of HTML, rendered in twice the time of a page of a hundred comments with their
# buttons. All of the longest thread at once would be 60 MB.
COMMENTS_PER_SECTION = 500


@require_safe
@cached_page
@expensive
def full_thread(
    request: HttpRequest, *, year: str, month: str, day: str, slug: str, number: str | None = None
) -> HttpResponse:
    """The whole thread of a post, or section N of it."""
    post = get_public_post(request, year, month, day, slug)
    address = reverse("comments:full-thread", args=[year, month, day, slug])
    if number == "1":
        return redirect(address, permanent=True)
    page = load_section(post, int(number or 1), address)
    muted.mark_muted(page.object_list, request)
    # A thread that fits on the post's page is indexed there; a longer one only here.
    is_canonical = page.total > layout.COMMENTS_PER_PAGE
    canonical = absolute_url(page.url(page.number) if is_canonical else post.get_absolute_url())
    return render(
        request,
        "comments/full_thread.html",
        {"post": post, "page": page, "rows": rendering.render_plain_thread(page.object_list), "canonical": canonical},
    )


def load_section(post: Post, number: int, address: str) -> NumberedPage:
    """Section `number` of the thread, as items; raises Http404."""
    shown = post.thread.shown_count
    sections = -(-shown // COMMENTS_PER_SECTION)
    if number > sections:
        raise Http404("The thread has fewer sections.")
    return NumberedPage(
        load_items(post, start=(number - 1) * COMMENTS_PER_SECTION, size=COMMENTS_PER_SECTION),
        number,
        sections,
        shown,
        address,
    )

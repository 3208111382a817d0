"""The conversation under a post in another order than the oldest first."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from blog.page_cache import cached_page
from blog.views.post import get_public_post, render_post, set_noindex
from comments.threads import layout
from comments.threads.orders import Order


@require_safe
@cached_page
def ordered_thread(
    request: HttpRequest, *, year: str, month: str, day: str, slug: str, order: str, number: str | None = None
) -> HttpResponse:
    """Page N of the post's conversation in this order; search engines list the post's own page instead."""
    post = get_public_post(request, year, month, day, slug)
    if number == "1":
        return redirect(Order(order).address(post.get_absolute_url()), permanent=True)
    page = int(number or 1)
    if page > layout.count_pages(post.thread.shown_count):
        raise Http404("The conversation has fewer pages.")
    return set_noindex(render_post(request, post, thread_page=page, thread_order=Order(order)))

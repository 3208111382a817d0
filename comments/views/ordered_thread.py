"""The conversation under a post in another order than the oldest first."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from blog.page_cache import cached_page
from blog.views.post import set_noindex
from blog.views.subject import get_public_subject, render_subject
from comments.threads import layout
from comments.threads.orders import Order


@require_safe
@cached_page
def ordered_thread(request: HttpRequest, *, order: str, number: str | None = None, **where: str) -> HttpResponse:
    """Page N of the post's conversation in this order; search engines list the post's own page instead."""
    subject = get_public_subject(request, **where)
    if number == "1":
        return redirect(Order(order).address(subject.get_absolute_url()), permanent=True)
    page = int(number or 1)
    if page > layout.count_pages(subject.thread.shown_count):
        raise Http404("The conversation has fewer pages.")
    return set_noindex(render_subject(request, subject, thread_page=page, thread_order=Order(order)))

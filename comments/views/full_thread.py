"""A whole thread for printing and searching: plain, without forms, in sections that browsers can handle."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from blog.busy import expensive
from blog.models import Commentable
from blog.page_cache import cached_page
from blog.text.addresses import absolute_url
from blog.text.pagination import NumberedPage
from blog.views.subject import get_public_subject
from comments.conversation import muted
from comments.conversation.load import load_items
from comments.threads import layout, rendering

# Comments in one section: some 400 kB of HTML, rendered in twice the time of a page of a hundred comments with their
# buttons. All of the longest thread at once would be 60 MB.
COMMENTS_PER_SECTION = 500


@require_safe
@cached_page
@expensive
def full_thread(request: HttpRequest, *, number: str | None = None, **where: str) -> HttpResponse:
    """The whole thread of a post, or section N of it."""
    subject = get_public_subject(request, **where)
    address = f"{subject.get_absolute_url()}discussion/"
    if number == "1":
        return redirect(address, permanent=True)
    page = load_section(subject, int(number or 1), address)
    muted.mark_muted(page.object_list, request)
    # A thread that fits on the post's page is indexed there; a longer one only here.
    is_canonical = page.total > layout.COMMENTS_PER_PAGE
    canonical = absolute_url(page.url(page.number) if is_canonical else subject.get_absolute_url())
    return render(
        request,
        "comments/full_thread.html",
        {
            "post": subject,
            "page": page,
            "rows": rendering.render_plain_thread(page.object_list),
            "canonical": canonical,
        },
    )


def load_section(subject: Commentable, number: int, address: str) -> NumberedPage:
    """Section `number` of the thread, as items; raises Http404."""
    shown = subject.thread.shown_count
    sections = -(-shown // COMMENTS_PER_SECTION)
    if number > sections:
        raise Http404("The thread has fewer sections.")
    return NumberedPage(
        load_items(subject, start=(number - 1) * COMMENTS_PER_SECTION, size=COMMENTS_PER_SECTION),
        number,
        sections,
        shown,
        address,
    )

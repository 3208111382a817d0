"""The public page of a reader who wants one: what they are known to have written, and since when."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blog.markup.extract import opening_words
from blog.page_cache import cached_page
from blog.text.pagination import paginate
from blog.views.post import set_noindex
from comments.lifecycle.ownership import comments_by
from comments.lifecycle.websites import is_website_linked
from comments.models import Reader
from comments.threads.layout import commenter_url

# A few screens of a phone.
PER_PAGE = 20
# Words of each comment: what it says is read where it was said.
EXCERPT_WORDS = 60


@require_safe
@cached_page
def public_page(request: HttpRequest, *, public_id: str, number: str | None = None) -> HttpResponse:
    """Their published comments under listed posts, the latest first; no search engine is to list a person."""
    reader = get_object_or_404(Reader, public_id=public_id, verified_at__isnull=False)
    rows = comments_by(reader).public()
    page = paginate(
        rows.with_subjects().order_by("-pk"),
        number=number,
        total=rows.count(),
        per_page=PER_PAGE,
        base=commenter_url(public_id),
    )
    if not page.object_list:
        raise Http404("They have published nothing here.")
    latest = page.object_list[0] if page.number == 1 else rows.latest("pk")
    context = {
        "name": latest.name,
        "website": latest.website if latest.website and is_website_linked(reader.pk) else "",
        "since": rows.earliest("created_at").created_at,
        "page": page,
        "lines": [(comment, opening_words(comment.html, EXCERPT_WORDS)) for comment in page.object_list],
    }
    return set_noindex(render(request, "comments/commenter.html", context))

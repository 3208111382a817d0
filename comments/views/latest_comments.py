"""The latest comments on the whole site, under posts that readers find."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from blog.markup.extract import opening_words
from blog.page_cache import cached_page
from blog.text.addresses import absolute_url
from blog.text.pagination import paginate
from blog.text.site_values import site
from comments.models import Comment
from comments.threads.rendering import format_moment
from comments.threads.row_templates import render_fast
from comments.web.tiles import tile_values

# A few screens of a phone.
COMMENTS_PER_LIST = 20
# Older ones are found under their posts and by searching. So few are counted within a millisecond or two.
MAX_LISTED = 1_000
# Of each comment: the rest is read where it was said.
WORDS_LISTED = 60


@require_safe
@cached_page
def latest_comments(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    public, base = Comment.objects.public(), reverse("comments:latest")
    rows = public.order_by("-created_at", "-id").with_subjects()
    page = paginate(
        rows.only("name", "html", "created_at", "tile", "post__title", "post__language", "page__title"),
        number=number,
        total=public.order_by()[:MAX_LISTED].count(),
        per_page=COMMENTS_PER_LIST,
        base=base,
    )
    context = {
        "page": page,
        "lines": [render_line(comment) for comment in page.object_list],
        "canonical": absolute_url(base) if page.number == 1 else "",
        "feed_base": reverse("comments:feed"),
    }
    return render(request, "comments/latest_comments.html", context)


def render_line(comment: Comment) -> SafeString:
    """A comment in the list: who wrote it where and when, and its first words."""
    moment, when = format_moment(comment.created_at, get_language(), site().time_zone)
    values = {
        "name": comment.name,
        "post": comment.subject.title,
        "url": comment.get_absolute_url(),
        "moment": moment,
        "when": when,
        "words": opening_words(comment.html, WORDS_LISTED),
        **tile_values(comment.tile),
    }
    return render_fast("comments/_latest_row.html", values)

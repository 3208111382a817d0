"""Whom and what the blog quotes, and where."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.models import Quotation, Source
from blog.page_cache import cached_page, cached_site_page
from blog.text.pagination import paginate
from blog.views.lists import TITLES_PER_PAGE, name_list, render_list


@require_safe
@cached_site_page
def source_list(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """Every source that a published post quotes, by author and work."""
    return name_list(request, Source.objects.public(), "source", number, base=reverse("blog:sources"))


@require_safe
@cached_page
def source_detail(request: HttpRequest, *, source: str, number: str | None = None) -> HttpResponse:
    """The posts that quote a source, newest first, each with the places where it does."""
    shown_source = get_object_or_404(Source.objects.public(), slug=source)
    posts = shown_source.posts.published().latest_first().for_title_list()
    posts = posts.prefetch_related(Prefetch("quotations", Quotation.objects.filter(source=shown_source)))
    page = paginate(
        posts,
        number=number,
        total=shown_source.post_count,
        per_page=TITLES_PER_PAGE,
        base=shown_source.get_absolute_url(),
    )
    return render_list(request, "blog/source_detail.html", page, source=shown_source)

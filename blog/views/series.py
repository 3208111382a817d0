"""Series: which there are, and the parts of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog.models import Series
from blog.page_cache import cached_page, cached_site_page
from blog.text.pagination import paginate
from blog.views.by_slug import get_by_slug_or_404
from blog.views.lists import TITLES_PER_PAGE, name_list, render_list


@require_safe
@cached_site_page
def series_list(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """Every series of which a reader can read something."""
    return name_list(request, Series.objects.public(), "series", number, base=reverse("blog:series-list"))


@require_safe
@cached_page
def series_detail(request: HttpRequest, *, series: str, number: str | None = None) -> HttpResponse:
    """The parts of a series, in their order."""
    shown_series = get_by_slug_or_404(Series, series)
    parts = shown_series.public_parts()
    page = paginate(
        parts, number=number, total=parts.count(), per_page=TITLES_PER_PAGE, base=shown_series.get_absolute_url()
    )
    return render_list(request, "blog/series_detail.html", page, series=shown_series)

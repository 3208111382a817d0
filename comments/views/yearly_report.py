"""The public report of one year on moderation, as a page and as a file."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.text.addresses import absolute_url
from comments.statistics import yearly
from comments.statistics.tallies import describe_duration

# How long browsers and proxies may keep it.
MAX_AGE = yearly.CACHE_SECONDS // 6


@require_safe
def yearly_report(request: HttpRequest, *, year: str, format: str = "") -> HttpResponse:
    """The numbers of a year in which something was decided."""
    if int(year) not in yearly.years():
        raise Http404("There is no report of that year.")
    rows = yearly.year_report(int(year))
    if format:
        response = HttpResponse(yearly.as_csv(rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="moderation-{year}.csv"'
    else:
        response = render(request, "comments/yearly_report.html", page_context(request, int(year), rows))
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    patch_vary_headers(response, ["Cookie"])  # the page is in the reader's language
    return response


def page_context(request: HttpRequest, year: int, rows: list[yearly.Row]) -> dict[str, Any]:
    headings = {
        yearly.REPORTS: _("Reports by readers"),
        yearly.REPORT_OUTCOMES: _("What became of them"),
        yearly.DECISIONS: _("Decisions"),
        yearly.REASONS: _("Reasons for removal"),
        yearly.STATEMENTS: _("Statements of reasons"),
        yearly.OBJECTIONS: _("Objections"),
        yearly.TIMES: _("Median times"),
    }
    sections = [(headings[name], list(group)) for name, group in groupby(rows, key=lambda row: row.section)]
    return {
        "year": year,
        "years": yearly.years(),
        "sections": [
            (heading, [(describe_row(row), describe_number(row)) for row in group]) for heading, group in sections
        ],
        "canonical": absolute_url(request.path),
    }


def describe_row(row: yearly.Row) -> str:
    if row.automated is None:
        return row.label
    by = _("%(what)s, by a program") if row.automated else _("%(what)s, by a person")
    return by % {"what": row.label}


def describe_number(row: yearly.Row) -> int | str:
    return describe_duration(row.number) if row.section == yearly.TIMES else row.number

"""The search: a page of results, a feed of them, and the description by which browsers offer it."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog import feeds
from blog.models import Post, VainSearch
from blog.page_cache import PRIVATE, vary
from blog.paging import NumberedPage, numbered
from blog.search import finding
from blog.search.excerpt import excerpt, highlighted
from blog.search.lookup import Phrase
from blog.search.query import LONGEST, Query, parse, written
from blog.search.ranking import Row
from blog.search.sources import SOURCES
from blog.search.stems import stems_in
from blog.text import is_key, one_line

log = logging.getLogger(__name__)

HITS_PER_PAGE = 10
# A year's link adds a word to the query: one that has its year gets none.
YEAR = "year:"


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the words in `q` find, ten to a page; without words, what can be asked and how."""
    text, section = asked(request)
    query = parse(text)
    context: dict[str, Any] = {"text": text, "section": section, "limit": finding.LIMIT}
    if query:
        context |= found(query, text, section, request.GET.get("page", ""))
        if not section and not context["found"].rows:
            note_vain(request, text)
    response = render(request, "blog/search.html", context)
    response.headers["Cache-Control"] = PRIVATE
    return vary(response)


@require_safe
def feed(request: HttpRequest, *, kind: str | None = None) -> HttpResponse:
    """The newest of what a search finds."""
    text, section = asked(request)
    query = parse(text)
    rows = finding.latest(query, kinds=kinds_of(section), count=feeds.ENTRIES) if query else []
    entries = [entry for name, ids in by_kind(rows).items() for entry in SOURCES[name].entries(ids)]
    title = _("%(words)s · Search · %(site)s") % {"words": text, "site": settings.SITE_NAME}
    response = feeds.answer(
        request,
        kind=kind,
        title=title,
        page=address(text, section),
        entries=sorted(entries, key=lambda entry: entry.published, reverse=True),
        query=f"?{parameters(text, section)}",
    )
    response.headers["Cache-Control"] = PRIVATE
    return vary(response)


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The search as browsers may offer it beside their own (OpenSearch 1.1)."""
    content = {"search": settings.SITE_URL + reverse("blog:search")}
    return render(
        request, "blog/opensearch.xml", content, content_type="application/opensearchdescription+xml; charset=utf-8"
    )


def asked(request: HttpRequest) -> tuple[str, str]:
    """The words and the section asked for; "" for the whole site."""
    section = request.GET.get("in", "")
    text = one_line(request.GET.get("q", "")[: LONGEST + 1])
    return text, section if section in {source.section for source in SOURCES.values()} else ""


def found(query: Query, text: str, section: str, page: str) -> dict[str, Any]:
    """What the page says of a query that means something."""
    result = finding.find(query, kinds=kinds_of(section))
    shown = numbered_page(result.rows, page, address(text, section))
    return {
        "query": query,
        "found": result,
        "page": shown,
        "hits": hits(shown.object_list, result.phrases),
        "sections": sections(text, section),
        "years": [] if asks_for_year(query) or query.is_cut else years(result, query, text, section),
        "suggestions": [] if result.rows else [suggestion(one, section) for one in finding.suggestions(query)],
        "feed_base": reverse("blog:search-feed"),
        "feed_query": parameters(text, section),
    }


def note_vain(request: HttpRequest, text: str) -> None:
    """Authors see what was searched for in vain; a database that takes nothing must not keep a reader from his page."""
    try:
        VainSearch.objects.note(text, address=request.META.get("REMOTE_ADDR", ""))
    except DatabaseError:
        log.warning("A search in vain could not be noted.")


def numbered_page(rows: list[Row], number: str, base: str) -> NumberedPage:
    """A page that there is: whatever else stands in an address means the first, and what lies beyond, the last."""
    last = max(1, -(-len(rows) // HITS_PER_PAGE))
    wanted = min(max(1, int(number)), last) if is_key(number) else 1
    page = numbered(rows, number=wanted, total=len(rows), per_page=HITS_PER_PAGE, base=base)
    page.pattern = "&page={}"
    return page


def hits(rows: Sequence[Row], phrases: Sequence[Phrase]) -> list[dict[str, Any]]:
    """The texts of one page, read anew, with what was found in them told apart."""
    texts = {kind: SOURCES[kind].hits(ids) for kind, ids in by_kind(rows).items()}
    shown = [(row.kind, texts[row.kind][row.of]) for row in rows if row.of in texts[row.kind]]
    stem = stems_in(f"{hit.title} {hit.text}" for _kind, hit in shown)
    return [
        {
            "kind": kind,
            "hit": hit,
            "title": highlighted(hit.title, phrases, stem),
            "excerpt": excerpt(hit.text, phrases, stem),
        }
        for kind, hit in shown
    ]


def by_kind(rows: Iterable[Row]) -> Mapping[str, list[int]]:
    """The numbers of the texts, a list for each kind."""
    rows = list(rows)
    return {kind: ids for kind in SOURCES if (ids := [row.of for row in rows if row.kind == kind])}


def kinds_of(section: str) -> list[str]:
    return [kind for kind, source in SOURCES.items() if source.section == section]


def sections(text: str, current: str) -> list[dict[str, Any]]:
    """The whole site and its parts, as links: {label, url, current}."""
    labels = {
        "": _("Everything"),
        **{SOURCES[kind].section: SOURCES[kind].label for kind in sorted(SOURCES, reverse=True)},
    }
    return [
        {"label": label, "url": address(text, section), "current": section == current}
        for section, label in labels.items()
    ]


def years(result: finding.Found, query: Query, text: str, section: str) -> list[dict[str, Any]]:
    """Links that narrow to one year: {year, url, count}; without counts where there is more than was counted."""
    counted: list[tuple[str, int | None]] = [(year, None) for year in all_years()] if is_open(result) else result.years
    # As it was typed, unless a quote left open would swallow the year.
    asked = text if asks_for_year(parse(f"{text} {YEAR}0000")) else written(query)
    links = [
        {"year": year, "count": count, "url": address(f"{asked} {YEAR}{year}", section)} for year, count in counted
    ]
    return links if len(links) > 1 else []


def is_open(result: finding.Found) -> bool:
    """Is there perhaps more than was found?"""
    return result.is_more or result.is_partial


def all_years() -> list[str]:
    """From this year back to that of the first post."""
    first = Post.objects.published().order_by("published_at").values_list("published_on", flat=True).first()
    this: datetime.date = timezone.localdate()
    return [f"{year:04}" for year in range(this.year, (first or this).year - 1, -1)]


def asks_for_year(query: Query) -> bool:
    return any(term.field == "year" for group in query.all_of for term in group)


def suggestion(query: Query, section: str) -> dict[str, str]:
    return {"words": written(query), "url": address(written(query), section)}


def address(text: str, section: str) -> str:
    return f"{reverse('blog:search')}?{parameters(text, section)}"


def parameters(text: str, section: str) -> str:
    return urlencode({"q": text, **({"in": section} if section else {})})

"""The search: a page of results, a feed of them, and the description by which browsers offer it."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.busy import expensive
from blog.feeds.entries import FEED_ENTRIES, MAX_ENTRIES
from blog.feeds.response import feed_response, render_entries
from blog.fulltext.query import MAX_QUERY_LENGTH, Query, format_query, parse_query
from blog.fulltext.stems import known_stems
from blog.fulltext.terms import Phrase
from blog.models import Author, Post, SearchMiss, Tag
from blog.page_cache import PRIVATE_CACHE_CONTROL, cached_value, set_vary_headers
from blog.search import engine, names
from blog.search.excerpt import build_excerpt, highlight_matches
from blog.search.names import NamedLink
from blog.search.providers import PROVIDERS
from blog.search.ranking import ResultRow
from blog.text.addresses import absolute_url
from blog.text.pagination import NumberedPage, paginate
from blog.text.site_values import site
from blog.text.tokens import tokenize
from blog.text.validators import is_pk, to_single_line
from blog.web.client_ip import client_ip

log = logging.getLogger(__name__)

HITS_PER_PAGE = 10
# A year's link adds a word to the query: one that has its year gets none.
YEAR_PREFIX = "year:"


@require_safe
@expensive
def search_results(request: HttpRequest) -> HttpResponse:
    """What the words in `q` find, ten to a page; without words, what can be asked and how."""
    text, section = parse_search_request(request)
    query = parse_query(text)
    context: dict[str, Any] = {"text": text, "section": section, "limit": engine.MAX_RESULTS}
    if query:
        context |= results_context(request, query, text, section)
        if not section and not context["found"].rows and not any(context["names"].values()):
            record_search_miss(request, text)
    response = render(request, "blog/search.html", context)
    response.headers["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return set_vary_headers(response)


@require_safe
@expensive
def search_feed(request: HttpRequest, *, format: str | None = None) -> HttpResponse:
    """The newest of what a search finds."""
    text, section = parse_search_request(request)
    query = parse_query(text)
    rows = engine.latest_rows(query, kinds=kinds_in_section(section), count=MAX_ENTRIES) if query else []
    entries = [entry for name, ids in group_ids_by_kind(rows).items() for entry in FEED_ENTRIES[name](ids)]
    entries.sort(key=lambda entry: entry.published, reverse=True)
    title = _("%(words)s · Search · %(site)s") % {"words": text, "site": site().name}
    response = feed_response(
        request,
        format=format,
        title=title,
        page=search_url(text, section),
        entries=render_entries(entries, format),
        query=f"?{search_query_string(text, section)}",
    )
    response.headers["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return set_vary_headers(response)


@require_safe
def opensearch_description(request: HttpRequest) -> HttpResponse:
    """The search as browsers may offer it beside their own (OpenSearch 1.1)."""
    content = {"search": absolute_url(reverse("blog:search"))}
    return render(
        request, "blog/opensearch.xml", content, content_type="application/opensearchdescription+xml; charset=utf-8"
    )


def parse_search_request(request: HttpRequest) -> tuple[str, str]:
    """The words and the section asked for; "" for the whole site."""
    section = request.GET.get("in", "")
    text = to_single_line(request.GET.get("q", "")[: MAX_QUERY_LENGTH + 1])
    return text, section if section in {source.section for source in PROVIDERS.values()} else ""


def results_context(request: HttpRequest, query: Query, text: str, section: str) -> dict[str, Any]:
    """What the page says of a query that means something."""
    result = engine.find_texts(query, kinds=kinds_in_section(section))
    is_narrowable = not has_year_term(query) and not query.is_truncated
    shown = results_page(result.rows, request.GET.get("page", ""), search_url(text, section))
    return {
        "query": query,
        "found": result,
        "page": shown,
        "hits": build_hits(shown.object_list, result.phrases),
        "names": {} if section or shown.number > 1 else name_links(request, query),
        "sections": section_links(text, section),
        "years": year_links(request, result, query, text, section) if is_narrowable else [],
        "suggestions": []
        if result.rows
        else [suggestion_link(suggestion, section) for suggestion in engine.suggest_queries(query)],
        "feed_base": reverse("blog:search-feed"),
        "feed_query": search_query_string(text, section),
    }


def name_links(request: HttpRequest, query: Query) -> dict[str, list[NamedLink]]:
    """Authors, tags and commenters whose names the words may be."""
    if not (words := names.name_words(query)):
        return {}
    known = {
        model: cached_value(request, f"names-{model.__name__}", functools.partial(names.list_names, model))
        for model in (Author, Tag)
    }
    writers = [NamedLink(name, search_url(asked, "comments")) for name, asked in names.find_writers(words)]
    return {
        "authors": names.find_names(words, known[Author]),
        "tags": names.find_names(words, known[Tag]),
        "commenters": writers,
    }


def record_search_miss(request: HttpRequest, text: str) -> None:
    """Count a search that returned nothing; a database that accepts no write must not cost readers their page."""
    try:
        SearchMiss.objects.record(text, address=client_ip(request))
    except DatabaseError:
        log.warning("A search that returned nothing could not be counted.")


def results_page(rows: list[ResultRow], number: str, base: str) -> NumberedPage:
    """A page that there is: whatever else stands in an address means the first, and what lies beyond, the last."""
    last = max(1, -(-len(rows) // HITS_PER_PAGE))
    wanted = min(max(1, int(number)), last) if is_pk(number) else 1
    page = paginate(rows, number=wanted, total=len(rows), per_page=HITS_PER_PAGE, base=base)
    page.pattern = "&page={}"
    return page


def build_hits(rows: Sequence[ResultRow], phrases: Sequence[Phrase]) -> list[dict[str, Any]]:
    """The texts of one page, read anew, with what was found in them told apart."""
    texts = {kind: PROVIDERS[kind].load_hits(ids) for kind, ids in group_ids_by_kind(rows).items()}
    shown = [(row.kind, texts[row.kind][row.object_id]) for row in rows if row.object_id in texts[row.kind]]
    words = [(tokenize(hit.title), tokenize(hit.text)) for _kind, hit in shown]
    stems = known_stems({key for pair in words for tokens in pair for _start, _end, key in tokens})
    return [
        {
            "kind": kind,
            "hit": hit,
            "title": highlight_matches(hit.title, in_title, phrases, stems),
            "excerpt": build_excerpt(hit.text, in_text, phrases, stems),
        }
        for (kind, hit), (in_title, in_text) in zip(shown, words, strict=True)
    ]


def group_ids_by_kind(rows: Iterable[ResultRow]) -> Mapping[str, list[int]]:
    """The numbers of the texts, a list for each kind."""
    rows = list(rows)
    return {kind: ids for kind in PROVIDERS if (ids := [row.object_id for row in rows if row.kind == kind])}


def kinds_in_section(section: str) -> list[str]:
    return [kind for kind, source in PROVIDERS.items() if source.section == section]


def section_links(text: str, current: str) -> list[dict[str, Any]]:
    """The whole site and its parts, as links: {label, url, current}."""
    labels = {
        "": _("Everything"),
        **{PROVIDERS[kind].section: PROVIDERS[kind].label for kind in sorted(PROVIDERS, reverse=True)},
    }
    return [
        {"label": label, "url": search_url(text, section), "current": section == current}
        for section, label in labels.items()
    ]


def year_links(
    request: HttpRequest, result: engine.SearchResults, query: Query, text: str, section: str
) -> list[dict[str, Any]]:
    """Links that narrow to one year: {year, url, count}; without counts where there is more than was counted."""
    counted: Sequence[tuple[str, int | None]] = (
        [(year, None) for year in years_with_posts(request)] if is_incomplete(result) else [*result.years]
    )
    # As it was typed, unless a quote left open would swallow the year.
    asked = text if has_year_term(parse_query(f"{text} {YEAR_PREFIX}0000")) else format_query(query)
    address = reverse("blog:search")
    links = [
        {
            "year": year,
            "count": count,
            "url": f"{address}?{search_query_string(f'{asked} {YEAR_PREFIX}{year}', section)}",
        }
        for year, count in counted
    ]
    return links if len(links) > 1 else []


def is_incomplete(result: engine.SearchResults) -> bool:
    """Is there perhaps more than was found?"""
    return result.has_more or result.is_partial


def years_with_posts(request: HttpRequest) -> list[str]:
    """From this year back to that of the first post."""

    def first_day() -> date | None:
        return Post.objects.published().order_by("published_at").values_list("published_on", flat=True).first()

    first, this = cached_value(request, "first-day", first_day), timezone.localdate()
    return [f"{year:04}" for year in range(this.year, (first or this).year - 1, -1)]


def has_year_term(query: Query) -> bool:
    return any(term.field == "year" for group in query.all_of for term in group)


def suggestion_link(query: Query, section: str) -> dict[str, str]:
    return {"words": format_query(query), "url": search_url(format_query(query), section)}


def search_url(text: str, section: str) -> str:
    return f"{reverse('blog:search')}?{search_query_string(text, section)}"


def search_query_string(text: str, section: str) -> str:
    return urlencode({"q": text, **({"in": section} if section else {})})

"""The front page with its pinned posts, and lists of posts, tags and authors, each at numbered pages."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from django.db.models import BigAutoField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from blog.markup.extract import opening_words
from blog.models import Author, Post, Tag
from blog.models.composed_query import ComposedQuery, Parameter
from blog.models.publishable import address_on_day
from blog.old_addresses.respond import redirect_for
from blog.page_cache import cached_page, cached_site_page, cached_value, cached_values
from blog.text.addresses import absolute_url
from blog.text.old_paths import HOME_PARAMETERS, asks_for_row
from blog.text.pagination import POSTS_PER_PAGE, NumberedPage, paginate
from blog.text.site_values import site
from blog.views.by_slug import get_by_slug_or_404
from blog.views.months import load_months, seek_month, sum_years
from blog.views.not_set_up import is_set_up, not_set_up

TITLES_PER_PAGE = 100
NAMES_PER_PAGE = 100
DESCRIPTION_WORDS = 30
# Above the newest posts: more of them, and a front page shows nothing new.
MAX_PINNED = 3


# The numbers of comments of as many posts as stand on a page; `count_comments` gives their ids.
PLACES = [f"post{place}" for place in range(POSTS_PER_PAGE + MAX_PINNED)]
COMMENT_COUNTS = ComposedQuery(
    lambda: Post.everything.filter(pk__in=[Parameter(place, BigAutoField()) for place in PLACES]).values_list(
        "pk", "thread__comment_count"
    )
)


class Entry(NamedTuple):
    """A post in a list, as HTML."""

    html: SafeString
    is_pinned: bool


@require_safe
def home(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """The front page; `/?s=` is where WordPress searched, and where links to its searches still lead, as its `/?p=`."""
    if words := request.GET.get("s"):
        return redirect(f"{reverse('blog:search')}?{urlencode({'q': words})}")
    if HOME_PARAMETERS.intersection(request.GET) and number is None:
        if moved := redirect_for(request):
            return moved
        if asks_for_row(request.GET):
            raise Http404("Nothing has this number.")
    return front_page(request, number=number)


@cached_page
def front_page(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    posts = Post.objects.published()
    total = cached_value(request, "posts", posts.count)
    if not total and not is_set_up():
        return not_set_up(request)
    base, seek = reverse("blog:home"), partial(seek_month, request, posts, "all")
    return post_list(request, posts, number=number, base=base, kind="home", total=lambda: total, seek=seek)


@require_safe
@cached_page
def year_archive(request: HttpRequest, *, year: str, number: str | None = None) -> HttpResponse:
    return date_archive(request, "year", parse_first_day(year), number, "Y")


@require_safe
@cached_page
def month_archive(request: HttpRequest, *, year: str, month: str, number: str | None = None) -> HttpResponse:
    return date_archive(request, "month", parse_first_day(year, month), number, "YEAR_MONTH_FORMAT")


@require_safe
@cached_page
def day_archive(request: HttpRequest, *, year: str, month: str, day: str, number: str | None = None) -> HttpResponse:
    return date_archive(request, "day", parse_first_day(year, month, day), number, "DATE_FORMAT")


@require_safe
@cached_page
def tag_detail(request: HttpRequest, *, tag: str, number: str | None = None) -> HttpResponse:
    return tag_or_author_posts(request, get_by_slug_or_404(Tag, tag), "tag", number)


@require_safe
@cached_page
def author_detail(request: HttpRequest, *, author: str, number: str | None = None) -> HttpResponse:
    return tag_or_author_posts(request, get_by_slug_or_404(Author, author), "author", number)


def tag_or_author_posts(request: HttpRequest, subject: Tag | Author, kind: str, number: str | None) -> HttpResponse:
    """The posts about a tag or by an author; how many there are is in its row."""
    return post_list(
        request,
        Post.objects.belonging_to(subject).published(),
        number=number,
        base=subject.get_absolute_url(),
        kind=kind,
        heading=subject.name,
        about=subject,
        total=lambda: subject.post_count,
        seek=partial(seek_month, request, subject.posts.published(), f"{kind}-{subject.pk}"),
        related=find_related_tags(request, subject) if isinstance(subject, Tag) else (),
    )


def find_related_tags(request: HttpRequest, tag: Tag) -> list[Tag]:
    """The tags that stand beside it most often."""
    tags: list[Tag] = cached_value(request, f"beside-tag-{tag.pk}", lambda: list(Tag.objects.related_to(tag)))
    return tags


@require_safe
@cached_site_page
def archive(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """Every title, newest first, and the years with their numbers of posts."""
    posts = Post.objects.published()
    years = cached_value(request, "years", lambda: sum_years(load_months(request, posts, "all")))
    page = paginate(
        posts.latest_first().values_list("published_on", "slug", "title"),
        number=number,
        total=sum(row["count"] for row in years),
        per_page=TITLES_PER_PAGE,
        base=reverse("blog:archive"),
        seek=partial(seek_month, request, posts, "all"),
    )
    by_month = groupby(page.object_list, key=lambda row: row[0].replace(day=1))
    months = [(month, [title_line(*row) for row in rows]) for month, rows in by_month]
    return render_list(request, "blog/archive.html", page, years=years, months=months)


def title_line(day: datetime.date, slug: str, title: str) -> tuple[str, str, str, str]:
    """A line of the archive: the day, its number, the address, the title; words, since templates localise numbers."""
    return day.isoformat(), str(day.day), address_on_day(day, slug), title


@require_safe
@cached_site_page
def tag_list(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    return name_list(request, Tag.objects.public(), "tag", number, base=reverse("blog:tags"))


@require_safe
@cached_site_page
def author_list(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    return name_list(request, Author.objects.all(), "author", number, base=reverse("blog:authors"))


def name_list(request: HttpRequest, rows: QuerySet[Any], kind: str, number: str | None, *, base: str) -> HttpResponse:
    """A page of the names of tags, authors and whatever else has posts."""
    page = paginate(rows, number=number, total=rows.count(), per_page=NAMES_PER_PAGE, base=base)
    return render_list(request, f"blog/{kind}_list.html", page)


def parse_first_day(year: str, month: str = "01", day: str = "01") -> datetime.date:
    """The day these digits name; Http404 when no calendar has it."""
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Http404("There is no such day.") from None


def date_archive(
    request: HttpRequest, kind: str, first: datetime.date, number: str | None, heading: str
) -> HttpResponse:
    """The posts of a year, a month or a day; Http404 for one without posts."""
    last = {
        "year": first.replace(month=12, day=31),
        "month": first.replace(day=calendar.monthrange(first.year, first.month)[1]),
        "day": first,
    }[kind]
    posts = Post.objects.published().filter(published_on__range=(first, last))

    def count_posts() -> int:
        if total := posts.count():
            return total
        raise Http404("Nothing was published then.")

    digits = first.isoformat().split("-")[: ["year", "month", "day"].index(kind) + 1]
    base = reverse(f"blog:{kind}", args=digits)
    return post_list(
        request, posts, number=number, base=base, kind=kind, heading=date_format(first, heading), total=count_posts
    )


def post_list(
    request: HttpRequest,
    posts: Any,
    *,
    number: str | None,
    base: str,
    kind: str,
    heading: str = "",
    about: Any = None,
    related: Sequence[Tag] = (),
    total: Callable[[], int],
    seek: Callable[[Any, int], tuple[Any, int]] | None = None,
) -> HttpResponse:
    """A page of posts with their openings, newest first.

    Which posts these are is kept, whoever asks and however many comments come: only these are counted each time.
    """

    def find_page() -> tuple[NumberedPage, list[int]]:
        ids = posts.latest_first().values_list("pk", flat=True)
        page = paginate(ids, number=number, total=total(), per_page=POSTS_PER_PAGE, base=base, seek=seek)
        return page, list(find_pinned_posts()) if kind == "home" and page.number == 1 else []

    page, pinned = cached_value(request, f"list-{base}-{int(number or 1)}", find_page)
    feed_base = f"{base}feed/" if kind in {"tag", "author"} else ""
    words = site().tagline if kind == "home" else describe_subject(about)
    more = {
        "entries": load_entries(request, [*pinned, *(pk for pk in page.object_list if pk not in pinned)], pinned),
        "kind": kind,
        "heading": heading,
        "about": about,
        "feed_base": feed_base,
        "words": words,
        "related": related,
    }
    return render_list(request, "blog/post_list.html", page, **more)


def find_pinned_posts() -> QuerySet[Any, int]:
    """The ids of the posts that stand at the head of the front page, the newest first."""
    pinned = Post.objects.published().filter(is_pinned=True).order_by("-published_at")
    return pinned.values_list("pk", flat=True)[:MAX_PINNED]


def count_comments(ids: Sequence[int]) -> dict[int, int]:
    """The number of comments on each of these posts, of which there are no more than stand on a page."""
    return dict(COMMENT_COUNTS(**dict.fromkeys(PLACES, 0) | dict(zip(PLACES, ids, strict=False))))


def load_entries(request: HttpRequest, ids: Sequence[int], pinned: Sequence[int]) -> list[Entry]:
    """The entries of these posts, each rendered once for each state of the site and number of comments."""
    counts = count_comments(ids)
    names = {f"entry-{pk}-{counts[pk]}-{get_language()}": pk for pk in ids if pk in counts}

    def render(missing: list[str]) -> dict[str, SafeString]:
        posts = Post.objects.for_list().in_bulk([names[name] for name in missing])
        context = [(name, posts.get(names[name])) for name in missing]
        return {name: render_to_string("blog/_entry.html", {"post": post}, request) for name, post in context if post}

    html = cached_values(request, names, render)
    return [Entry(html[name], is_pinned=pk in pinned) for name, pk in names.items() if name in html]


def describe_subject(subject: Any) -> str:
    """How a tag or an author is described where the page is shared; "" where nobody has."""
    return (
        opening_words(subject.bio_html, DESCRIPTION_WORDS)
        if isinstance(subject, Author)
        else getattr(subject, "description", "")
    )


def render_list(request: HttpRequest, template: str, page: NumberedPage, **context: Any) -> HttpResponse:
    """A page has one address: /page/1/ and /page/02/ lead to it."""
    address = page.url(page.number)
    if request.path != unquote(address):
        return redirect(address, permanent=True)
    canonical = absolute_url(address)
    return render(request, template, {"page": page, "canonical": canonical, **context})

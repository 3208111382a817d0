"""Lists of posts, tags and authors, each at numbered pages."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from blog.markup import opening
from blog.models import Author, Post, Tag
from blog.page_cache import kept, kept_value
from blog.paging import NumberedPage, numbered

POSTS_PER_PAGE = 10
TITLES_PER_PAGE = 100
NAMES_PER_PAGE = 100
DESCRIPTION_WORDS = 30
# Above the newest posts: more of them, and a front page shows nothing new.
MOST_PINNED = 3


@require_safe
def home(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """The front page; `/?s=` is where WordPress searched, and where links to its searches still lead."""
    if words := request.GET.get("s"):
        return redirect(f"{reverse('blog:search')}?{urlencode({'q': words})}")
    return front_page(request, number=number)


@kept
def front_page(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    posts = Post.objects.published()
    total = kept_value(request, "posts", posts.count)
    return post_list(request, posts, number=number, base=reverse("blog:home"), kind="home", total=total)


@require_safe
@kept
def year(request: HttpRequest, *, year: str, number: str | None = None) -> HttpResponse:
    return period(request, "year", first_day(year), number, "Y")


@require_safe
@kept
def month(request: HttpRequest, *, year: str, month: str, number: str | None = None) -> HttpResponse:
    return period(request, "month", first_day(year, month), number, "YEAR_MONTH_FORMAT")


@require_safe
@kept
def day(request: HttpRequest, *, year: str, month: str, day: str, number: str | None = None) -> HttpResponse:
    return period(request, "day", first_day(year, month, day), number, "DATE_FORMAT")


@require_safe
@kept
def tag(request: HttpRequest, *, tag: str, number: str | None = None) -> HttpResponse:
    return posts_of(request, get_object_or_404(Tag, slug=tag), "tag", number)


@require_safe
@kept
def author(request: HttpRequest, *, author: str, number: str | None = None) -> HttpResponse:
    return posts_of(request, get_object_or_404(Author, slug=author), "author", number)


def posts_of(request: HttpRequest, one: Tag | Author, kind: str, number: str | None) -> HttpResponse:
    """The posts about a tag or by an author; how many there are is in its row."""
    return post_list(
        request,
        Post.objects.of(one).published(),
        number=number,
        base=one.get_absolute_url(),
        kind=kind,
        heading=one.name,
        about=one,
        total=one.post_count,
        related=related(request, one) if isinstance(one, Tag) else (),
    )


def related(request: HttpRequest, tag: Tag) -> list[Tag]:
    """The tags that stand beside it most often."""
    return kept_value(request, f"beside-tag-{tag.pk}", lambda: list(Tag.objects.beside(tag)))


@require_safe
@kept
def archive(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    """Every title, newest first, and the years with their numbers of posts."""
    posts = Post.objects.published()
    years = kept_value(request, "years", years_and_counts)
    titles = posts.latest_first().titles()
    total = sum(row["count"] for row in years)
    page = numbered(titles, number=number, total=total, per_page=TITLES_PER_PAGE, base=reverse("blog:archive"))
    return listing(request, "blog/archive.html", page, years=years)


def years_and_counts() -> list[dict[str, Any]]:
    """Every year in which something was published, the last first: {year, url, count}."""
    years = Post.objects.published().values(year=Substr(Cast("published_on", CharField()), 1, 4))
    years = years.annotate(count=Count("pk")).order_by("-year")
    return [{**row, "url": reverse("blog:year", args=[row["year"]])} for row in years]


@require_safe
@kept
def tags(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    return names(request, Tag.objects.public(), "tag", number, base=reverse("blog:tags"))


@require_safe
@kept
def authors(request: HttpRequest, *, number: str | None = None) -> HttpResponse:
    return names(request, Author.objects.all(), "author", number, base=reverse("blog:authors"))


def names(request: HttpRequest, rows: QuerySet, kind: str, number: str | None, *, base: str) -> HttpResponse:
    """A page of the names of tags, authors and whatever else has posts."""
    page = numbered(rows, number=number, total=rows.count(), per_page=NAMES_PER_PAGE, base=base)
    return listing(request, f"blog/{kind}_list.html", page)


def first_day(year: str, month: str = "01", day: str = "01") -> datetime.date:
    """The day these digits name; Http404 when no calendar has it."""
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Http404("There is no such day.") from None


def period(request: HttpRequest, kind: str, first: datetime.date, number: str | None, heading: str) -> HttpResponse:
    """The posts of a year, a month or a day; Http404 for one without posts."""
    last = {
        "year": first.replace(month=12, day=31),
        "month": first.replace(day=calendar.monthrange(first.year, first.month)[1]),
        "day": first,
    }[kind]
    posts = Post.objects.published().filter(published_on__range=(first, last))
    if not (total := posts.count()):
        raise Http404("Nothing was published then.")
    digits = first.isoformat().split("-")[: ["year", "month", "day"].index(kind) + 1]
    base = reverse(f"blog:{kind}", args=digits)
    return post_list(
        request, posts, number=number, base=base, kind=kind, heading=date_format(first, heading), total=total
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
    total: int | None = None,
) -> HttpResponse:
    """A page of posts with their openings, newest first."""
    total = posts.count() if total is None else total
    page = numbered(posts.latest_first().listed(), number=number, total=total, per_page=POSTS_PER_PAGE, base=base)
    pinned = pinned_posts() if kind == "home" and page.number == 1 else []
    posts = [*pinned, *(post for post in page.object_list if post not in pinned)]
    feed_base = f"{base}feed/" if kind in {"tag", "author"} else ""
    words = settings.SITE_TAGLINE if kind == "home" else about_in_words(about)
    more = {
        "posts": posts,
        "pinned": pinned,
        "kind": kind,
        "heading": heading,
        "about": about,
        "feed_base": feed_base,
        "words": words,
        "related": related,
    }
    return listing(request, "blog/post_list.html", page, **more)


def pinned_posts() -> list[Post]:
    """The posts that stand at the head of the front page, the newest first; one query when there are none."""
    return list(Post.objects.published().filter(is_pinned=True).order_by("-published_at").listed()[:MOST_PINNED])


def about_in_words(one: Any) -> str:
    """How a tag or an author is described where the page is shared; "" where nobody has."""
    return opening(one.bio_html, DESCRIPTION_WORDS) if isinstance(one, Author) else getattr(one, "description", "")


def listing(request: HttpRequest, template: str, page: NumberedPage, **context: Any) -> HttpResponse:
    """A page has one address: /page/1/ and /page/02/ lead to it."""
    address = page.url(page.number)
    if request.path != unquote(address):
        return redirect(address, permanent=True)
    canonical = settings.SITE_URL + address
    return render(request, template, {"page": page, "canonical": canonical, **context})

"""The filters of the list of posts: by state, author, tag, series and month."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelAdmin
from blog.models import Author, Post, Series, Tag
from blog.models.fields import column_of
from blog.models.post_queryset import PostQuerySet
from blog.text.datetimes import date_or_min

# Names offered while one types: those with the most posts. Any other is found by its whole name or its slug.
MAX_OFFERED_NAMES = 100
# Above this many posts of an author or tag the list walks along all posts until a page is full; below, it sorts theirs.
MANY_POSTS = 5_000
MONTH_PATTERN = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)


class PostStateFilter(admin.SimpleListFilter):
    """Filters by what a reader sees of a post."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("draft", _("draft")),
            ("review", _("waiting for review")),
            ("scheduled", _("scheduled")),
            ("published", _("published")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if self.value() in {"draft", "review"}:
            return queryset.filter(status=self.value())
        if self.value() == "scheduled":
            return queryset & Post.objects.scheduled()
        if self.value() == "published":
            return cast(PostQuerySet, queryset).published_along_order()
        return queryset


class TypedFilter(admin.SimpleListFilter):
    """Filters by what is typed into a field, so that the page is as short with 5,000 tags as with five."""

    template = "admin/blog/post/filter.html"
    input_type = "text"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def typed(self) -> str:
        return (self.value() or "").strip()

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One entry: what the form of this filter shows and sends."""
        others = {name: value for name, value in changelist.params.items() if name != PAGE_VAR}
        others |= {name: values[-1] for name, values in changelist.filter_params.items()}
        others.pop(str(self.parameter_name), None)
        yield {
            "name": self.parameter_name,
            "value": self.typed(),
            "type": self.input_type,
            "offered": self.offered_names(),
            "problem": self.problem(),
            "others": others,
            "clear": changelist.get_query_string(remove=[str(self.parameter_name)]),
        }

    def offered_names(self) -> list[str]:
        return []

    def problem(self) -> str:
        """A sentence when nothing can be found by what was typed."""
        return ""


class NameFilter(TypedFilter):
    """Filters by a row that is named, by its name or its slug."""

    model: type[Model]
    order = "-post_count"
    missing: Any

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: ModelAdmin
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.row = find_named(self.model, self.typed())

    def offered_names(self) -> list[str]:
        names = self.model._default_manager.order_by(self.order, "pk").values_list("name", flat=True)
        return list(names[:MAX_OFFERED_NAMES])

    def problem(self) -> str:
        return self.missing if self.typed() and self.row is None else ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if not self.typed():
            return queryset
        return narrow_to(queryset, self.row) if self.row else queryset.none()


def find_named(model: type[Model], text: str) -> Any:
    """The row with this slug or name, in whatever case; None if there is none."""
    if not text:
        return None
    rows = model._default_manager.all()
    return rows.filter(slug=text).first() or rows.filter(name=text).first() or rows.filter(name__iexact=text).first()


def narrow_to(posts: QuerySet[Post], row: Author | Tag | Series) -> QuerySet[Post]:
    """Those of `posts` that belong to `row`."""
    if isinstance(row, Series):
        return posts.filter(series=row)
    if row.post_count > MANY_POSTS and isinstance(posts, PostQuerySet):
        return posts.belonging_to(row)
    links = type(row).post_links()._default_manager.filter(**{column_of(row): row})
    return posts.filter(pk__in=links.values("post"))


class AuthorFilter(NameFilter):
    title = gettext_lazy("author")
    parameter_name = "author"
    model, missing = Author, gettext_lazy("No author has this name.")


class TagFilter(NameFilter):
    title = gettext_lazy("tag")
    parameter_name = "tag"
    model, missing = Tag, gettext_lazy("No tag has this name.")


class SeriesFilter(NameFilter):
    title = gettext_lazy("series")
    parameter_name = "series"
    order = "-pk"
    model, missing = Series, gettext_lazy("No series has this name.")


class MonthFilter(TypedFilter):
    """Filters by the month of publication, as in the address of a post."""

    title = gettext_lazy("month of publication")
    parameter_name = "month"
    input_type = "month"

    def days(self) -> tuple[datetime.date, datetime.date] | None:
        """The first and the last day of the month; None for what is not a month."""
        match = MONTH_PATTERN.fullmatch(self.typed())
        first = date_or_min(match[1], match[2], "1") if match else datetime.date.min
        if first == datetime.date.min:
            return None
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])

    def problem(self) -> str:
        return _("Write a month as 2026-11.") if self.typed() and self.days() is None else ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if not self.typed():
            return queryset
        days = self.days()
        return queryset.filter(published_on__range=days) if days else queryset.none()

"""Which comments the queue shows: filters from an address, read kindly, and the rows that they leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post
from blog.text.validators import is_pk
from comments.models import Comment, Finding, Reader
from comments.models.comment_queryset import CommentQuerySet
from comments.screening.labels import describe_finding

REPORTED, QUOTING = "reported", "quoting"
SHOW_PATTERN = re.compile(f"{REPORTED}|{QUOTING}")
KIND_PATTERN = re.compile(r"[a-z][a-z_-]{0,19}")
AGE_PATTERN = re.compile(r"(over|under)-([1-9][0-9]{0,3})")
# Days: what a moderator asks after a weekend, a week, a holiday; and what came in since yesterday.
AGE_CHOICES = ("under-1", "over-1", "over-3", "over-7", "over-30")
# What the lists of reasons and posts to choose from are drawn from: the first so many that wait.
SAMPLE_SIZE = 500


QUERYSET_BY_LIST = {
    "": Comment.objects.waiting,
    REPORTED: Comment.objects.reported,
    QUOTING: Comment.objects.quoting_hidden,
}


@dataclass(frozen=True)
class QueueFilters:
    """What was asked for; whatever makes no sense is left out, as if nobody had asked."""

    show: str = ""
    kind: str = ""
    post: str = ""
    reader: str = ""
    age: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> QueueFilters:
        """From the fields of an address."""
        return cls(
            show=matching_or_blank(SHOW_PATTERN, asked.get("show", "")),
            kind=matching_or_blank(KIND_PATTERN, asked.get("kind", "")),
            post=key_or_blank(asked.get("post", "")),
            reader=key_or_blank(asked.get("reader", "")),
            age=matching_or_blank(AGE_PATTERN, asked.get("age", "")),
        )

    def rows(self) -> CommentQuerySet:
        """The comments that match, in the order of the queue."""
        rows = QUERYSET_BY_LIST[self.show]()
        if self.kind:
            rows = rows.filter(Exists(Finding.objects.filter(kind=self.kind, comment=OuterRef("pk"))))
        if self.post:
            rows = rows.filter(post=self.post)
        if self.reader:
            rows = rows.filter(reader=self.reader)
        if self.age:
            side, days = self.age.split("-")
            then = timezone.now() - timedelta(days=int(days))
            rows = rows.filter(**{"created_at__lt" if side == "over" else "created_at__gte": then})
        return rows

    def __bool__(self) -> bool:
        return any(value for _name, value in self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The filters that are set, by their names in an address."""
        return [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]

    def query(self, **more: str) -> str:
        """These filters, and more, as the end of an address; "" for none."""
        pairs = [*self.pairs(), *((name, value) for name, value in more.items() if value)]
        return f"?{urlencode(pairs)}" if pairs else ""

    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in words, and the end of the address without it; asks for names."""
        words = {
            "kind": lambda: describe_finding(self.kind, ""),
            "post": lambda: Post.objects.filter(pk=self.post).values_list("title", flat=True).first() or _("A post"),
            "reader": lambda: Reader.objects.filter(pk=self.reader).values_list("email", flat=True).first() or "?",
            "age": lambda: describe_age(self.age),
        }
        return [(words[name](), replace(self, **{name: ""}).query()) for name, _value in self.pairs() if name in words]


def matching_or_blank(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def key_or_blank(text: str) -> str:
    return text if is_pk(text) else ""


def describe_age(age: str) -> str:
    side, days = age.split("-")
    if side == "over":
        words = ngettext("Older than %d day", "Older than %d days", int(days))
    else:
        words = ngettext("Of the last %d day", "Of the last %d days", int(days))
    return words % int(days)


@dataclass(frozen=True)
class FilterChoice:
    """A line of a list to choose from; `count` is None when it was not counted to the end."""

    value: str
    words: str
    count: int | None = None


def filter_choices(filters: QueueFilters, *, waiting: int) -> dict[str, list[FilterChoice]]:
    """What one may filter by, in two queries: reasons and posts of the first that wait, and ages."""
    first = Comment.objects.waiting()[:SAMPLE_SIZE].values("pk")
    counted = waiting <= SAMPLE_SIZE
    kinds = Finding.objects.filter(comment__in=first).order_by("kind").values_list("kind")
    kinds = kinds.annotate(n=Count("comment", distinct=True))
    posts = Comment.objects.filter(pk__in=first).order_by("post__title").values_list("post", "post__title")
    found = {
        "kind": [
            (kind, describe_finding(kind, ""), n) for kind, n in kinds.annotate(n=Count("comment", distinct=True))
        ],
        "post": [(str(pk), title, n) for pk, title, n in posts.annotate(n=Count("pk"))],
    }
    lists = {
        name: [FilterChoice(value, words, n if counted else None) for value, words, n in rows]
        for name, rows in found.items()
    }
    lists["age"] = [FilterChoice(age, describe_age(age)) for age in AGE_CHOICES]
    return lists

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
from blog.text import is_key
from comments import screening
from comments.models import Comment, Finding, Reader
from comments.models.comment_rows import CommentQuerySet

REPORTED, QUOTING = "reported", "quoting"
SHOW = re.compile(f"{REPORTED}|{QUOTING}")
KIND = re.compile(r"[a-z][a-z_-]{0,19}")
AGE = re.compile(r"(over|under)-([1-9][0-9]{0,3})")
# Days: what a moderator asks after a weekend, a week, a holiday; and what came in since yesterday.
AGES = ("under-1", "over-1", "over-3", "over-7", "over-30")
# What the lists of reasons and posts to choose from are drawn from: the first so many that wait.
SAMPLE = 500


LISTS = {
    "": Comment.objects.waiting,
    REPORTED: Comment.objects.reported,
    QUOTING: Comment.objects.quoting_hidden,
}


@dataclass(frozen=True)
class Filters:
    """What was asked for; whatever makes no sense is left out, as if nobody had asked."""

    show: str = ""
    kind: str = ""
    post: str = ""
    reader: str = ""
    age: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """From the fields of an address."""
        return cls(
            show=sound(SHOW, asked.get("show", "")),
            kind=sound(KIND, asked.get("kind", "")),
            post=key(asked.get("post", "")),
            reader=key(asked.get("reader", "")),
            age=sound(AGE, asked.get("age", "")),
        )

    def rows(self) -> CommentQuerySet:
        """The comments that match, in the order of the queue."""
        rows = LISTS[self.show]()
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
            "kind": lambda: screening.in_words(self.kind, ""),
            "post": lambda: Post.objects.filter(pk=self.post).values_list("title", flat=True).first() or _("A post"),
            "reader": lambda: Reader.objects.filter(pk=self.reader).values_list("email", flat=True).first() or "?",
            "age": lambda: age_in_words(self.age),
        }
        return [(words[name](), replace(self, **{name: ""}).query()) for name, _value in self.pairs() if name in words]


def sound(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def key(text: str) -> str:
    return text if is_key(text) else ""


def age_in_words(age: str) -> str:
    side, days = age.split("-")
    if side == "over":
        words = ngettext("Older than %d day", "Older than %d days", int(days))
    else:
        words = ngettext("Of the last %d day", "Of the last %d days", int(days))
    return words % int(days)


@dataclass(frozen=True)
class Choice:
    """A line of a list to choose from; `count` is None when it was not counted to the end."""

    value: str
    words: str
    count: int | None = None


def choices(filters: Filters, *, waiting: int) -> dict[str, list[Choice]]:
    """What one may filter by, in two queries: reasons and posts of the first that wait, and ages."""
    first = Comment.objects.waiting()[:SAMPLE].values("pk")
    counted = waiting <= SAMPLE
    kinds = Finding.objects.filter(comment__in=first).order_by("kind").values_list("kind")
    kinds = kinds.annotate(n=Count("comment", distinct=True))
    posts = Comment.objects.filter(pk__in=first).order_by("post__title").values_list("post", "post__title")
    found = {
        "kind": [
            (kind, screening.in_words(kind, ""), n) for kind, n in kinds.annotate(n=Count("comment", distinct=True))
        ],
        "post": [(str(pk), title, n) for pk, title, n in posts.annotate(n=Count("pk"))],
    }
    lists = {
        name: [Choice(value, words, n if counted else None) for value, words, n in rows] for name, rows in found.items()
    }
    lists["age"] = [Choice(age, age_in_words(age)) for age in AGES]
    return lists

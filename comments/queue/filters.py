"""Which comments the queue shows: filters from a query string, and the comments that match."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Conversation
from blog.models.composed_query import ComposedQuery
from blog.text.display_names import display_name
from blog.text.validators import is_pk
from comments.models import Comment, Finding, Reader
from comments.models.comment_queryset import CommentQuerySet
from comments.screening.labels import describe_finding

REPORTED, QUOTING = "reported", "quoting"
SHOW_PATTERN = re.compile(f"{REPORTED}|{QUOTING}")
KIND_PATTERN = re.compile(r"[a-z][a-z_-]{0,19}")
AGE_PATTERN = re.compile(r"(over|under)-([1-9][0-9]{0,3})")
# Days: what moderators look for after a weekend, a week or a holiday, and what came in since yesterday.
AGE_CHOICES = ("under-1", "over-1", "over-3", "over-7", "over-30")
# The lists of reasons and posts are made from the first waiting comments, up to this many.
SAMPLE_SIZE = 500

QUERYSET_BY_LIST: dict[str, Callable[[], CommentQuerySet]] = {
    "": Comment.objects.waiting,
    REPORTED: Comment.objects.reported,
    QUOTING: Comment.objects.quoting_hidden,
}


@dataclass(frozen=True)
class QueueFilters:
    """Filters from a query string; values that make no sense are left out."""

    show: str = ""
    kind: str = ""
    post: str = ""  # the number of a conversation
    reader: str = ""
    age: str = ""
    assigned: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> QueueFilters:
        return cls(
            show=matching_or_blank(SHOW_PATTERN, query.get("show", "")),
            kind=matching_or_blank(KIND_PATTERN, query.get("kind", "")),
            post=key_or_blank(query.get("post", "")),
            reader=key_or_blank(query.get("reader", "")),
            age=matching_or_blank(AGE_PATTERN, query.get("age", "")),
            assigned=key_or_blank(query.get("assigned", "")),
        )

    def rows(self) -> CommentQuerySet:
        """The comments that match, in the order of the queue."""
        rows = QUERYSET_BY_LIST[self.show]()
        if self.kind:
            rows = rows.filter(Exists(Finding.objects.filter(kind=self.kind, comment=OuterRef("pk"))))
        if self.post:
            rows = rows.filter(conversation=int(self.post))
        if self.reader:
            rows = rows.filter(reader_id=int(self.reader))
        if self.assigned:
            rows = rows.filter(assignment__to=int(self.assigned))
        if self.age:
            side, days = self.age.split("-")
            then = timezone.now() - timedelta(days=int(days))
            rows = rows.filter(**{"created_at__lt" if side == "over" else "created_at__gte": then})
        return rows

    def __bool__(self) -> bool:
        return any(value for _name, value in self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The filters that are set, with their names in the query string."""
        return [(field.name, value) for field in fields(self) if (value := getattr(self, field.name))]

    def query(self, **more: str) -> str:
        """These filters, and more, as a query string; "" for none."""
        pairs = [*self.pairs(), *((name, value) for name, value in more.items() if value)]
        return f"?{urlencode(pairs)}" if pairs else ""

    def chosen(self) -> list[tuple[str, str]]:
        """Each filter as a label, with the query string that removes it."""
        labels: dict[str, Callable[[], str]] = {
            "kind": lambda: describe_finding(self.kind, ""),
            "post": lambda: describe_subject(self.post),
            "reader": lambda: Reader.objects.filter(pk=self.reader).values_list("email", flat=True).first() or "?",
            "age": lambda: describe_age(self.age),
            "assigned": lambda: describe_assignee(self.assigned),
        }
        return [
            (labels[name](), replace(self, **{name: ""}).query()) for name, _value in self.pairs() if name in labels
        ]


def matching_or_blank(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def key_or_blank(text: str) -> str:
    return text if is_pk(text) else ""


def describe_subject(pk: str) -> str:
    """The title of what the conversation with this number is about."""
    subject = Conversation.objects.subject_of(int(pk))
    return str(subject) if subject and not subject.is_trashed else _("A post")


def describe_assignee(pk: str) -> str:
    user = User.objects.filter(pk=pk).first()
    return _("Assigned to %s") % (display_name(user) if user else "?")


def describe_age(age: str) -> str:
    side, days = age.split("-")
    if side == "over":
        words = ngettext("Older than %d day", "Older than %d days", int(days))
    else:
        words = ngettext("From the last %d day", "From the last %d days", int(days))
    return words % int(days)


@dataclass(frozen=True)
class FilterChoice:
    """An option of a filter; `count` is None where the queue is too long to count them all."""

    value: str
    words: str
    count: int | None = None


def sample() -> QuerySet[Comment, Any]:
    """The first waiting comments, by which the options are found."""
    return Comment.objects.waiting()[:SAMPLE_SIZE].values("pk")


def kinds_in_sample() -> QuerySet[Finding, tuple[str, int]]:
    kinds = Finding.objects.filter(comment__in=sample()).order_by("kind").values_list("kind")
    return kinds.annotate(number=Count("comment", distinct=True))


def subjects_in_sample() -> QuerySet[Comment, tuple[int, str, int]]:
    titled = Comment.objects.filter(pk__in=sample()).annotate(title=Coalesce("post__title", "page__title"))
    return titled.order_by("title").values_list("conversation", "title").annotate(number=Count("pk"))


KINDS, SUBJECTS = ComposedQuery(kinds_in_sample), ComposedQuery(subjects_in_sample)


def filter_choices(*, waiting: int, colleagues: Iterable[tuple[int, str]]) -> dict[str, list[FilterChoice]]:
    """The options of each filter, in two queries; reasons and posts of the first waiting comments."""
    is_counted = waiting <= SAMPLE_SIZE
    return {
        "kind": [
            FilterChoice(kind, describe_finding(kind, ""), number if is_counted else None) for kind, number in KINDS()
        ],
        "post": [FilterChoice(str(pk), title, number if is_counted else None) for pk, title, number in SUBJECTS()],
        "age": [FilterChoice(age, describe_age(age)) for age in AGE_CHOICES],
        "assigned": [FilterChoice(str(pk), name) for pk, name in colleagues],
    }

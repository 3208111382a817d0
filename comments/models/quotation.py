"""Which block quote of a comment is whose words, as far as it was found out when the comment was stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blog.models import Post
from comments.status import Status
from comments.threads import layout, quotations
from comments.threads.quotations import QuoteSource

if TYPE_CHECKING:
    from comments.models.comment import Comment

# How far is looked for what nobody named: the comments answered, and the newest of the thread. A reader who quotes
# from afar names it, since his browser or his link does.
MAX_ANCESTORS, MAX_NEWEST = 10, 20
# Sources that a form may name.
MAX_NAMED_SOURCES = 10
# What a form calls the post.
POST_SOURCE = "post"
HIDDEN_STATUSES = [status for status in Status if status != Status.APPROVED]


class QuotationQuerySet(models.QuerySet):
    def of_hidden(self) -> Self:
        """Those whose source readers see no more."""
        # Begins with the few rows of the index `comment_quoted`, however many comments there are.
        return self.filter(source__is_quoted=True, source__status__in=HIDDEN_STATUSES)

    def unsettled(self) -> Self:
        """Those of hidden sources that readers still see, and that no moderator has let stand since it was hidden."""
        later = Q(settled_at=None) | Q(settled_at__lt=F("source__decided_at"))
        return self.of_hidden().filter(later, comment__status=Status.APPROVED)


class Quotation(models.Model):
    """A block quote of `comment` that was found in `source`, or in the post when that is empty."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="quotations", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="Which of the outermost block quotes, from 0.")
    source = models.ForeignKey("Comment", models.CASCADE, null=True, related_name="quoted_in")
    version = models.CharField(max_length=16, help_text="Of the source's words, when they were found there.")
    settled_at = models.DateTimeField(null=True, help_text="When a moderator let it stand, though its source is gone.")

    objects = QuotationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "place"], name="quotation_has_a_place")]

    def __str__(self):
        return f"{self.comment_id}: {self.place}"

    @property
    def is_settled(self) -> bool:
        """Did a moderator let it stand since its source was hidden? For many at once: `unsettled`."""
        return self.settled_at is not None and self.settled_at >= self.source.decided_at

    @classmethod
    def find_in(cls, comment: Comment, *, html: str, named: Iterable[str] = ()) -> list[Self]:
        """The quotations of `comment` (whose words are `html`), not stored yet. `named` is where its form says they
        are from: looked at first, and believed no more than anything else."""
        if "<blockquote" not in html:
            return []
        found = quotations.attribute_quotes(html, candidate_sources(comment, list(named)[:MAX_NAMED_SOURCES]))
        return [
            cls(
                comment=comment,
                place=place,
                source=source.origin,
                version=source_version(source.origin or comment.post),
            )
            for place, source in sorted(found.items())
        ]

    @classmethod
    def replace_for(cls, comment: Comment, found: list[Self]) -> None:
        """Store these in place of the earlier ones. The thread is locked: sources are other people's rows."""
        comment.quotations.all().delete()
        cls.objects.bulk_create(found)
        quoted = {one.source_id for one in found if one.source_id}
        type(comment).objects.filter(pk__in=quoted, is_quoted=False).update(is_quoted=True)

    @classmethod
    def settle(cls, ids: Iterable[int]) -> None:
        """What these comments quote of hidden ones may stand."""
        hidden = cls.objects.of_hidden().filter(comment__in=ids).values("pk")
        cls.objects.filter(pk__in=list(hidden.values_list("pk", flat=True))).update(settled_at=timezone.now())


def candidate_sources(comment: Comment, named: list[str]) -> Iterator[QuoteSource]:
    """Where the words may be from, the likeliest first: what was named, what is answered, the post, what is new.

    Only what readers see. What the comment quoted before it was edited stays a source, whatever became of it since.
    """
    seen = type(comment).objects.approved().filter(post=comment.post_id)
    if comment.pk:  # nobody quotes what was written after
        seen = seen.filter(pk__lt=comment.pk)
    met: set[int | None] = set()

    def fresh(rows: Iterable[Comment | None]) -> Iterator[QuoteSource]:
        """Those not met before; None is the post."""
        for row in rows:
            if (pk := row and row.pk) not in met:
                met.add(pk)
                yield QuoteSource(row, row.html) if row else post_source(comment.post)

    if comment.pk:
        yield from fresh(one.source for one in comment.quotations.select_related("source").order_by("place"))
    if numbers := [int(one) for one in named if one != POST_SOURCE]:
        yield from fresh(load_in_order(seen.filter(pk__in=numbers), numbers))
    if POST_SOURCE in named:
        yield from fresh([None])
    if comment.parent_id:
        above = [comment.parent_id, *reversed(layout.ids_in_path(comment.parent.path))][:MAX_ANCESTORS]
        yield from fresh(load_in_order(seen.filter(pk__in=above), above))
    yield from fresh([None])
    yield from fresh(load_in_order(seen.order_by("-pk")[:MAX_NEWEST]))


def load_in_order(rows, numbers: list[int] = ()) -> list[Comment]:
    """With the columns that are needed here; in the order of `numbers`, or as they come."""
    found = rows.only("html", "version", "status")
    if not numbers:
        return list(found)
    by_number = {row.pk: row for row in found}
    return [by_number[number] for number in dict.fromkeys(numbers) if number in by_number]


def post_source(post: Post) -> QuoteSource:
    """A post as a source, with its epigraph and whatever else its author brings in."""
    return QuoteSource(None, f"{post.epigraph_html}{post.body_html}", with_quotes=True)


_TAG = re.compile(r"<[^<>]*>")


def source_version(source: Comment | Post) -> str:
    """Differs when the words of the source do."""
    if not isinstance(source, Post):
        return str(source.version)
    words = " ".join(_TAG.sub(" ", f"{source.epigraph_html} {source.body_html}").split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]

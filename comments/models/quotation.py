"""Which block quote is from which comment or post, and whether a moderator keeps it though that is hidden."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blog.models import Commentable
from comments.status import Status
from comments.threads import layout
from comments.threads.quotations import QuoteSource, attribute_quotes

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.comment_queryset import CommentQuerySet

# Where we look for a source that the form does not name: the comments above and the newest of the thread. A quotation
# from further away has a name, since the reader's browser or link gives it.
MAX_ANCESTORS, MAX_NEWEST = 10, 20
# The number of sources that a form may name.
MAX_NAMED_SOURCES = 10
# The name of the post or page in a form.
POST_SOURCE = "post"
HIDDEN_STATUSES = [status for status in Status if status != Status.APPROVED]


class QuotationQuerySet(models.QuerySet["Quotation"]):
    def of_hidden(self) -> Self:
        """Those from comments that are hidden by now."""
        # The query begins with the few rows of the index `comment_quoted`, however many comments there are.
        return self.filter(source__is_quoted=True, source__status__in=HIDDEN_STATUSES)

    def unsettled(self) -> Self:
        """Published quotations from hidden comments, unless a moderator has settled them since."""
        is_unsettled = Q(settled_at=None) | Q(settled_at__lt=F("source__decided_at"))
        return self.of_hidden().filter(is_unsettled, comment__status=Status.APPROVED)


class Quotation(models.Model):
    """A block quote of `comment` that we found in the comment `source`, or in its subject when that is empty."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="quotations", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="Which of the outermost block quotes, from 0.")
    source = models.ForeignKey("Comment", models.CASCADE, null=True, related_name="quoted_in")
    version = models.CharField(max_length=16, help_text="Of the source, when it was found there.")
    settled_at = models.DateTimeField(null=True, help_text="When a moderator allowed it, though its source is hidden.")

    objects = QuotationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "place"], name="quotation_is_unique")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.place}"

    @property
    def is_settled(self) -> bool:
        """Has a moderator allowed it since its source was hidden? For many at once: `unsettled`."""
        return self.settled_at is not None and self.source is not None and self.settled_at >= self.source.decided_at

    @classmethod
    def find_in(cls, comment: Comment, *, html: str, named: Iterable[str] = ()) -> list[Self]:
        """The quotations in `comment` (with the text `html`), not yet stored.

        `named` are the sources that its form names: searched first, but trusted no more than others.
        """
        if "<blockquote" not in html:
            return []
        sources = attribute_quotes(html, candidate_sources(comment, list(named)[:MAX_NAMED_SOURCES]))
        return [
            cls(
                comment=comment,
                place=place,
                source=source.origin,
                version=source_version(source.origin or comment.subject),
            )
            for place, source in sorted(sources.items())
        ]

    @classmethod
    def replace_for(cls, comment: Comment, quotations: Sequence[Self]) -> None:
        """Store these in place of the comment's earlier ones. Needs the conversation's lock: sources change too."""
        comment.quotations.all().delete()
        cls.objects.bulk_create(quotations)
        sources = {quotation.source_id for quotation in quotations if quotation.source_id}
        type(comment).objects.filter(pk__in=sources, is_quoted=False).update(is_quoted=True)

    @classmethod
    def settle(cls, ids: Iterable[int]) -> None:
        """Allow what these comments quote from hidden ones."""
        hidden = cls.objects.of_hidden().filter(comment__in=ids).values_list("pk", flat=True)
        cls.objects.filter(pk__in=list(hidden)).update(settled_at=timezone.now())


def candidate_sources(comment: Comment, named: Sequence[str]) -> Iterator[QuoteSource]:
    """Where the quotations may be from, the likeliest first, each once.

    Only published comments, but those that the comment quoted before it was edited, whatever has become of them.
    """
    origins: set[Comment | None] = set()
    for origin in candidate_origins(comment, named):
        if origin not in origins:
            origins.add(origin)
            yield QuoteSource(origin, origin.html) if origin else subject_source(comment.subject)


def candidate_origins(comment: Comment, named: Sequence[str]) -> Iterator[Comment | None]:
    """Its earlier sources, what the form names, what it replies to, the post (None), the newest comments."""
    published = (
        type(comment).objects.approved().filter(conversation=comment.conversation_id).only("html", "version", "status")
    )
    if comment.pk:
        published = published.filter(pk__lt=comment.pk)  # nobody quotes later comments
        for quotation in comment.quotations.select_related("source").order_by("place"):
            yield quotation.source
    yield from in_order(published, [int(name) for name in named if name != POST_SOURCE])
    if POST_SOURCE in named:
        yield None
    if comment.parent:
        above = [comment.parent.pk, *reversed(layout.ids_in_path(comment.parent.path))]
        yield from in_order(published, above[:MAX_ANCESTORS])
    yield None
    yield from published.order_by("-pk")[:MAX_NEWEST]


def in_order(comments: CommentQuerySet, ids: Sequence[int]) -> list[Comment]:
    """Those of the comments with these ids, in the order of the ids."""
    by_pk = comments.in_bulk(ids) if ids else {}
    return [by_pk[pk] for pk in dict.fromkeys(ids) if pk in by_pk]


def subject_source(subject: Commentable) -> QuoteSource:
    """A post or page as a source, with its epigraph and whatever else its author quotes."""
    return QuoteSource(None, f"{subject.epigraph_html}{subject.body_html}", with_quotes=True)


TAG_PATTERN = re.compile(r"<[^<>]*>")


def source_version(source: Comment | Commentable) -> str:
    """Differs when the text of the source does."""
    if not isinstance(source, Commentable):
        return str(source.version)
    text = " ".join(TAG_PATTERN.sub(" ", f"{source.epigraph_html} {source.body_html}").split())
    return hashlib.sha256(text.encode()).hexdigest()[:16]

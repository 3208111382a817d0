"""The notes on a post beside its text, in which the passages that they are about are marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from blog.models import Post, ReviewNote


class PassageRow(NamedTuple):
    """A note with its number on the page, and the words that it is about now; "" if there are none."""

    number: int
    note: ReviewNote
    current: str

    @property
    def is_changed(self) -> bool:
        return bool(self.current) and self.current != self.note.words


class TextPiece(NamedTuple):
    """A run of the text, the open notes that are about it, and those of them that begin here."""

    text: str
    notes: list[PassageRow]
    starting: list[PassageRow]


def number_notes(post: Post) -> list[PassageRow]:
    """The notes on a post in the order of its text, first those on the whole post or without a place; two queries."""
    notes = sorted(post.review_notes.with_replies(), key=lambda note: (note.start is not None, note.start or 0))
    return [PassageRow(number, note, note.current_words(post.body)) for number, note in enumerate(notes, 1)]


def mark_passages(text: str, rows: Iterable[PassageRow]) -> Iterator[TextPiece]:
    """The whole text in pieces; passages may overlap."""
    placed = [(row, row.note.passage) for row in rows if row.note.passage and row.note.resolved_at is None]
    edges = sorted({0, len(text), *(min(edge, len(text)) for _row, passage in placed for edge in passage or ())})
    for start, end in itertools.pairwise(edges):
        about = [(row, passage) for row, passage in placed if passage and passage.start <= start < passage.end]
        starting = [row for row, passage in about if passage.start == start]
        yield TextPiece(text[start:end], [row for row, _passage in about], starting)

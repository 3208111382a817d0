"""Text conflicts: two authors changed a post at once. Shows the common version and both changes side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from blog.diff.compare import DiffPiece, compare_texts
from blog.diff.merge import MergePart, change_kind, join_parts, merge_texts, texts_differ
from blog.editing.labels import field_label, format_field
from blog.models import Post, Version
from blog.models.version import VERSIONED_FIELDS
from blog.text.datetimes import format_datetime
from blog.text.display_names import display_name

# Texts of several paragraphs.
MULTILINE_FIELDS = ("epigraph", "body", "summary")


class ConflictSegment(NamedTuple):
    """A part of a text that one or both changed: as it was, and as each changed it, with the changes marked."""

    kind: str  # "theirs", "mine", "both", "conflict"; or "same", empty, for unchanged text that is left out
    was: str
    theirs: list[DiffPiece]
    mine: list[DiffPiece]


class ConflictField(NamedTuple):
    """A field that one of the two changed, or both."""

    label: str
    stretches: list[ConflictSegment]


class TextConflict:
    """The conflict of a form that began from the edition `began` with `stored`, saved by somebody else since.

    `mine` is what the form holds, by field; a field that it does not have is not compared.
    """

    def __init__(self, stored: Post, began: int, mine: Mapping[str, Any]) -> None:
        self.stored, self.began = stored, began
        self.mine = {name: mine[name] for name in VERSIONED_FIELDS if name in mine}

    @cached_property
    def base(self) -> Post | Version:
        """The text that the form began from."""
        return self.stored.versions.filter(number=self.began).first() or self.stored

    @property
    def overwrites_theirs(self) -> bool:
        """Would saving the form undo anything that the other saved?"""
        return any(value != getattr(self.stored, name) for name, value in self.mine.items())

    def fields(self) -> list[ConflictField]:
        """What to compare, field by field."""
        fields = ((name, self.parts(name)) for name in self.mine)
        return [
            ConflictField(field_label(name), list(conflict_segments(parts)))
            for name, parts in fields
            if any(part.kind != "same" for part in parts)
        ]

    def parts(self, name: str) -> list[MergePart]:
        """The three texts of a field: several paragraphs one by one, anything else as a whole."""
        values = getattr(self.base, name), getattr(self.stored, name), self.mine[name]
        base, theirs, mine = (format_field(name, value) for value in values)
        if name in MULTILINE_FIELDS:
            return merge_texts(base, theirs, mine)
        return [MergePart(change_kind(base, theirs, mine), base, theirs, mine)]

    def merged_form_data(self) -> dict[str, str]:
        """What to put into the form to merge both changes; where they conflict, mine."""
        theirs = [
            name for name in self.mine if name not in MULTILINE_FIELDS and self.mine[name] == getattr(self.base, name)
        ]
        both = {name: getattr(self.stored, name) for name in theirs}
        if "published_at" in both:
            moment = both.pop("published_at")
            day, time = f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}".split() if moment else ("", "")
            both |= {"published_at_0": day, "published_at_1": time}
        return both | {name: join_parts(self.parts(name)) for name in MULTILINE_FIELDS if name in self.mine}

    @property
    def summary(self) -> str:
        """Who saved the other text, and when."""
        last = self.stored.versions.latest_first().select_related("saved_by").first()
        at = format_datetime(last.saved_at if last else self.stored.updated_at)
        if last and last.saved_by:
            by = display_name(last.saved_by)
            return _("%(name)s saved this post on %(time)s, while you were writing.") % {"name": by, "time": at}
        return _("This post was saved on %(time)s, while you were writing.") % {"time": at}


def conflict_segments(parts: list[MergePart]) -> Iterator[ConflictSegment]:
    """The parts that differ, with one empty segment for each run of unchanged paragraphs between them."""
    was_same = False
    for part in parts:
        base, theirs, mine = (text.rstrip("\n") for text in part[1:])
        is_same = not texts_differ(base, theirs, mine)
        if not is_same:
            yield ConflictSegment(part.kind, base, mark_new_text(base, theirs), mark_new_text(base, mine))
        elif not was_same:
            yield ConflictSegment("same", "", [], [])
        was_same = is_same


def mark_new_text(old: str, new: str) -> list[DiffPiece]:
    """Split `new` into pieces; the marked ones are not in `old`."""
    return [piece for row in compare_texts(old, new) for piece in row.new]

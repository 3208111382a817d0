"""Find and replace: looks for words in the texts of posts and pages, and replaces them post by post."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import batched
from operator import or_
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import capfirst, normalize_newlines
from django.utils.translation import gettext as _

from blog.diff.merge import merge_texts
from blog.diff.passage import Passage
from blog.diff.word_search import Edit, WordSearch, apply_edits, follow_edits
from blog.editing.bulk import NotChanged
from blog.editing.labels import field_label
from blog.editing.text_conflicts import MULTILINE_FIELDS
from blog.models import Page, Post, ReviewNote, WorkingCopy
from blog.models.fields import rendered_fields
from blog.models.illustrated import lock_images
from blog.models.version import TEXT_FIELDS

PAGE_FIELDS = ("title", "body")
# Texts and places that one page shows: what one press of a button changes, within seconds.
MAX_SHOWN_TEXTS, MAX_SHOWN_PLACES = 50, 500
# Posts that are asked for the words at once, and texts that are held at once.
IDS_AT_ONCE, TEXTS_AT_ONCE = 2_000, 100
# A page begins below an id. Standing pages come before all posts: theirs have this added. And more than any id.
PAGES_FROM = 2**62
ABOVE_ALL = 2 * PAGES_FROM - 1
# Seconds for which a page looks for texts to show, and goes on to count when it is full.
MAX_SECONDS, MAX_COUNTING_SECONDS = 6.0, 1.0
# Characters shown before and after a place.
CONTEXT_LENGTH = 60

# What replaces what in the text of each field.
Edits = dict[str, list[Edit]]


class FoundPlace(NamedTuple):
    """A place in the field `name`: its name in a form, and what stands before it, in it, and after it."""

    name: str
    start: int
    before: str
    words: str
    after: str
    is_ticked: bool = True

    @property
    def label(self) -> str:
        return field_label(self.name)


class FoundText(NamedTuple):
    """A post or page that has the words. `mark` is another once its text has changed; `more` places are not shown."""

    kind: str
    pk: int
    title: str
    mark: str
    places: list[FoundPlace]
    more: int = 0


@dataclass
class Findings:
    """What a page shows, and how many texts and places there are as far as it has looked.

    The next page looks below `next_below`; None if there is none. Of the first text there, it shows only the last
    `next_rest` places, if that is not 0. `is_whole`: nothing is left to look at.
    """

    texts: list[FoundText] = field(default_factory=list)
    text_count: int = 0
    place_count: int = 0
    looked_at: int = 0
    next_below: int | None = None
    next_rest: int = 0
    is_whole: bool = False

    @property
    def shown_places(self) -> int:
        return sum(len(text.places) for text in self.texts)

    @property
    def is_full(self) -> bool:
        return len(self.texts) >= MAX_SHOWN_TEXTS or self.shown_places >= MAX_SHOWN_PLACES

    def add(self, kind: str, pk: int, title: str, mark: str, places: list[FoundPlace]) -> None:
        """Count a text that has the words in these places, and show it if there is room."""
        self.text_count += bool(places)
        self.place_count += len(places)
        if places and not self.is_full:
            shown = places[: MAX_SHOWN_PLACES - self.shown_places]
            self.texts.append(FoundText(kind, pk, title, mark, shown, len(places) - len(shown)))
            if self.is_full:
                # A text that is cut comes again. Its rest is counted from the end, which replacing the others leaves.
                self.next_rest = len(places) - len(shown)
                self.next_below = pk + (0 if kind == "post" else PAGES_FROM) + bool(self.next_rest)


def find_places(search: WordSearch, texts: Mapping[str, str]) -> list[FoundPlace]:
    """The places of the words in these texts, by field."""
    return [show_place(name, text, place) for name, text in texts.items() for place in search.find(text)]


def show_place(name: str, text: str, place: Passage) -> FoundPlace:
    """With what stands around it in its line, as far as the words are whole."""
    start = max(place.start - CONTEXT_LENGTH, 0)
    before, after = text[start : place.start], text[place.end : place.end + CONTEXT_LENGTH]
    if "\n" in before:
        before = before.rpartition("\n")[2]
    elif start and " " in before:
        before = "…" + before.partition(" ")[2]
    if "\n" in after:
        after = after.partition("\n")[0]
    elif place.end + CONTEXT_LENGTH < len(text) and " " in after:
        after = after.rpartition(" ")[0] + "…"
    return FoundPlace(name, place.start, before, text[place.start : place.end], after)


def find_in_pages(
    findings: Findings, search: WordSearch, names: Iterable[str], *, below: int = ABOVE_ALL, rest: int = 0
) -> None:
    """Add the standing pages that have the words in these fields; see `find_in_posts`."""
    names = [name for name in names if name in PAGE_FIELDS]
    for page in Page.objects.filter(pk__lt=max(below - PAGES_FROM, 0)).order_by("-pk"):
        places = find_places(search, {name: getattr(page, name) for name in names})
        left = rest if page.pk + PAGES_FROM == below - 1 else 0
        findings.add("page", page.pk, page.title, mark_of(page), places[-left:])


def find_in_posts(
    findings: Findings,
    posts: QuerySet[Post],
    search: WordSearch,
    names: Sequence[str],
    *,
    below: int = ABOVE_ALL,
    rest: int = 0,
) -> None:
    """Add those of `posts` below this id that have the words in these fields, the newest first.

    Of the first that may be there, `below - 1`, only the last `rest` places are left, if that is not 0.
    Looks for seconds, not minutes, and holds a hundred texts at a time: `findings` says how far it came.
    """
    start, cut, below = time.monotonic(), below - 1, min(below, PAGES_FROM)
    posts = posts.order_by("-pk").select_related(None).prefetch_related(None)
    while ids := list(posts.filter(pk__lt=below).values_list("pk", flat=True)[:IDS_AT_ONCE]):
        below = ids[-1]
        for row in read_texts(posts.filter(pk__range=(below, ids[0])), search, names):
            places = find_places(search, {name: row[name] for name in names})
            left = rest if row["pk"] == cut else 0
            findings.add("post", row["pk"], row["title"], str(row["edition"]), places[-left:])
        findings.looked_at += len(ids)
        if time.monotonic() - start > (MAX_COUNTING_SECONDS if findings.is_full else MAX_SECONDS):
            break
    else:
        findings.is_whole = True
        return
    if not findings.is_full:
        findings.next_below = below


def read_texts(posts: QuerySet[Post], search: WordSearch, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The texts of those of `posts` that may have the words."""
    if search.sure_part:
        lookup = "contains" if search.match_case else "icontains"
        may_have = (Q(**{f"{name}__{lookup}": search.sure_part}) for name in names)
        posts = posts.filter(reduce(or_, may_have))
    for ids in batched(posts.values_list("pk", flat=True), TEXTS_AT_ONCE):
        rows = Post.objects.filter(pk__in=ids).order_by("-pk")
        yield from rows.values("pk", "edition", *{"title", *names})


def mark_of(row: Post | Page) -> str:
    """What is different once the text of a post or page has changed."""
    if isinstance(row, Post):
        return str(row.edition)
    return hashlib.sha256("\0".join(getattr(row, name) for name in PAGE_FIELDS).encode()).hexdigest()[:16]


@dataclass
class TextChange:
    """A change of the texts of one post or page, if they are still as `mark` says.

    `choose_edits` says of the locked row what to change. Afterwards `inverse` takes it back, at `new_mark`; `note`, the
    id and text of a correction note, is what it wrote, or what undoing it deletes.
    """

    mark: str
    choose_edits: Callable[[Post | Page], Edits]
    correction: str = ""
    is_undo: bool = False
    inverse: Edits = field(default_factory=dict)
    new_mark: str = ""
    note: Mapping[str, Any] | None = None

    def edit(self, row: Post | Page) -> Edits:
        """Edit the texts of `row`, checked as its form checks them. Raises NotChanged and ValidationError."""
        if mark_of(row) != self.mark:
            raise NotChanged(_("Somebody has saved it since you looked."))
        edits = {name: edits for name, edits in self.choose_edits(row).items() if edits}
        if not edits:
            raise NotChanged(_("Nothing was left to change."))
        markdown = {column.source for column in rendered_fields(row)}
        for name, changes in edits.items():
            old = getattr(row, name)
            new, self.inverse[name] = apply_edits(old, changes)
            if not (self.is_undo or name in markdown) and new != new.strip():  # as the form does
                new = new.strip()
                self.inverse[name] = [Edit(0, len(new), old)]
            setattr(row, name, new)
        if not self.is_undo:  # which stores what was stored
            check_texts(row, edits)
        return edits

    def change_post(self, post: Post, by: User) -> list[str]:
        """Edit a post that is locked and save it as it is: same status, address and time. See BulkChange."""
        before, edition = {name: getattr(post, name) for name in TEXT_FIELDS}, post.edition
        edits = self.edit(post)
        unsaved = WorkingCopy.objects.open().filter(post=post, edition=edition)
        if any(is_in_the_way(copy, before, post) for copy in unsaved):
            raise NotChanged(_("Somebody has changed the same passage and not saved it yet."))
        passages = {note: note.passage for note in post.review_notes.exclude(start=None)}
        correction = self.correction if post.was_public else ""
        post.save(by=by, correction=correction, restored_from=edition - 1 if self.is_undo else None)
        if self.is_undo and self.note:
            for note in post.corrections.filter(**self.note):
                note.delete()
        elif correction:
            self.note = post.corrections.values("pk", "text").last()
        if "body" in edits:
            moved = {note: follow_edits(passage, edits["body"]) for note, passage in passages.items() if passage}
            ReviewNote.objects.place_all(post, moved)
        self.new_mark = mark_of(post)
        return [*edits]

    @transaction.atomic
    def change_page(self, pk: int) -> Page:
        """Edit a standing page. Raises Page.DoesNotExist, NotChanged, ValidationError and TooCostly."""
        lock_images(Page.objects.get(pk=pk).body)
        page = Page.objects.select_for_update(no_key=True).get(pk=pk)
        self.edit(page)
        page.save()
        self.new_mark = mark_of(page)
        return page


def check_texts(row: Post | Page, names: Iterable[str]) -> None:
    """Refuse what the form would refuse in these fields (ValidationError)."""
    others = {column.name for column in row._meta.concrete_fields} - {*names}
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        first, messages = next(iter(error.message_dict.items()))
        raise ValidationError(f"{capfirst(field_label(first))}: {' '.join(messages)}") from error
    if not row.body.strip():
        raise ValidationError(_("Nothing would be left of its text."))


def is_in_the_way(copy: WorkingCopy, before: Mapping[str, str], post: Post) -> bool:
    """Would saving this unsaved text, which began from `before`, be a conflict with `post` as it is now?"""
    for name, old in before.items():
        new, typed = getattr(post, name), normalize_newlines(copy.text(name))
        if name not in copy.form_data or new == old:
            continue
        if name not in MULTILINE_FIELDS and typed not in {old, new}:
            return True
        if name in MULTILINE_FIELDS and any(part.kind == "conflict" for part in merge_texts(old, new, typed)):
            return True
    return False


def chosen_edits(search: WordSearch, words: str, chosen: set[tuple[str, int]]) -> Callable[[Post | Page], Edits]:
    """What puts `words` into those places of the search that are chosen: (field, start)."""

    def choose(row: Post | Page) -> Edits:
        edits: Edits = {}
        for name in {name for name, _start in chosen if name in text_names(row)}:
            places = (place for place in search.find(getattr(row, name)) if (name, place.start) in chosen)
            edits[name] = [Edit(place.start, place.end, words) for place in places]
        return edits

    return choose


def text_names(row: Post | Page) -> tuple[str, ...]:
    """The fields in which words are replaced."""
    return TEXT_FIELDS if isinstance(row, Post) else PAGE_FIELDS

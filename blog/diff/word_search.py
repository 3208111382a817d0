"""Finds words in a text as they were typed, puts others in their place, and says where passages are then."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from blog.diff.passage import Passage


class Edit(NamedTuple):
    """Puts `words` in place of the characters from `start` to `end` of a text."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class WordSearch:
    """What to look for. A letter with an accent is the same in one character and in two (NFC, NFD)."""

    words: str
    whole_words: bool = False
    match_case: bool = False

    @cached_property
    def letters(self) -> list[str]:
        """The letters of the words, each with its accents."""
        letters: list[str] = []
        for sign in unicodedata.normalize("NFC", self.words):
            if letters and unicodedata.combining(sign):
                letters[-1] += sign
            else:
                letters.append(sign)
        return letters

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Literal letters alone, so that no text is slow to search."""
        spellings = ({letter, unicodedata.normalize("NFD", letter)} for letter in self.letters)
        source = "".join(f"(?:{'|'.join(map(re.escape, sorted(spelling)))})" for spelling in spellings)
        return re.compile(source, 0 if self.match_case else re.IGNORECASE)

    @cached_property
    def sure_part(self) -> str:
        """The longest part of the words that a database finds in every text that has them; "" if there is none."""
        is_same_everywhere = str.isprintable if self.match_case else str.isascii
        runs = [""]
        for letter in self.letters:
            if unicodedata.normalize("NFD", letter) == letter and is_same_everywhere(letter):
                runs[-1] += letter
            else:
                runs.append("")
        return max(runs, key=len)

    def find(self, text: str) -> Iterator[Passage]:
        """The places of the words in `text`, which do not overlap."""
        at = 0
        while match := self.pattern.search(text, at):
            start, end = match.span()
            is_found = not _continues(text, end) and not (self.whole_words and _is_part_of_word(text, start, end))
            at = end if is_found else start + 1
            if is_found:
                yield Passage(start, end)


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, list[Edit]]:
    """The text with these edits, which are in order and do not overlap, and the edits that take them back."""
    parts: list[str] = []
    inverse: list[Edit] = []
    length = at = 0
    for start, end, words in edits:
        parts += [text[at:start], words]
        length += start - at
        inverse.append(Edit(length, length + len(words), text[start:end]))
        length += len(words)
        at = end
    return "".join([*parts, text[at:]]), inverse


def follow_edits(passage: Passage, edits: Iterable[Edit]) -> Passage | None:
    """Where a passage is after these edits, None if it is gone: what replaced words of it belongs to it."""
    start, end = passage
    moved_start, moved_end, shift = start, end, 0
    for edit in edits:
        if edit.start >= end:
            break
        begin = edit.start + shift
        shift += len(edit.words) - (edit.end - edit.start)
        if edit.end <= start:
            moved_start = start + shift
        elif edit.start < start:
            moved_start = begin
        moved_end = (end if edit.end <= end else edit.end) + shift
    return Passage(moved_start, moved_end) if moved_start < moved_end else None


def _continues(text: str, end: int) -> bool:
    """Is the last letter before `end` another one, with the accent that follows?"""
    return end < len(text) and unicodedata.combining(text[end]) > 0


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    is_joined_before = start > 0 and _is_in_word(text[start - 1]) and _is_in_word(text[start])
    return is_joined_before or (end < len(text) and _is_in_word(text[end - 1]) and _is_in_word(text[end]))


def _is_in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.combining(sign) > 0

"""What a conversion asks of the old site, and what it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

# Levels of blocks in each other; of deeper ones only the text stays. People reach six.
NESTING_LIMIT = 40


class Attachment(NamedTuple):
    """A file of the old site's media library: its address there, and its words as plain text."""

    address: str
    alt: str = ""
    caption: str = ""
    title: str = ""


class BodyFormat(StrEnum):
    """How a post's text is written: as Markdown, as Markdown with blocks of HTML, or as HTML."""

    MARKDOWN = "markdown"
    MIXED = "mixed"
    HTML = "html"


def _unknown(_asked: object) -> None:
    return None


@dataclass(frozen=True)
class OldSite:
    """The site a text comes from. Callables answer None for what they do not know.

    `base` is the address of its front page (`wp:base_blog_url`), against which relative addresses are read.
    `new_address` takes an `address_key` (addresses.py). `attachment` and `block` take ids: of a file, and of a
    reusable block, of which they give the content.
    """

    base: str = ""
    new_address: Callable[[str], str | None] = _unknown
    attachment: Callable[[int], Attachment | None] = _unknown
    block: Callable[[int], str | None] = _unknown


@dataclass(frozen=True)
class PostParts:
    """What belongs to one post beside its text.

    `attached` are its own pictures, for a gallery without ids; `footnotes` are Gutenberg's, by their ids, as HTML.
    """

    attached: Sequence[Attachment] = ()
    footnotes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Findings:
    """What is found while one text is converted; `losses` count what a reader of the old site saw and ours will not."""

    losses: Counter[str] = field(default_factory=Counter)
    unknown_shortcodes: Counter[str] = field(default_factory=Counter)
    unknown_blocks: Counter[str] = field(default_factory=Counter)
    media: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Converted:
    """A post's text in our Markdown.

    `shown` are the words that WordPress shows, for `first_difference` (visible.py); `opening` those before
    `<!--more-->`, "" without one. `media` and `links` give for each old absolute address the one that stands in the
    text now: the same where nothing else is known.
    """

    body: str
    format: BodyFormat
    shown: str
    opening: str
    losses: Mapping[str, int]
    unknown_shortcodes: Mapping[str, int]
    unknown_blocks: Mapping[str, int]
    media: Mapping[str, str]
    links: Mapping[str, str]


@dataclass(frozen=True)
class ConvertedComment:
    """A comment in readers' Markdown.

    `bodies` is one text, none for a comment without a visible word, and several for one longer than READER_LIMIT:
    its parts in their order. `shown` and `links` are as in `Converted`.
    """

    bodies: Sequence[str]
    shown: str
    losses: Mapping[str, int]
    links: Mapping[str, str]

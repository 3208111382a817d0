"""Makes paragraphs of classic texts as WordPress shows them: an empty line begins one, a line break is one.

Written from the documentation of `wpautop` and from what it does to examples.
"""

from __future__ import annotations

import re
from html import unescape

from blog.cards.videos import find_video
from blog.markup.html_parts import VOID_TAGS, tag_set
from blog.markup.raw_html import IMPLICITLY_CLOSED_TAGS

# A tag, or a run of text; nothing in a tag may begin another, so that the time is linear.
_PART = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*+>|[^<]+|<")
_BLOCKS = tag_set(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main map menu nav ol"
    " option p pre section select summary table tbody td tfoot th thead tr ul video audio"
)
# Lines in these stay as they are.
_VERBATIM = tag_set("pre script style textarea svg select video audio")
# Words directly in these are never paragraphs, whatever the lines.
_STRUCTURE = tag_set("table tbody thead tfoot tr colgroup ul ol dl menu dir")
# Words directly in these are a paragraph even if they are a single one.
_FLOW = ("", "blockquote")
# Words in these are one paragraph at most: lines break, and an empty line is only one more.
_ONE_PARAGRAPH = tag_set("p h1 h2 h3 h4 h5 h6 dt caption summary figcaption legend")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Blocks around a tag among which the one that it ends is looked for.
NEAR = 8
_ADDRESS_LINE = re.compile(r"^[ \t]*(https?://[^\s<>\"\[\]]+)[ \t]*$", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n[ \t\u00a0]*\n\s*")


def add_paragraphs(text: str) -> str:
    """The HTML of a classic text without comments, whose lines end in `\\n`."""
    return _ParagraphWriter().write(text)


class _ParagraphWriter:
    """Goes over the text once. `run` are the words and inline tags since the last block tag."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.run: list[str] = []
        self.open_blocks: list[str] = []
        self.verbatim = ""

    def write(self, text: str) -> str:
        for part in _PART.finditer(text):
            name = (part["name"] or "").lower()
            if self.verbatim:
                self.parts.append(part[0])
                if part["closing"] and name == self.verbatim:
                    self.verbatim = ""
            elif name in _BLOCKS or name in _VERBATIM:
                self.end_run()
                self.parts.append(part[0])
                self.pass_block(name, is_closing=bool(part["closing"]), is_whole=part[0].endswith("/>"))
            else:
                self.run.append(_on_one_line(part[0]) if name else part[0])
        self.end_run()
        return "".join(self.parts)

    def pass_block(self, name: str, *, is_closing: bool, is_whole: bool) -> None:
        around = self.open_blocks[-1] if self.open_blocks else ""
        if name in VOID_TAGS or is_whole:
            return
        if is_closing:
            if name in self.open_blocks[-NEAR:]:  # others in it were not closed
                while self.open_blocks.pop() != name:
                    pass
        elif name in _VERBATIM:
            self.verbatim = name
        elif around == name and name in IMPLICITLY_CLOSED_TAGS:
            return
        else:
            self.open_blocks.append(name)

    def end_run(self) -> None:
        """Write the words so far as paragraphs, as lines, or as they are, by what they stand in."""
        text, self.run = "".join(self.run), []
        around = self.open_blocks[-1] if self.open_blocks else ""
        if around in _STRUCTURE or not text.strip():
            self.parts.append(text)
            return
        if around in _FLOW:
            text = _ADDRESS_LINE.sub(_part_video, text)
        paragraphs = [_break_lines(paragraph) for paragraph in _EMPTY_LINE.split(text) if paragraph.strip()]
        if around == "p":
            self.parts.append("</p><p>".join(paragraphs))
        elif around in _ONE_PARAGRAPH:
            self.parts.append("<br>".join(paragraphs))
        elif len(paragraphs) == 1 and around not in _FLOW:
            self.parts += paragraphs
        else:
            self.parts += [f"<p>{paragraph}</p>" for paragraph in paragraphs]


def _part_video(line: re.Match[str]) -> str:
    """A paragraph of its own for a line with the address of a video, which WordPress plays there."""
    try:
        is_video = find_video(unescape(line[1])) is not None
    except ValueError:  # no address, although it begins like one
        is_video = False
    return f"\n\n{line[1]}\n\n" if is_video else line[0]


def _on_one_line(tag: str) -> str:
    return tag.replace("\n", " ")


def _break_lines(paragraph: str) -> str:
    """Each line break as one that is seen, unless there is one already."""
    lines = [line.strip() for line in _BREAK.sub("<br>", paragraph.strip()).split("\n")]
    return "".join(line if line.endswith("<br>") else f"{line}<br>" for line in lines[:-1]) + lines[-1]


def has_block_tags(html: str) -> bool:
    """Has it paragraphs, line breaks or other blocks of its own, so that its lines mean nothing?"""
    return any((part["name"] or "").lower() in _BLOCKS | {"br"} for part in _PART.finditer(html))

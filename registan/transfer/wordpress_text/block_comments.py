"""Reads Gutenberg's comments, `<!-- wp:name {json} -->`, and renders the blocks they mark."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from registan.transfer.wordpress_text.contract import NESTING_LIMIT, Findings

_MARK = re.compile(r"\s*(?P<closing>/?)wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)(?=\s|$)")

Attributes = Mapping[str, Any]
# Renders a block: its name without `core/`, its attributes, its inner HTML.
RenderBlock = Callable[[str, Attributes, str], str]


class BlockMark(NamedTuple):
    """A comment that begins a block, ends one, or is one."""

    name: str
    attributes: str
    is_closing: bool
    is_whole: bool


@dataclass
class _OpenBlock:
    name: str
    attributes: Attributes
    parts: list[str] = field(default_factory=list)


def has_blocks(text: str) -> bool:
    """Was it written in the block editor? Then its paragraphs are marked, and line breaks mean nothing."""
    return "<!-- wp:" in text


def split_marks(text: str) -> Iterator[str | BlockMark]:
    """The text between the comments of blocks, and these; all other comments are text."""
    end = start = 0
    while (start := text.find("<!--", start)) >= 0:
        stop = text.find("-->", start)
        if stop < 0:
            break
        if mark := _read_mark(text[start + 4 : stop]):
            yield text[end:start]
            yield mark
            end = stop + 3
        start = stop + 3
    yield text[end:]


def _read_mark(comment: str) -> BlockMark | None:
    found = _MARK.match(comment)
    if not found:
        return None
    rest = comment[found.end() :].strip()
    is_whole = rest.endswith("/")
    name = found["name"].removeprefix("core/")
    return BlockMark(name, rest.removesuffix("/").strip(), bool(found["closing"]), is_whole)


class BlockReader:
    """Renders the blocks of a text, each when it ends, in time linear in the length of the text."""

    def __init__(self, render: RenderBlock, findings: Findings) -> None:
        self.render, self.findings = render, findings
        self.open_blocks = [_OpenBlock("", {})]
        self.open_names: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()  # those that are nested too deep; their content stays

    def read(self, text: str) -> str:
        """The HTML of a text. A block that is never closed ends with the one around it."""
        for part in split_marks(text):
            if isinstance(part, str):
                self.open_blocks[-1].parts.append(part)
            elif part.is_closing:
                self.end(part.name)
            elif part.is_whole:
                self.open_blocks[-1].parts.append(self.render(part.name, self.attributes(part), ""))
            else:
                self.begin(part)
        while len(self.open_blocks) > 1:
            self.findings.losses["unclosed-block"] += 1
            self.close()
        return "".join(self.open_blocks[0].parts)

    def begin(self, mark: BlockMark) -> None:
        if len(self.open_blocks) > NESTING_LIMIT:
            self.findings.losses["nested-too-deep"] += 1
            self.ignored[mark.name] += 1
        else:
            self.open_names[mark.name] += 1
            self.open_blocks.append(_OpenBlock(mark.name, self.attributes(mark)))

    def end(self, name: str) -> None:
        if self.ignored[name]:
            self.ignored[name] -= 1
        elif not self.open_names[name]:
            self.findings.losses["stray-block-end"] += 1
        else:
            while self.open_blocks[-1].name != name:
                self.findings.losses["unclosed-block"] += 1
                self.close()
            self.close()

    def close(self) -> None:
        block = self.open_blocks.pop()
        self.open_names[block.name] -= 1
        self.open_blocks[-1].parts.append(self.render(block.name, block.attributes, "".join(block.parts)))

    def attributes(self, mark: BlockMark) -> Attributes:
        if not mark.attributes:
            return {}
        try:
            attributes = json.loads(mark.attributes)
        except (ValueError, RecursionError):
            attributes = None
        if isinstance(attributes, dict):
            return attributes
        self.findings.losses["broken-block-attributes"] += 1
        return {}

"""Writes XML element by element, as WordPress's own exporter does.

Its importer parses XML with a parser, but where a server has none, line by line with patterns: these find an element
with all of its text on lines of its own, and know no other way to leave signs unescaped than CDATA.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 can hold in no way at all.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlWriter:
    """Writes to a stream, with no element in memory but the one that is written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def raw(self, text: str) -> None:
        self._stream.write(text.encode())

    @contextmanager
    def element(self, name: str) -> Iterator[None]:
        """Whatever is written within is inside of it."""
        self.raw(f"<{name}>\n")
        yield
        self.raw(f"</{name}>\n")

    def permanent_id(self, value: str) -> None:
        """A guid that is no address to be followed."""
        self.raw(f'<guid isPermaLink="false">{escape(clean(value))}</guid>\n')

    def text(self, name: str, value: object) -> None:
        """Plain text, escaped: numbers, addresses, words without a meaning of their own."""
        self.raw(f"<{name}>{escape(clean(str(value)))}</{name}>\n")

    def cdata(self, name: str, value: object, **attributes: str) -> None:
        """Text as it is, for HTML and whatever WordPress stores escaped for HTML."""
        self.raw(f"<{open_tag(name, attributes)}>{wrap(str(value))}</{name}>\n")

    def line(self, name: str, fields: dict[str, object]) -> None:
        """An element with others in it, all on one line: the pattern for authors and terms asks for that.

        Numbers are plain, all else is CDATA; a line break in a text is a blank, as it is in HTML.
        """
        inner = "".join(
            f"<{field}>{value if isinstance(value, int) else wrap(one_line(str(value)))}</{field}>"
            for field, value in fields.items()
        )
        self.raw(f"<{name}>{inner}</{name}>\n")


def open_tag(name: str, attributes: dict[str, str]) -> str:
    return name + "".join(f" {key}={quoteattr(clean(value))}" for key, value in attributes.items())


def one_line(text: str) -> str:
    return text.replace("\n", " ")


def clean(text: str) -> str:
    return FORBIDDEN.sub("", text)


def wrap(text: str) -> str:
    """As CDATA; the sign that would end it is cut in two."""
    return f"<![CDATA[{clean(text).replace(']]>', ']]]]><![CDATA[>')}]]>"

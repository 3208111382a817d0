"""Opens documents that are ZIP archives of XML (.docx, .odt), with limits on all that they could unpack to."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from xml.parsers import expat

from django.utils.translation import gettext as _

# Members of an archive; a document of 200 pages has a few dozen, and one for each picture.
MAX_MEMBERS = 2_000
# Bytes that all members unpack to, pictures included.
MAX_UNPACKED = 60 * 1024 * 1024
# Bytes of XML: 160,000 characters, the longest post, take about 3 MB in Word's.
MAX_XML = 12 * 1024 * 1024
MAX_ELEMENTS = 250_000
MAX_XML_DEPTH = 100


class UnreadableFile(ValueError):
    """The file cannot be converted; the message is a sentence for the author."""


class XmlElement:
    """An element of XML; names have their prefixes as the file declares them by convention (`text:p`)."""

    __slots__ = ("attrs", "children", "name")

    def __init__(self, name: str, attrs: dict[str, str]) -> None:
        self.name, self.attrs = name, attrs
        self.children: list[XmlElement | str] = []

    def elements(self, *names: str) -> Iterator[XmlElement]:
        """All elements below with one of these names, in their order."""
        for child in self.children:
            if isinstance(child, XmlElement):
                if child.name in names:
                    yield child
                yield from child.elements(*names)


def refuse_damaged_file() -> UnreadableFile:
    return UnreadableFile(_("This file is damaged, or not what its name says. Save it again, and try again."))


def refuse_large_file() -> UnreadableFile:
    return UnreadableFile(_("This file holds too much to be converted. Split it, or paste the text."))


@contextmanager
def open_archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """The archive, after its sizes and all its XML were checked. Raises UnreadableFile, also for errors within."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            # Reading stops at the size that a member declares, so that the sum holds for what is read.
            xml = [member for member in members if member.filename.lower().endswith((".xml", ".rels"))]
            if (
                len(members) > MAX_MEMBERS
                or sum(member.file_size for member in members) > MAX_UNPACKED
                or sum(member.file_size for member in xml) > MAX_XML
            ):
                raise refuse_large_file()
            for member in xml:
                _check_xml(archive.read(member))
            yield archive
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError) as error:
        raise refuse_damaged_file() from error
    except (ValueError, KeyError, RuntimeError, NotImplementedError, IndexError) as error:  # encrypted, among others
        raise refuse_damaged_file() from error


def _check_xml(content: bytes) -> None:
    """Refuse entities, and more elements than a text has."""
    parser = expat.ParserCreate()
    count = depth = 0

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if count > MAX_ELEMENTS or depth > MAX_XML_DEPTH:
            raise refuse_large_file()

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_doctype(*_args: object) -> None:
        raise refuse_damaged_file()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.Parse(content, True)


def parse_xml(content: bytes) -> XmlElement:
    """The root of XML that `open_archive` has checked."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    top = XmlElement("", {})
    open_elements = [top]

    def start(name: str, attrs: dict[str, str]) -> None:
        element = XmlElement(name, attrs)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: open_elements.pop()
    parser.CharacterDataHandler = lambda words: open_elements[-1].children.append(words)
    parser.Parse(content, True)
    return next(child for child in top.children if isinstance(child, XmlElement))

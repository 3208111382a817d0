"""Parses XML of other systems, repaired as WordPress's is: each child of the root as soon as it has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from registan.transfer.elsewhere.foreign_refusals import foreign_export, too_large_export
from registan.transfer.wordpress.reader.export_files import ExportPart
from registan.transfer.wordpress.reader.markup_repair import MarkupRepairer
from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repairs
from registan.transfer.wordpress.reader.text_decoder import TextDecoder

# Exports are four levels deep.
MAX_DEPTH = 30
# Of one child of the root: a post or a comment. What is longer could not be published here anyway.
MAX_ELEMENT_CHARACTERS = 8 * 1024**2
# What an element costs in memory before its text, in characters.
ELEMENT_COST = 400
# Bytes of one tag. Without a limit the parser would hold a tag that never ends.
MAX_TAG_BYTES = 1024**2


class ForeignElement:
    """Names are local ones, with the prefix that `prefixes` gives their namespace: `id`, `thr:in-reply-to`."""

    __slots__ = ("_pieces", "attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name, self.attributes = name, attributes
        self.children: list[ForeignElement] = []
        self._pieces: list[str] = []

    def add_text(self, text: str) -> None:
        self._pieces.append(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def child(self, name: str) -> ForeignElement | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator[ForeignElement]:
        return (child for child in self.children if child.name == name)

    def text_of(self, *path: str) -> str:
        """The text of a child, or of a child of a child; "" without one."""
        element: ForeignElement | None = self
        for name in path:
            element = element.child(name) if element is not None else None
        return element.text.strip() if element is not None else ""

    def attribute_of(self, name: str, attribute: str) -> str:
        child = self.child(name)
        return child.attributes.get(attribute, "") if child is not None else ""


class ElementStream:
    """Iterate over it once: the children of the root, which is called `root`, in their order.

    `prefixes` gives parts of the addresses of namespaces and what stands for them; others have none.
    """

    def __init__(self, part: ExportPart, root: str, system: str, prefixes: dict[str, str], repairs: Repairs) -> None:
        self.part, self.root, self.system, self.prefixes = part, root, system, prefixes
        self.root_attributes: dict[str, str] = {}
        self._repairs = repairs
        self._ready: deque[ForeignElement] = deque()
        self._open: list[ForeignElement] = []
        self._names: dict[str, str] = {}
        self._size = self._fed = self._count = 0
        self._has_ended = False
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add_text
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def __iter__(self) -> Iterator[ForeignElement]:
        """Raises RefusedExport for what is another file, malformed or cut off: sometimes only at the end."""
        decoder = TextDecoder(self.part.name, self._repairs)
        repairer = MarkupRepairer(self.part.name, self._repairs)
        for chunk in self.part.read_chunks():
            self._feed(repairer.feed(decoder.feed(chunk)), final=False)
            while self._ready:
                yield self._ready.popleft()
        self._feed(repairer.feed(decoder.feed(b"", final=True), final=True), final=True)
        yield from self._ready

    def _feed(self, xml: str, *, final: bool) -> None:
        data = xml.encode()
        if self._has_ended:
            return
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            if not self._has_ended:
                raise self._malformed(error.lineno) from error
        self._fed += len(data)
        if not self._has_ended and self._fed - self._parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise self._malformed(self._parser.CurrentLineNumber)

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        name = self._short_name(raw_name)
        depth = len(self._open) + 1
        if depth == 1:
            if name != self.root:
                raise foreign_export(self.part.name, self.system)
            self.root_attributes = attributes
        if depth > MAX_DEPTH:
            raise self._malformed(self._parser.CurrentLineNumber)
        self._size = 0 if depth == 2 else self._size
        self._grow(ELEMENT_COST + sum(map(len, attributes.values())))
        self._open.append(ForeignElement(name, {self._short_name(key): value for key, value in attributes.items()}))

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        depth = len(self._open) + 1
        if depth == 1:
            self._has_ended = True
        elif depth == 2:
            self._count += 1
            self._ready.append(element)
        else:
            self._open[-1].children.append(element)

    def _add_text(self, text: str) -> None:
        if len(self._open) > 1:
            self._grow(len(text))
            self._open[-1].add_text(text)

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > MAX_ELEMENT_CHARACTERS:
            raise too_large_export(self.part.name)

    def _short_name(self, name: str) -> str:
        """The local name, with the prefix of its namespace."""
        if (short := self._names.get(name)) is None:
            address, _space, local = name.rpartition(" ")
            prefix = next((prefix for part, prefix in self.prefixes.items() if part in address), "")
            short = f"{prefix}:{local}" if prefix else local
            if len(self._names) < 1_000:  # an export has some fifty; a hostile one has any number
                self._names[name] = short
        return short

    def _refuse_doctype(self, *_arguments: object) -> None:
        raise self._malformed(self._parser.CurrentLineNumber)

    def _malformed(self, line: int) -> RefusedExport:
        message = _("%(name)s is cut off or malformed at line %(line)s. Export again, and download it to the end.")
        return RefusedExport(message % {"name": self.part.name, "line": line})

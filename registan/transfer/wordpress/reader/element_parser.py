"""Parses repaired XML into elements, each handed out as soon as it has ended: no more than one item is in memory."""

from __future__ import annotations

import re
from collections import deque
from xml.parsers import expat
from xml.parsers.expat import errors

from django.utils.translation import gettext as _

from registan.transfer.wordpress.reader.comment_decoding import decode_comment
from registan.transfer.wordpress.reader.comment_spool import CommentSpool
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

# An export is six levels deep; HTML that somebody forgot to wrap is deeper.
MAX_DEPTH = 100
# Of one item without its comments, or of one comment. What is longer could not be published here anyway.
MAX_ELEMENT_CHARACTERS = 8 * 1024**2
# What an element costs in memory before its text, in characters.
ELEMENT_COST = 400
# Bytes of one tag. Without a limit the parser would hold a tag that never ends.
MAX_TAG_BYTES = 1024**2
TOP_DEPTH, COMMENT_DEPTH = 3, 4
# Below the children of the channel, only these have children of their own.
_CONTAINERS = {"wp:comment", "wp:postmeta", "wp:commentmeta", "wp:termmeta"}
# The parser's errors at an end that comes too early.
_CUT_OFF = {
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
# Namespaces by what their addresses contain, and the prefixes that WordPress gives them.
_NAMESPACES = {
    re.compile(r"wordpress\.org/export/[\d.]+/excerpt/?$"): "excerpt",
    re.compile(r"wordpress\.org/export/[\d.]+/?$"): "wp",
    re.compile(r"purl\.org/rss/1\.0/modules/content/?$"): "content",
    re.compile(r"purl\.org/dc/elements/1\.1/?$"): "dc",
}


class ElementParser:
    """`ready` has the children of the channel that have ended, in their order; names have WordPress's prefixes.

    Prefixes that are bound to nothing, or to something else, stand for themselves.
    """

    def __init__(self, name: str, repairs: Repairs) -> None:
        self.name, self.repairs = name, repairs
        self.ready: deque[RawElement] = deque()
        self.items = 0
        self._open: list[RawElement] = []
        self._size = self._fed = 0
        self._is_cdata = self._has_ended = False
        self._prefixes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add_text
        self._parser.StartCdataSectionHandler = self._start_cdata
        self._parser.EndCdataSectionHandler = self._end_cdata
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, xml: str, *, final: bool = False) -> None:
        """Parse more; with `final`, the end. Raises RefusedExport for what is malformed, cut off or no export."""
        data = xml.encode()
        if self._has_ended:
            self._check_rest(data)
            return
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            if self._has_ended:
                self._check_rest(data[self._parser.ErrorByteIndex - self._fed :])
                return
            raise self._cut_off() if error.code in _CUT_OFF else self._malformed(error.lineno) from error
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > MAX_TAG_BYTES:
            raise self._malformed(self._parser.CurrentLineNumber)

    def _check_rest(self, data: bytes) -> None:
        """What comes after the end is of no use, unless it is another export."""
        if b"<rss" in data:
            message = _("%(name)s holds two exports, one after the other. Give each as a file of its own.")
            raise RefusedExport(message % {"name": self.name})
        if data.strip():
            self.repairs[Repair.END] = 1

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        if any(key.startswith("xmlns:") for key in attributes):
            self._bind(attributes)
        name = self._names.get(raw_name) or self._canonical_name(raw_name)
        depth = len(self._open) + 1
        if depth == 1 and name != "rss":
            raise self._foreign()
        self._size = 0 if depth == TOP_DEPTH else self._size
        size_before = self._size
        self._grow(ELEMENT_COST + sum(len(value) for value in attributes.values()))
        if depth > MAX_DEPTH:
            raise self._malformed(self._parser.CurrentLineNumber)
        self._open.append(RawElement(name, attributes, size_before))

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        self.repairs[Repair.PADDING] += element.finish()
        depth = len(self._open) + 1
        if element.children and depth > TOP_DEPTH and element.name not in _CONTAINERS:
            self.repairs[Repair.NESTED] += len(element.children)
        if depth == 1:
            self._has_ended = True
        elif depth == TOP_DEPTH and self._open[-1].name == "channel":
            self.items += element.name == "item"
            self.ready.append(element)
        elif depth == COMMENT_DEPTH and element.name == "wp:comment":
            self._store_comment(self._open[-1], element)
        elif depth > TOP_DEPTH:
            self._open[-1].add(element)

    def _store_comment(self, item: RawElement, comment: RawElement) -> None:
        if item.comments is None:
            item.comments = CommentSpool()
        item.comments.append(decode_comment(comment, self.repairs))
        self._size = comment.size_before

    def _add_text(self, text: str) -> None:
        # What stands between the fields of an item is blank, and grows with each of its comments.
        if len(self._open) >= TOP_DEPTH and self._open[-1].name != "item":
            self._grow(len(text))
            self._open[-1].add_text(text, is_cdata=self._is_cdata)

    def _start_cdata(self) -> None:
        self._is_cdata = True
        self._open[-1].is_cdata = True

    def _end_cdata(self) -> None:
        self._is_cdata = False

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > MAX_ELEMENT_CHARACTERS:
            message = _("Item %(number)s of %(name)s is larger than any post. Delete it there, and export again.")
            raise RefusedExport(message % {"number": self.items + 1, "name": self.name})

    def _bind(self, attributes: dict[str, str]) -> None:
        """Note which prefixes stand for WordPress's namespaces; exports bind them once, at the top."""
        for key, address in attributes.items():
            prefix = key.partition("xmlns:")[2]
            for pattern, ours in _NAMESPACES.items():
                if prefix and pattern.search(address):
                    self._prefixes[prefix] = ours
        self._names.clear()

    def _canonical_name(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        canonical = f"{self._prefixes.get(prefix, prefix)}:{local}" if colon else name
        if len(self._names) < 1_000:  # an export has some sixty; a hostile one has any number
            self._names[name] = canonical
        return canonical

    def _refuse_doctype(self, *_arguments: object) -> None:
        raise self._malformed(self._parser.CurrentLineNumber)

    def _foreign(self) -> RefusedExport:
        message = _("%(name)s is XML, but no export of WordPress. Give the file that Tools → Export there downloads.")
        return RefusedExport(message % {"name": self.name})

    def _cut_off(self) -> RefusedExport:
        message = _("%(name)s ends in the middle, after item %(count)s. Download it again, or export by years.")
        return RefusedExport(message % {"name": self.name, "count": self.items})

    def _malformed(self, line: int) -> RefusedExport:
        message = _("%(name)s is malformed at line %(line)s, after item %(count)s. Export again, or correct that line.")
        return RefusedExport(message % {"name": self.name, "line": line, "count": self.items})

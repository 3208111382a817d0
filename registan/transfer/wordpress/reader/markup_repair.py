"""Repairs the markup that WordPress and its plugins write badly, a piece at a time, before a strict parser sees it.

Comments and processing instructions are left out, document types refused; the text in CDATA stays as it is, but for
characters that XML does not allow.
"""

from __future__ import annotations

import re
from html.entities import html5

from django.utils.translation import gettext as _

from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

# Characters in which the beginning of a document is looked for.
HEAD_CHARACTERS = 16 * 1024
# More than the longest thing that is judged as a whole: two references to the halves of an emoji, a named entity.
LOOKAHEAD = 40
_BLANKS = " \t\r\n\x0b\x0c\x00\x85\xa0\ufeff"

# XML allows none of the first and the last; C1 is allowed, but what was meant are the characters of Windows-1252.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WINDOWS = {byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"}
_OPENING = re.compile(r"<!\[CDATA\[|<!--|<\?|<!|<(?![A-Za-z_:/])")
_CLOSINGS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
# The halves of a character beyond U+FFFF, as references: D800 to DBFF, and DC00 to DFFF.
_HIGH_HALF = r"&#(?:x[dD][89abAB][0-9a-fA-F]{2}|5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d);"
_LOW_HALF = r"&#(?:x[dD][c-fC-F][0-9a-fA-F]{2}|563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]);"
_REFERENCE = re.compile(
    rf"(?P<high>{_HIGH_HALF})(?P<low>{_LOW_HALF})|(?P<number>&#(?:x[0-9a-fA-F]{{1,6}}|[0-9]{{1,7}});)"
    r"|&(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|&",
    re.ASCII,
)
_HIGH_HALF_AT_END = re.compile(_HIGH_HALF + r"\Z", re.ASCII)
_SIGN = re.compile("[&<]")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_GENERATOR = re.compile(r"""\bgenerator="([^"]{1,100})\"""")


class MarkupRepairer:
    """Turns text into XML that can be parsed; however the text is cut, the XML is the same."""

    def __init__(self, name: str, repairs: Repairs) -> None:
        self.name, self.repairs, self.generator = name, repairs, ""
        self._has_begun = False
        self._buffer = ""
        # What ends the CDATA section, comment or instruction in which the buffer begins; "" outside.
        self._closing = ""
        self._comment = ""

    def feed(self, text: str, *, final: bool = False) -> str:
        """The XML of `text`, as far as it can be decided yet; with `final`, all that is left. Raises RefusedExport."""
        self._buffer += _UNWANTED.sub(self._replace_unwanted, text)
        if not self._has_begun:
            if len(self._buffer) < HEAD_CHARACTERS and not final:
                return ""
            self._buffer = self._cut_beginning(self._buffer)
            self._has_begun = True
        return "".join(self._take(final=final))

    def _replace_unwanted(self, match: re.Match[str]) -> str:
        replacement = _WINDOWS.get(ord(match[0]), "")
        self.repairs[Repair.WINDOWS if replacement else Repair.CONTROL] += 1
        return replacement

    def _cut_beginning(self, text: str) -> str:
        """The document without what stands before it: blank lines, byte order marks, warnings of PHP."""
        head, rest = text[:HEAD_CHARACTERS].removeprefix("\ufeff"), text[HEAD_CHARACTERS:]
        stripped = head.lstrip(_BLANKS)
        if not stripped:
            raise RefusedExport(_("%(name)s is empty. Export again, and download the file to its end.") % self._named)
        if re.match(r"<(?:!doctype\s+)?html\b", stripped, re.IGNORECASE):
            message = _("%(name)s is a web page, perhaps WordPress's sign-in page. Sign in there, and export again.")
            raise RefusedExport(message % self._named)
        begins = re.search(r"<\?xml\b|<rss\b", stripped)
        if begins and "<!" not in stripped[: begins.start()]:
            stripped = stripped[begins.start() :]
        elif not re.match(r"<[?!A-Za-z_]", stripped):
            message = _("%(name)s is not XML. Give the file that Tools → Export in WordPress downloads.")
            raise RefusedExport(message % self._named)
        self.repairs[Repair.BEGINNING] += len(stripped) < len(head)
        return stripped + rest

    def _take(self, *, final: bool) -> list[str]:
        """What the buffer holds, repaired, but for what depends on characters that are still to come."""
        pieces: list[str] = []
        text, position = self._buffer, 0
        limit = len(text) if final else self._safe_limit(text)
        while position < limit:
            if self._closing:
                end, is_closed = self._find_closing(text, position, final=final)
                self._keep(text[position:end], pieces)
                self._closing = "" if is_closed else self._closing
                position = end
                if not is_closed:
                    break
            else:
                opening = _OPENING.search(text, position)
                end = min(opening.start(), limit) if opening else limit
                pieces.append(self._repair_references(text[position:end]))
                position = end
                if opening and end == opening.start() < limit:
                    self._open(opening[0], pieces)
                    position = opening.end()
        self._buffer = text[position:]
        return pieces

    def _safe_limit(self, text: str) -> int:
        """Up to here, everything that begins with a sign of markup is there in full length."""
        last = max(0, len(text) - LOOKAHEAD)
        sign = _SIGN.search(text, last)
        limit = sign.start() if sign else len(text)
        half = _HIGH_HALF_AT_END.search(text, max(0, limit - LOOKAHEAD), limit)
        return half.start() if half else limit

    def _open(self, opening: str, pieces: list[str]) -> None:
        if opening == "<!":
            raise self._document_type()
        if opening == "<":
            self.repairs[Repair.LESS_THAN] += 1
            pieces.append("&lt;")
            return
        self._closing, self._comment = _CLOSINGS[opening], ""
        if opening == "<![CDATA[":
            pieces.append(opening)

    def _find_closing(self, text: str, position: int, *, final: bool) -> tuple[int, bool]:
        """Where to go on, and whether that is after the end of the section."""
        if (found := text.find(self._closing, position)) >= 0:
            return found + len(self._closing), True
        # The sign that ends it may be cut in two.
        return (len(text) if final else max(position, len(text) - len(self._closing) + 1)), False

    def _keep(self, section: str, pieces: list[str]) -> None:
        """A piece of CDATA as it is; of what is left out, the line breaks, which make the parser's lines the file's."""
        if self._closing == "]]>":
            pieces.append(section)
            return
        pieces.append("\n" * section.count("\n"))
        self._comment = (self._comment + section[:500])[:500]
        if not self.generator and (match := _GENERATOR.search(self._comment)):
            self.generator = match[1]

    def _repair_references(self, text: str) -> str:
        return _REFERENCE.sub(self._repair_reference, text) if "&" in text else text

    def _repair_reference(self, match: re.Match[str]) -> str:
        if match["high"]:
            self.repairs[Repair.SURROGATE] += 1
            return chr(0x10000 + ((_code(match["high"]) - 0xD800) << 10) + _code(match["low"]) - 0xDC00)
        if match["number"]:
            return self._repair_number(match["number"], _code(match["number"]))
        if match["name"] in _XML_ENTITIES:
            return match[0]
        if character := html5.get(f"{match['name']};"):
            self.repairs[Repair.ENTITY] += 1
            return character.replace("&", "&amp;").replace("<", "&lt;")
        self.repairs[Repair.AMPERSAND] += 1
        return "&amp;" + match[0][1:]

    def _repair_number(self, reference: str, code: int) -> str:
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            self.repairs[Repair.SURROGATE] += 1
            return "\N{REPLACEMENT CHARACTER}"
        if _UNWANTED.match(chr(code)):
            self.repairs[Repair.WINDOWS if code in _WINDOWS else Repair.CONTROL] += 1
            return _WINDOWS.get(code, "")
        return reference

    @property
    def _named(self) -> dict[str, str]:
        return {"name": self.name}

    def _document_type(self) -> RefusedExport:
        message = _("%(name)s declares a document type or entities, as no export does. Export again.")
        return RefusedExport(message % self._named)


def _code(reference: str) -> int:
    """The number in `&#38;` or `&#x26;`."""
    digits = reference[2:-1]
    return int(digits[1:], 16) if digits[0] == "x" else int(digits)

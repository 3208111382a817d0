"""Decodes an export, a piece at a time: what is UTF-8 is UTF-8, whatever the label says.

WordPress turns the fields that it wraps into UTF-8 and leaves the bare ones in the blog's encoding, which is also what
it writes on the label. So each passage from one `<` to the next is decided by itself.
"""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

from registan.transfer.wordpress.reader.refusals import RefusedExport
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

# Of these first bytes, the encoding and the label are read.
HEAD_BYTES = 1024
# Bytes without a `<`: no post that can be published is so long.
MAX_PASSAGE_BYTES = 16 * 1024**2
_LABEL = re.compile(rb"""^[^>]*?<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{2,40})["']""")
# Encodings in which blogs were written. Python knows others that are no encodings of text, or that can run for long.
_KNOWN_LABEL = re.compile(
    r"iso-?8859-?\d{1,2}|(?:windows|cp)-?125\d|koi8-[rut]|macroman|tis-620|gb2312|gbk|gb18030|big5(?:-?hkscs)?"
    r"|shift[_-]?jis|euc-(?:jp|kr)|cp(?:437|85\d|866|949)",
)
# Browsers read ISO-8859-1 as Windows-1252, which has quotation marks where the other has nothing.
DEFAULT_ENCODING = "cp1252"
_LATIN = {"iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"}
# How files in UTF-16 and UTF-32 begin, with a byte order mark or without; the longer signatures first.
_WIDE_SIGNATURES = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0?\0": "utf-16-le",
    b"\0<\0?": "utf-16-be",
}


class TextDecoder:
    """Turns bytes into text; however the bytes are cut, the text is the same."""

    def __init__(self, name: str, repairs: Repairs) -> None:
        self.name, self.repairs = name, repairs
        self.label, self.encoding = "", DEFAULT_ENCODING
        self._head: bytearray | None = bytearray()
        self._held: list[bytes] = []
        self._held_size = 0
        self._wide: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes, *, final: bool = False) -> str:
        """The text of `data`, as far as it can be decided yet; with `final`, all that is left."""
        if self._head is not None:
            self._head += data
            if len(self._head) < HEAD_BYTES and not final:
                return ""
            data, self._head = bytes(self._head), None
            self._read_head(data[:HEAD_BYTES])
        if self._wide:
            return self._wide.decode(data, final)
        return self._decode(self._take_passages(data, final=final))

    def _read_head(self, head: bytes) -> None:
        for signature, encoding in _WIDE_SIGNATURES.items():
            if head.startswith(signature):
                self._wide = codecs.getincrementaldecoder(encoding)(errors="replace")
                return
        if match := _LABEL.match(head):
            self.label = match[1].decode("ascii").lower()
        if self.label not in _LATIN and _KNOWN_LABEL.fullmatch(self.label):
            self.encoding = self.label

    def _take_passages(self, data: bytes, *, final: bool) -> bytes:
        """All passages that are whole, with those that were held back."""
        cut = len(data) if final else data.rfind(b"<")
        if cut < 0:
            self._hold(data)
            return b""
        whole = b"".join([*self._held, data[:cut]])
        self._held, self._held_size = [], 0
        self._hold(data[cut:])
        return whole

    def _hold(self, data: bytes) -> None:
        self._held.append(data)
        self._held_size += len(data)
        if self._held_size > MAX_PASSAGE_BYTES:
            message = _("%(name)s has %(size)s MB without any markup. Give the file that Tools → Export downloads.")
            raise RefusedExport(message % {"name": self.name, "size": MAX_PASSAGE_BYTES >> 20})

    def _decode(self, passages: bytes) -> str:
        try:
            text = passages.decode()
        except UnicodeDecodeError:
            return "<".join(self._decode_passage(passage) for passage in passages.split(b"<"))
        if not text.isascii():
            self._note_label()
        return text

    def _note_label(self) -> None:
        if self.label not in ("", "utf-8", "utf8"):
            self.repairs[Repair.LABEL] = 1

    def _decode_passage(self, passage: bytes) -> str:
        """Most of its bytes decide: a UTF-8 text with a character cut in two is not in another encoding."""
        if passage.isascii():
            return passage.decode("ascii")
        text = passage.decode("utf-8", "surrogateescape")
        broken = sum("\udc80" <= character <= "\udcff" for character in text)
        if not broken:
            self._note_label()
            return text
        if halves := self._join_halves(passage):
            return halves
        if broken <= sum(character > "\x7f" for character in text) - broken:
            self.repairs[Repair.BROKEN] += broken
            return re.sub("[\udc80-\udcff]", "\N{REPLACEMENT CHARACTER}", text)
        self.repairs[Repair.ENCODING] += 1
        return passage.decode(self.encoding, "replace")

    def _join_halves(self, passage: bytes) -> str:
        """Emoji whose two halves were encoded apart (CESU-8), as old MySQL and Java do; "" if that is not the fault."""
        try:
            text = passage.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return ""
        self.repairs[Repair.SURROGATE] += len(re.findall("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]", text))
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

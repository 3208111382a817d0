"""Reads values that PHP has serialised, as far as they are scalars and arrays; objects are refused, never made."""

from __future__ import annotations

import re

type PhpValue = bool | int | float | str | dict[int | str, PhpValue] | None

# WordPress's own values are three arrays deep; 200 sizes of a picture have some 2,000 entries.
MAX_PHP_DEPTH = 20
MAX_PHP_ENTRIES = 100_000

_SCALAR = re.compile(rb"N;|b:([01]);|i:(-?\d{1,19});|d:(-?\d{1,20}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?);")
_SIZED = re.compile(rb"([sa]):(\d{1,9}):([\"{])")


class UnreadablePhp(ValueError):
    """The text is not serialised PHP, is cut off, or holds what is neither scalar nor array."""


def parse_php(text: str) -> PhpValue:
    """The value of `text`, an array as a dict. Raises UnreadablePhp.

    Lengths are in bytes of UTF-8. XML turns CRLF into LF, so that a string may have one byte less for each of its line
    breaks than its length says.
    """
    parser = _PhpParser(text.encode("utf-8", "replace"))
    value = parser.parse_value(0)
    if parser.position != len(parser.data):
        raise UnreadablePhp("There is something after the value.")
    return value


class _PhpParser:
    """Reads one value after another; `position` is the first byte that was not read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position, self.entries = data, 0, 0

    def parse_value(self, depth: int) -> PhpValue:
        if scalar := _SCALAR.match(self.data, self.position):
            self.position = scalar.end()
            return _scalar(scalar)
        sized = _SIZED.match(self.data, self.position)
        if not sized or (sized[1] == b"s") != (sized[3] == b'"') or depth > MAX_PHP_DEPTH:
            raise UnreadablePhp(f"Byte {self.position} begins neither a scalar nor an array.")
        self.position = sized.end()
        return self._string(int(sized[2])) if sized[1] == b"s" else self._array(int(sized[2]), depth)

    def _string(self, length: int) -> str:
        start = self.position
        end = start + length
        if self.data[end : end + 2] != b'";':
            end = self._end_after_lost_bytes(start, length)
        self.position = end + 2
        return self.data[start:end].decode("utf-8", "replace")

    def _end_after_lost_bytes(self, start: int, length: int) -> int:
        """Where a string ends that has lost bytes: at the first end for which its line breaks make up."""
        breaks, seen = 0, start
        while (end := self.data.find(b'";', seen, start + length)) >= 0:
            breaks += self.data.count(b"\n", seen, end)
            if end - start + breaks >= length:
                return end
            seen = end + 1
        raise UnreadablePhp(f"The string at byte {start} does not end where its length says.")

    def _array(self, length: int, depth: int) -> dict[int | str, PhpValue]:
        self.entries += length
        if self.entries > MAX_PHP_ENTRIES:
            raise UnreadablePhp("The arrays have too many entries.")
        array: dict[int | str, PhpValue] = {}
        for _ in range(length):
            key = self.parse_value(depth + 1)
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise UnreadablePhp(f"The key before byte {self.position} is neither a number nor a string.")
            array[key] = self.parse_value(depth + 1)
        if self.data[self.position : self.position + 1] != b"}":
            raise UnreadablePhp(f"The array does not end at byte {self.position}.")
        self.position += 1
        return array


def _scalar(match: re.Match[bytes]) -> PhpValue:
    boolean, integer, fraction = match.groups()
    if boolean:
        return boolean == b"1"
    if integer:
        return int(integer)
    return float(fraction) if fraction else None

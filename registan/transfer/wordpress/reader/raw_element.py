"""An element of an export as it was parsed, before its text is decoded."""

from __future__ import annotations

from registan.transfer.wordpress.reader.comment_spool import CommentSpool


class RawElement:
    """`fields` has the first child of each name, `children` all of them; `comments` those of an item.

    `is_cdata` tells the generation of the exporter: it wraps what it leaves as it is, and escapes the rest.
    `size_before` is what the item had grown to before this element, in characters.
    """

    __slots__ = ("_pieces", "attributes", "children", "comments", "fields", "is_cdata", "name", "size_before", "text")

    def __init__(self, name: str, attributes: dict[str, str], size_before: int = 0) -> None:
        self.name, self.attributes, self.size_before = name, attributes, size_before
        self.text, self.is_cdata = "", False
        self.children: list[RawElement] = []
        self.fields: dict[str, RawElement] = {}
        self.comments: CommentSpool | None = None
        self._pieces: list[tuple[bool, str]] = []

    def add(self, child: RawElement) -> None:
        self.children.append(child)
        self.fields.setdefault(child.name, child)

    def add_text(self, text: str, *, is_cdata: bool) -> None:
        self._pieces.append((is_cdata, text))

    def finish(self) -> bool:
        """Join the text. Blanks around CDATA, or around bare text, are no part of it; return whether there were any."""
        whole = "".join(text for _is_cdata, text in self._pieces)
        wrapped = "".join(text for is_cdata, text in self._pieces if is_cdata)
        is_wrapped = self.is_cdata and not any(text.strip() for is_cdata, text in self._pieces if not is_cdata)
        self.text = wrapped if is_wrapped else whole.strip()
        self._pieces = []
        return bool(self.text) and not self.children and len(self.text) < len(whole)

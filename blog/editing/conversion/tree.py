"""Parses any HTML into a small tree of elements; html5ever (through nh3) repairs it as browsers do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import nh3
from django.utils.translation import gettext as _

from blog.markup.html_parts import VOID_TAGS, tag_set
from blog.markup.limits import TooCostly
from blog.markup.raw_html import FORMATTING_TAGS, IMPLICITLY_CLOSED_TAGS, REOPENED_LIMIT, SEARCHED_LIMIT

# Elements in each other; deeper ones are left out, and their words stay.
DEPTH_LIMIT = 80

_BLOCK_TAGS = tag_set(
    "address article aside blockquote caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5"
    " h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_INLINE_TAGS = tag_set("a b br cite code del dfn em i img ins kbd q s samp small span strike strong sub sup tt u var")
# Not seen as text by whoever copied it.
_UNSEEN_TAGS = tag_set(
    "annotation annotation-xml button head iframe noembed noframes noscript object rp rt script select style svg"
    " template textarea title xml"
)
_ATTRIBUTES = {"align", "alt", "aria-hidden", "class", "colspan", "height", "hidden", "href", "id", "name", "rowspan"}
_ATTRIBUTES |= {"src", "start", "style", "title", "width"}
_TAG_START = re.compile(r"<(/?)([a-zA-Z][^\s/><]*)")
_SPACES = re.compile(r"[ \t\n\f\r]+")
# Halves of a character, which JSON can carry and no encoder takes.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")

_cleaner = nh3.Cleaner(
    tags=_BLOCK_TAGS | _INLINE_TAGS,
    clean_content_tags=_UNSEEN_TAGS,
    attributes={"*": _ATTRIBUTES},
    # `file` is where Word says that its footnotes are; conversion leaves only ours.
    url_schemes={"http", "https", "mailto", "file"},
    link_rel=None,
)


class Element:
    """An element of HTML with its children, which are elements and strings."""

    __slots__ = ("_style", "attrs", "children", "parent", "tag")

    def __init__(self, tag: str, attrs: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []
        self._style: dict[str, str] | None = None

    @property
    def is_block(self) -> bool:
        return self.tag in _BLOCK_TAGS

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    @property
    def style(self) -> dict[str, str]:
        """Its inline style, names and values in lower case."""
        if self._style is None:
            pairs = (part.partition(":") for part in self.attrs.get("style", "").lower().split(";"))
            self._style = {name.strip(): value.strip() for name, colon, value in pairs if colon}
        return self._style

    def descendants(self) -> Iterator[Element]:
        """All elements in it, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descendants()

    def ancestors(self) -> Iterator[Element]:
        """Those it is in, the nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def raw_text(self) -> str:
        """Its words as they stand in the source, with `br` as a new line."""
        return "".join(
            child if isinstance(child, str) else "\n" if child.tag == "br" else child.raw_text()
            for child in self.children
        )

    def words(self) -> str:
        """Its words with single spaces."""
        return " ".join(self.raw_text().split())

    def remove(self) -> None:
        if self.parent is not None:
            self.parent.children = [child for child in self.parent.children if child is not self]


def parse_html_tree(html: str, cleaner: nh3.Cleaner = _cleaner) -> Element:
    """The HTML as a tree, whose root is a `body`, with the elements that `cleaner` leaves.

    Raises TooCostly if parsing would take long.
    """
    html = _without_comments(_LONE_SURROGATES.sub("\ufffd", html))
    _refuse_slow_html(html)
    builder = _TreeBuilder()
    builder.feed(cleaner.clean(html))
    builder.close()
    return builder.root


def collapse_spaces(text: str) -> str:
    """HTML's white space as single spaces; a non-breaking space stays."""
    return _SPACES.sub(" ", text)


def _without_comments(html: str) -> str:
    """Leave comments out in linear time, and with them what Word writes for itself."""
    first, *others = html.replace("\0", "").split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)


def _refuse_slow_html(html: str) -> None:
    """A parser searches its open elements at each tag, and reopens formatting in each block (raw_html.py)."""
    open_tags: list[str] = []
    tags = depth = formatting = deepest = most = strays = 0
    for closing, name in _TAG_START.findall(html):
        tag = name.lower()
        if tag in VOID_TAGS or ":" in tag:
            continue
        tags += 1
        while open_tags and open_tags[-1] != tag and closing and open_tags[-1] in IMPLICITLY_CLOSED_TAGS:
            open_tags.pop()
        if not closing:
            if open_tags and open_tags[-1] == tag and tag in IMPLICITLY_CLOSED_TAGS:
                continue
            open_tags.append(tag)
            formatting += tag in FORMATTING_TAGS
        elif open_tags and open_tags[-1] == tag:
            open_tags.pop()
            formatting -= tag in FORMATTING_TAGS
        else:
            strays += 1
        depth = len(open_tags) + strays
        deepest, most = max(deepest, depth), max(most, formatting + strays)
    if deepest * tags > SEARCHED_LIMIT or most * tags > REOPENED_LIMIT:
        raise TooCostly(_("This text has too much broken HTML to be converted. Paste it as plain text."))


class _TreeBuilder(HTMLParser):
    """Builds the tree from cleaned HTML, in which every element is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.current = Element("body", {}, None)
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID_TAGS:
            self.depth += 1
            if self.depth > DEPTH_LIMIT:
                return
        element = Element(tag, {name: value or "" for name, value in attrs}, self.current)
        self.current.children.append(element)
        if tag not in VOID_TAGS:
            self.current = element

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID_TAGS:
            return
        if self.depth <= DEPTH_LIMIT and self.current.parent is not None:
            self.current = self.current.parent
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.current.children.append(data)

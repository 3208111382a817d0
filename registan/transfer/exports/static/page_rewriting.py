"""Rewrites a page of the site for the archive: links to files, and nothing that would need the application."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from registan.transfer.exports.static.site_links import SiteLinks, whole_address

type Attributes = list[tuple[str, str | None]]

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# What goes with all that is in it: forms, scripts, and what only these are for.
DROPPED_TAGS = frozenset({"form", "script", "dialog", "noscript", "template"})
DROPPED_CLASSES = frozenset({
    "theme-switch", "conversation__actions", "comment__reply", "comment__quote", "comment__report", "new-comments",
    "list-head__feed", "staff-bar",
})  # fmt: skip
# Links in the head that mean something to a reader of files.
KEPT_RELATIONS = frozenset({"stylesheet", "icon", "canonical"})
# Words of people: a link in them that the archive does not have leads to the site.
TEXT_CLASSES = frozenset({"prose", "comment__body", "author__bio", "epigraph", "entry__opening", "list-head__about"})
# Where a link without a page is no use.
NAVIGATION_CLASSES = frozenset({"masthead__nav", "colophon", "pages", "sections"})
_COMMENT_ID = re.compile(r'\bid="comment-(\d+)"')


class Region:
    """Knows whether the parser is within an element, by counting those of its name."""

    def __init__(self) -> None:
        self.tag, self.depth = "", 0

    def __bool__(self) -> bool:
        return self.depth > 0

    def enter(self, tag: str) -> None:
        """Call it at a tag that begins such an element."""
        if not self.depth:
            self.tag, self.depth = tag, 1

    def pass_start(self, tag: str) -> None:
        """Call it at every other start tag."""
        self.depth += self.depth > 0 and tag == self.tag

    def pass_end(self, tag: str) -> None:
        self.depth -= self.depth > 0 and tag == self.tag


class PageRewriter(HTMLParser):
    """Rewrites one page, which is the file `start` of the archive; `paths` are the links that it had to the site.

    What it does not change it writes as it was read.
    """

    def __init__(self, links: SiteLinks, start: str, notice: str) -> None:
        super().__init__(convert_charrefs=False)
        self.links, self.start, self.notice = links, start, notice
        self.hrefs: set[str] = set()
        self._here: frozenset[str] = frozenset()
        self._out: list[str] = []
        self._dropped, self._text, self._navigation = Region(), Region(), Region()
        # For each list item that is open: where it begins in the output, and whether a link was taken out of it.
        self._items: list[tuple[int, bool]] = []
        # For each link that is open: is its end tag written?
        self._anchors: list[bool] = []

    def rewrite(self, html: str) -> str:
        self._here = frozenset(_COMMENT_ID.findall(html))
        self.feed(html)
        self.close()
        return "".join(self._out)

    # What the parser finds

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._dropped:
            self._dropped.pass_start(tag)
            return
        classes = (dict(attrs).get("class") or "").split()
        if tag in DROPPED_TAGS or not DROPPED_CLASSES.isdisjoint(classes):
            if tag not in VOID:
                self._drop(tag)
            return
        self._follow(self._text, tag, is_entry=not TEXT_CLASSES.isdisjoint(classes))
        self._follow(self._navigation, tag, is_entry=not NAVIGATION_CLASSES.isdisjoint(classes))
        if tag == "li":
            self._items.append((len(self._out), False))
        self._out.append(self._rewrite_tag(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        if not self._dropped:
            self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            self._dropped.pass_end(tag)
            return
        if tag == "a" and self._anchors and not self._anchors.pop():
            return
        if tag == "footer" and self._navigation.depth == 1 and self._navigation.tag == tag:
            self._out.append(self.notice)
        self._text.pass_end(tag)
        self._navigation.pass_end(tag)
        self._out.append(f"</{tag}>")
        if tag == "li" and self._items:
            self._close_item(*self._items.pop())

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    # What becomes of it

    def _write(self, text: str) -> None:
        if not self._dropped:
            self._out.append(text)

    def _drop(self, tag: str) -> None:
        self._dropped.enter(tag)
        if self._items:
            self._items[-1] = (self._items[-1][0], True)

    def _follow(self, region: Region, tag: str, *, is_entry: bool) -> None:
        if is_entry and not region:
            region.enter(tag)
        else:
            region.pass_start(tag)

    def _close_item(self, begin: int, has_lost: bool) -> None:
        """Take an item out in which nothing is left but its tags."""
        if has_lost and not "".join(self._out[begin + 1 : -1]).strip():
            del self._out[begin:]

    def _rewrite_tag(self, tag: str, attrs: Attributes) -> str:
        rewrite = self._rewriters.get(tag)
        return rewrite(self, tag, attrs) if rewrite else self.get_starttag_text() or ""

    def _rewrite_anchor(self, tag: str, attrs: Attributes) -> str:
        address = dict(attrs).get("href")
        if address is None:
            self._anchors.append(True)
            return self.get_starttag_text() or ""
        self.hrefs.add(address)
        link = self.links.page(address, start=self.start, here=self._here)
        if link is None and self._navigation and not self._text:
            self._drop(tag)
            return ""
        if link is None and not self._text:  # its words stay
            self._anchors.append(False)
            return ""
        self._anchors.append(True)
        return build_tag(tag, [(key, (link or whole_address(address)) if key == "href" else it) for key, it in attrs])

    def _rewrite_relation(self, tag: str, attrs: Attributes) -> str:
        values = dict(attrs)
        if KEPT_RELATIONS.isdisjoint((values.get("rel") or "").split()):
            return ""
        if values.get("rel") == "canonical":
            return self.get_starttag_text() or ""
        link = self.links.asset(values.get("href") or "", start=self.start)
        return build_tag(tag, [(key, link if key == "href" else it) for key, it in attrs]) if link else ""

    def _rewrite_media(self, tag: str, attrs: Attributes) -> str:
        """A picture that is lost keeps its words, and names no file."""
        new: Attributes = []
        for key, value in attrs:
            if key == "srcset":
                value = self._rewrite_candidates(value or "")
            elif key in ("src", "poster", "data"):
                value = self.links.asset(value or "", start=self.start)
            elif key == "loading":  # browsers print what was never in sight without it
                continue
            if value or key not in ("src", "srcset", "poster", "data"):
                new.append((key, value))
        return build_tag(tag, new)

    def _rewrite_candidates(self, srcset: str) -> str:
        candidates = []
        for candidate in srcset.split(","):
            address, _space, size = candidate.strip().partition(" ")
            if link := self.links.asset(address, start=self.start):
                candidates.append(f"{link} {size}".strip())
        return ", ".join(candidates)

    _rewriters: dict[str, Callable[[PageRewriter, str, Attributes], str]] = {
        "a": _rewrite_anchor,
        "link": _rewrite_relation,
        **dict.fromkeys(("img", "source", "video", "audio", "track", "iframe", "object"), _rewrite_media),
    }


def build_tag(tag: str, attrs: Attributes) -> str:
    values = (f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attrs)
    return f"<{tag}{''.join(values)}>"

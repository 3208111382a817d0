"""Follows every link of a folder of pages, and says which lead nowhere"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class LinkReader(HTMLParser):
    """The links, ids and tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        values = dict(attrs)
        self.ids.update(filter(None, [values.get("id")]))
        self.links += [values[name] for name in ("href", "src", "poster") if values.get(name)]
        self.links += [candidate.split()[0] for candidate in (values.get("srcset") or "").split(",") if candidate]


def read_pages(folder: Path) -> dict[Path, LinkReader]:
    pages = {}
    for path in folder.resolve().rglob("*.html"):
        pages[path] = LinkReader()
        pages[path].feed(path.read_text())
    return pages


def broken_links(folder: Path) -> list[tuple[str, str]]:
    """Links within the folder to files or anchors that are not there, each with its page."""
    pages, root = read_pages(folder), folder.resolve()
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment).partition(":~:")[0]
            is_there = target.is_file() and target.is_relative_to(root)
            if not is_there or (anchor and anchor not in pages[target].ids | {"top"}):
                broken.append((path.relative_to(root).as_posix(), link))
    return broken

"""Writes the public site into a folder: every page that readers find as a file of HTML, with all that it shows.

Links lead from file to file and name `index.html`, so that it is read from a disk as well as from any web server.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from blog.text.site_values import site
from registan.transfer.exports.rows.progress import Advance, ignore
from registan.transfer.exports.rows.site_frame import as_the_site
from registan.transfer.exports.static.index_pages import index_contexts, write_text_index
from registan.transfer.exports.static.page_rewriting import PageRewriter
from registan.transfer.exports.static.page_views import PageViews, own_caches
from registan.transfer.exports.static.site_assets import SiteAssets
from registan.transfer.exports.static.site_links import SiteLinks
from registan.transfer.exports.static.site_paths import KnownPaths, file_of, list_paths, text_paths

# Pages after which the caller is told.
STEP = 20


@as_the_site()
def write_static_site(folder: Path, *, advance: Advance = ignore) -> dict[str, int]:
    """Fill an empty folder with the public site, and return the numbers of `pages` and of other `files`.

    `advance` is called with numbers of pages. Raises OSError.
    """
    with own_caches():
        writer = StaticSite(folder)
        for paths in itertools.batched(itertools.chain(list_paths(), text_paths()), STEP):
            advance(sum(writer.add_with_further(path) for path in paths))
        writer.add_index()
        return {**writer.numbers, "files": writer.assets.count}


class StaticSite:
    """Writes pages; `numbers` counts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.views = PageViews()
        self.assets = SiteAssets(folder, self.views)
        self.links = SiteLinks(KnownPaths(itertools.chain(list_paths(), text_paths())), self.assets)
        self.numbers: Counter[str] = Counter(pages=0)
        now = timezone.localtime()
        context = {"name": site().name, "url": settings.SITE_URL, "now": now}
        self.notice = render_to_string("transfer/_archive_notice.html", context)
        self.assets.add("/favicon.ico")

    def add_with_further(self, path: str) -> int:
        """Write the page at this path and those that follow it in the same list or conversation; how many."""
        number, following = 0, iter([path])
        while (here := next(following, None)) is not None:
            response = self.views.render(here)
            if response is None:
                break
            hrefs = self.write_page(here, response.content.decode())
            number += 1
            following = find_following(path, number, hrefs)
        return number

    def add_index(self) -> None:
        """Write the index that stands in the place of the search."""
        for path, context in index_contexts():
            self.write_page(path, self.views.render_template("transfer/archive_index.html", path, context))
        write_text_index(self.folder)

    def write_page(self, path: str, html: str) -> set[str]:
        """Write what is shown at a path of the site; the links that it had."""
        file = file_of(path)
        target = self.folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        rewriter = PageRewriter(self.links, file, self.notice)
        target.write_text(rewriter.rewrite(html), encoding="utf-8", newline="\n")
        self.numbers["pages"] += 1
        return rewriter.hrefs


def find_following(path: str, number: int, hrefs: Iterable[str]) -> Iterator[str]:
    """The page after the `number`th of a list or conversation, if that links to it."""
    linked = {unquote(href.partition("#")[0]) for href in hrefs}
    candidates = (f"{path}page/{number + 1}/", f"{path}comment-page-{number + 1}/")
    return (candidate for candidate in candidates if candidate in linked)

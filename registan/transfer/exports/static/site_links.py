"""Where a link of a page leads within the archive."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from django.conf import settings

from blog.models import Redirect
from blog.text.addresses import absolute_url
from comments.models import Comment
from registan.transfer.exports.static.site_assets import SiteAssets
from registan.transfer.exports.static.site_paths import SEARCH, KnownPaths, file_of, relative_link

_COMMENT = re.compile(r"/comments/([1-9][0-9]{0,17})/")
# Old addresses and comments that are looked up once, not every time.
REMEMBERED = 10_000


class SiteLinks:
    """Finds the files of the archive for addresses as pages have them."""

    def __init__(self, known: KnownPaths, assets: SiteAssets) -> None:
        self.known, self.assets = known, assets
        self._find_moved = lru_cache(REMEMBERED)(find_moved)
        self._find_comment = lru_cache(REMEMBERED)(find_comment)

    def page(self, address: str, *, start: str, here: Collection[str]) -> str | None:
        """What a link in the file `start` is to lead to; the address itself if it leads elsewhere.

        `here` are the ids of comments on this page. None: an address of the site that the archive does not have.
        """
        inside = path_on_site(address)
        if inside is None:
            return address
        path, query, fragment = inside
        if found := _COMMENT.fullmatch(path):
            if found[1] in here:
                return f"#comment-{found[1]}"
            path, _sign, fragment = self._find_comment(int(found[1])).partition("#")
        if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
            return self.asset(address, start=start)
        if query or not path:
            return None
        if path not in self.known and not path.startswith(SEARCH):
            path = self._find_moved(path)
            if path not in self.known:
                return None
        link = relative_link(file_of(path), start=start)
        return f"{link}#{fragment}" if fragment else link

    def asset(self, address: str, *, start: str) -> str | None:
        """The same for a file that a page shows or uses; None where it is lost."""
        inside = path_on_site(address)
        if inside is None:
            return address
        name = self.assets.add(inside[0])
        return relative_link(name, start=start) if name else None


def path_on_site(address: str) -> tuple[str, str, str] | None:
    """Path (decoded), query and fragment of an address of this site; None for any other."""
    if address.startswith(f"{settings.SITE_URL}/") or address == settings.SITE_URL:
        address = address.removeprefix(settings.SITE_URL) or "/"
    if not address.startswith("/") or address.startswith("//"):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return unquote(parts.path), parts.query, parts.fragment


def find_moved(path: str) -> str:
    """The path that something has now which had this one; "" if nothing had."""
    if not path.endswith("/"):
        path = f"{path}/"
    return unquote(Redirect.objects.find_target_url(path) or "") if path.isprintable() else ""


def find_comment(pk: int) -> str:
    """The path, with its anchor, of the page that shows a comment; "" if readers do not find it."""
    rows = Comment.objects.with_subjects().select_related("conversation")
    comment = rows.filter(shown=True, pk=pk).first()
    if comment is None or not (comment.subject.is_listed and comment.subject.shows_conversation):
        return ""
    return unquote(comment.get_thread_url())


def whole_address(address: str) -> str:
    """An address of the site as other sites write it."""
    return absolute_url(address) if address.startswith("/") else address

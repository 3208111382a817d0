"""What pages need beside their HTML: style sheets, pictures, uploaded files. Only what some page uses is written."""

from __future__ import annotations

import posixpath
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from registan.transfer.exports.rows.media_copies import MediaCopies
from registan.transfer.exports.static.page_views import PageViews
from registan.transfer.exports.static.site_paths import relative_link

# Files that views make, at the root of the site.
_MADE = re.compile(r"/(?:accent-[0-9a-f]{6}\.css|favicon\.ico|apple-touch-icon\.png|icon-[0-9]{3}\.png)")
_IN_SHEET = re.compile(r"""(url\(\s*["']?)(?!data:|#)([^"')]+)""")


class SiteAssets:
    """Writes files into the folder of the archive, each once; `count` is how many."""

    def __init__(self, folder: Path, views: PageViews) -> None:
        self.folder, self.views = folder, views
        self.media = MediaCopies(folder / settings.MEDIA_URL.strip("/"))
        self._made: dict[str, bool] = {}

    @property
    def count(self) -> int:
        return sum(self._made.values()) + self.media.count

    def add(self, path: str) -> str:
        """Write the file at this path of the site (decoded), and return its name in the archive; "" without one."""
        if path.startswith(settings.MEDIA_URL):
            name = path.removeprefix(settings.MEDIA_URL)
            return path.lstrip("/") if self.media.add(name) else ""
        if path not in self._made:
            self._made[path] = self._make(path)
        return path.lstrip("/") if self._made[path] else ""

    def _make(self, path: str) -> bool:
        if path.startswith(settings.STATIC_URL):
            content = read_static(path.removeprefix(settings.STATIC_URL))
        elif _MADE.fullmatch(path):
            response = self.views.render(path)
            content = response.content if response else None
        else:
            content = None
        if content is None:
            return False
        if path.endswith(".css"):
            content = _IN_SHEET.sub(lambda found: self._add_to_sheet(path, found), content.decode()).encode()
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return True

    def _add_to_sheet(self, sheet: str, found: re.Match[str]) -> str:
        """Write the file that a style sheet names, and name it as seen from there; drawings become part of it.

        Browsers take no drawing from a disk as the shape of something (`mask`), unless it is in the sheet.
        """
        address, sign, fragment = found[2].partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), unquote(address)))
        if path.endswith(".svg") and (drawing := read_static(path.removeprefix(settings.STATIC_URL))):
            return f"{found[1]}data:image/svg+xml;base64,{b64encode(drawing).decode()}"
        if not (name := self.add(path)):
            return found[0]
        return found[1] + relative_link(name, start=sheet.lstrip("/")) + sign + fragment


def read_static(name: str) -> bytes | None:
    """A static file by the name that pages have for it, whether it was collected or not."""
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    found = finders.find(name)
    return Path(found).read_bytes() if isinstance(found, str) else None

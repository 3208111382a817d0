"""Opens an export of any system, and tells which system a file comes from."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from registan.transfer.elsewhere.blogger import BloggerReader
from registan.transfer.elsewhere.csv_rows import read_columns
from registan.transfer.elsewhere.disqus import DisqusReader
from registan.transfer.elsewhere.foreign_files import ForeignFiles, open_files
from registan.transfer.elsewhere.foreign_reader import ForeignReader
from registan.transfer.elsewhere.foreign_refusals import refusing_foreign_damage
from registan.transfer.elsewhere.ghost import GhostReader
from registan.transfer.elsewhere.isso import SIGNATURE as SQLITE_SIGNATURE
from registan.transfer.elsewhere.isso import IssoReader
from registan.transfer.elsewhere.remark42 import Remark42Reader
from registan.transfer.elsewhere.static_site import MARKDOWN_ENDINGS, StaticSiteReader
from registan.transfer.elsewhere.subscriber_lists import EMAIL_COLUMNS, SubscriberListReader
from registan.transfer.elsewhere.substack import TABLE as SUBSTACK_TABLE
from registan.transfer.elsewhere.substack import SubstackReader
from registan.transfer.wordpress.reader.export_files import CHUNK_BYTES, GZIP_SIGNATURE, ZIP_SIGNATURES
from registan.transfer.wordpress.reader.refusals import RefusedExport

# Not read here, but told apart.
WORDPRESS = "wordpress"
READERS: dict[str, type[ForeignReader]] = {
    reader.system: reader
    for reader in (
        BloggerReader,
        DisqusReader,
        GhostReader,
        IssoReader,
        Remark42Reader,
        StaticSiteReader,
        SubscriberListReader,
        SubstackReader,
    )
}
# What people call the systems whose sites are folders of files.
ALIASES = {"jekyll": "static", "hugo": "static", "eleventy": "static"}
SYSTEMS = sorted([*READERS, *ALIASES])


def open_export(system: str, paths: Iterable[Path], home: str = "") -> ForeignReader:
    """The records of these files. `home` is the address of the old site, where its export does not say it.

    Raises RefusedExport, now or while the records are read, for files that are not an export of that system.
    """
    given = list(paths)
    name = ALIASES.get(system, system)
    if name not in READERS:
        message = _("“%(system)s” is no system that we read. Give one of these: %(systems)s.")
        raise RefusedExport(message % {"system": system[:40], "systems": ", ".join(SYSTEMS)})
    for path in given:
        if not path.exists():
            raise RefusedExport(_("There is no file %(name)s. Check its name.") % {"name": path})
    if not given:
        raise RefusedExport(_("Give the files of the export."))
    return READERS[name](given, home)


def detect_system(path: Path) -> str:
    """The name of the system that a file, an archive or a folder comes from; "" if nothing tells. Raises RefusedExport
    for a file that is damaged or may not be read."""
    with refusing_foreign_damage(path.name):
        if path.is_dir():
            return _detect_files(open_files(path))
        head = _read_head(path)
        return _detect_files(open_files(path)) if head.startswith(ZIP_SIGNATURES) else _detect_head(head)


def _read_head(path: Path) -> bytes:
    """The beginning of a file, unpacked if it is packed with gzip."""
    with path.open("rb") as file:
        head = file.read(CHUNK_BYTES)
    if head.startswith(GZIP_SIGNATURE):
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, CHUNK_BYTES)
        except zlib.error as error:
            raise gzip.BadGzipFile from error
    return head


def _detect_head(head: bytes) -> str:
    if head.startswith(SQLITE_SIGNATURE):
        return IssoReader.system
    text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace").lstrip()
    return next((system for system, fits in _SIGNS.items() if fits(text)), "") or _detect_table(head)


def _detect_table(head: bytes) -> str:
    columns = read_columns(head)
    is_list = bool(columns.intersection(EMAIL_COLUMNS)) or {"meta_key", "meta_value"} <= columns
    return SubscriberListReader.system if is_list else ""


def _detect_files(files: ForeignFiles) -> str:
    """By what lies in a folder or an archive; the first that can be told, if there are several."""
    names = files.names()
    bases = {PurePosixPath(name).name for name in names}
    if SUBSTACK_TABLE in bases:
        return SubstackReader.system
    if any(name.lower().endswith(MARKDOWN_ENDINGS) for name in names):
        return StaticSiteReader.system
    for ending in (".atom", ".xml", ".json", ".csv"):
        for name in [name for name in names if name.lower().endswith(ending)][:20]:
            with files.open(name) as file:
                if system := _detect_head(file.read(CHUNK_BYTES)):
                    return system
    return ""


_SIGNS: dict[str, Callable[[str], bool]] = {
    DisqusReader.system: lambda text: "<disqus" in text,
    WORDPRESS: lambda text: "<rss" in text and "wordpress.org/export/" in text,
    BloggerReader.system: lambda text: "<feed" in text and ("blogger.com" in text or "google.com/blogger" in text),
    Remark42Reader.system: lambda text: text.startswith('{"version":') and '"users":' in text,
    GhostReader.system: lambda text: (
        text.startswith("{") and '"meta"' in text[:1000] and '"exported_on"' in text[:1000]
    ),
}

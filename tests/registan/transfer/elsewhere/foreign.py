"""Writes small exports of other systems, and reads them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from registan.transfer.elsewhere.foreign_reader import ForeignReader
from registan.transfer.elsewhere.open_export import open_export
from registan.transfer.records.export_records import DetachedThread, ExportedSubscriber, Item
from registan.transfer.wordpress.reader.refusals import RefusedExport

HOME = "https://old.example"


class Export:
    """What a reader gives, sorted by its kind; `reader` has what it noted."""

    def __init__(self, system: str, *paths: Path, home: str = HOME) -> None:
        self.reader: ForeignReader = open_export(system, paths, home)
        self.records = list(self.reader)
        self.channel = self.records[0]
        self.items = [record for record in self.records if isinstance(record, Item)]
        self.posts = [item for item in self.items if item.post_type in ("post", "page")]
        self.threads = [record for record in self.records if isinstance(record, DetachedThread)]
        self.subscribers = [record for record in self.records if isinstance(record, ExportedSubscriber)]

    def of(self, kind: type) -> list:
        return [record for record in self.records if isinstance(record, kind)]


def refusal(system: str, *paths: Path) -> str:
    with pytest.raises(RefusedExport) as refused:
        Export(system, *paths)
    return str(refused.value)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def pack(path: Path, files: dict[str, str | bytes]) -> Path:
    """An archive with these files in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path

"""The forms of an archive that others can read, each written by its own export (transfer/exports)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registan.transfer.archive.archive_folder import PartialArchive


def write_parts(archive: PartialArchive, *, private: bool, report: Callable[[str], object]) -> dict[str, Any]:
    """Write the site to read, the export for WordPress and the texts as Markdown; what each of them holds."""
    return {}

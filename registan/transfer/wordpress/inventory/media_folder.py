"""Looks for the files of attachments in a copy of WordPress's folder of uploads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from registan.transfer.records.export_records import Item
from registan.transfer.records.php_values import UnreadablePhp, parse_php
from registan.transfer.wordpress.inventory.old_urls import split_url

# What the owner may have copied: the folder itself, wp-content, or the whole of WordPress.
UPLOAD_FOLDERS = ("", "uploads", "wp-content/uploads")
# What stands before the path of a file in its address; `files` on WordPress.com and old networks, `images` at Ghost.
_URL_FOLDERS = ("/uploads/", "/files/", "/images/")


class MediaFolder:
    """The folder after `--media`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, attachment: Item) -> Path | None:
        """The attachment's file, or None. Never a file outside the folder."""
        for name in file_names(attachment):
            for folder in UPLOAD_FOLDERS:
                path = self.root / folder / name
                if _file_exists(path):
                    return path
        return None


def file_names(attachment: Item) -> Iterator[str]:
    """The paths below the uploads at which the file may be, likely ones first: `2009/05/cat.jpg`, at last `cat.jpg`."""
    path = unquote(split_url(attachment.file_url).path)
    names = [attachment.meta("_wp_attached_file"), _file_in_metadata(attachment)]
    names += [path.partition(folder)[2] for folder in _URL_FOLDERS]
    # WordPress.com's addresses have nothing before the year.
    names += [path.lstrip("/"), PurePosixPath(path).name]
    return (name for name in dict.fromkeys(names) if _is_inside(name))


def _file_in_metadata(attachment: Item) -> str:
    try:
        metadata = parse_php(attachment.meta("_wp_attachment_metadata"))
    except UnreadablePhp:
        return ""
    file = metadata.get("file") if isinstance(metadata, dict) else None
    return file if isinstance(file, str) else ""


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def _file_exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False

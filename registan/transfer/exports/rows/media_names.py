"""Finds the uploaded files that a text shows or links to, and says where readers find one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blog.images.embeds import IMAGE_URL
from blog.markup.figures import FILE_ADDRESS
from blog.models import Image, MediaFile
from blog.text.addresses import absolute_url

_FILE_ADDRESS = re.compile(FILE_ADDRESS)
# An address of this site in rendered HTML, which quotes every attribute; a srcset has several.
_FROM_ROOT = re.compile(r'(\s(?:href|src|poster|data)=")(/(?!/))')
_SRCSET = re.compile(r'(\ssrcset=")([^"]*)')


def picture_names(text: str) -> list[str]:
    """`Image.name` of each picture of the library that the text shows."""
    return IMAGE_URL.findall(text)


def media_file_names(text: str) -> list[str]:
    """`MediaFile.name` of each file that the text shows or links to."""
    return _FILE_ADDRESS.findall(text)


def file_address(row: Image | MediaFile) -> str:
    """The absolute address of the file."""
    return absolute_url(row.file.url)


def with_whole_addresses(html: str) -> str:
    """Rendered HTML for another site: what leads to this one says so."""
    html = _FROM_ROOT.sub(lambda found: f"{found[1]}{absolute_url(found[2])}", html)
    return _SRCSET.sub(lambda found: found[1] + ", ".join(_whole(found[2])), html)


def _whole(candidates: str) -> Iterator[str]:
    for candidate in candidates.split(", "):
        yield absolute_url(candidate) if candidate.startswith("/") else candidate

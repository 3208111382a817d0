"""Embeds uploaded files in rendered HTML: players for audio and video, and the size of what can be downloaded.

Takes sanitised HTML, in which such a file is a link, and adds only numbers and our own elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from django.template.defaultfilters import filesizeformat

from blog.markup.figures import FILE_ADDRESS
from blog.markup.html_parts import ATTRIBUTES
from blog.media.kinds import KINDS, MediaKind
from blog.text.site_values import site_language

FILE_URL = re.compile(FILE_ADDRESS)
_TAG = re.compile(r"<[^>]*+>")
_LINK = re.compile(
    rf'(?P<figure><figure (?=[^>]*?class="figure figure--media"){ATTRIBUTES}>)?'
    rf'<a href="(?P<url>{FILE_ADDRESS})"{ATTRIBUTES}>(?P<words>(?:[^<]++|<(?!/a>))*+)</a>'
)
_PLAYER = re.compile(
    r'<(?:audio|video) controls preload="none" src="(?P<url>/media/files/[0-9a-f]{32}\.(?P<ending>\w+))"'
    r' data-bytes="(?P<bytes>[0-9]+)" data-seconds="(?P<seconds>[0-9]*)"'
)
_ADDED_DATA = re.compile(r' data-bytes="[0-9]+" data-seconds="[0-9]*"')


class EmbeddedFile(NamedTuple):
    """What a page needs to know of an uploaded file; `seconds` is None where nothing plays or nobody knows."""

    kind: MediaKind
    bytes: int
    seconds: int | None


class Enclosure(NamedTuple):
    """Audio or video of an entry, for podcast programs: address on this site, media type, size and duration."""

    url: str
    content_type: str
    bytes: int
    seconds: int | None


def file_names(*texts: str) -> set[str]:
    """The names of the uploaded files in these texts (Markdown or HTML)."""
    return {name for text in texts for name in FILE_URL.findall(text)}


def embed_files(html: str, files: Mapping[str, EmbeddedFile]) -> str:
    """Add what is known of these files, by their names; links to others are left as they are."""

    def embed(link: re.Match[str]) -> str:
        url, words = link["url"], link["words"]
        found = FILE_URL.fullmatch(url)
        file = files.get(found[1]) if found else None
        if file is None:
            return link[0]
        download = f'<a href="{url}" download>{words}</a> {render_size(file)}'
        if link["figure"] and file.kind.shown_as != "document":
            return f'{link["figure"]}{render_player(url, file, words)}<p class="media-file" dir="auto">{download}</p>'
        return f"{link['figure'] or ''}{download}"

    return _LINK.sub(embed, html)


def render_player(url: str, file: EmbeddedFile, words: str) -> str:
    """The browser's own player, which loads nothing before it is started. `words` is HTML."""
    data = f'data-bytes="{file.bytes}" data-seconds="{file.seconds or ""}"'
    label = _TAG.sub("", words).replace('"', "&quot;")
    element = file.kind.shown_as
    return f'<{element} controls preload="none" src="{url}" {data} aria-label="{label}"></{element}>'


def render_size(file: EmbeddedFile) -> str:
    """Kind, size and duration, in the site's language: stored with the text for every reader."""
    with site_language():
        parts = [file.kind.label, filesizeformat(file.bytes), format_seconds(file.seconds)]
    return f'<small class="file-size">{escape(", ".join(filter(None, parts)))}</small>'


def format_seconds(seconds: int | None) -> str:
    """As players show it: 4:05, 1:02:33; "" for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def read_enclosures(html: str) -> list[Enclosure]:
    """The audio and video in what `embed_files` has made, in their order."""
    return [
        Enclosure(
            found["url"],
            KINDS[found["ending"]].content_type,
            int(found["bytes"]),
            int(found["seconds"]) if found["seconds"] else None,
        )
        for found in _PLAYER.finditer(html)
        if found["ending"] in KINDS
    ]


def strip_file_data(html: str) -> str:
    """Without what only our feeds read, for the readers of feeds."""
    return _ADDED_DATA.sub("", html)

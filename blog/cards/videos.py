"""Videos of other sites: which addresses lead to one, where its player is, and where its title is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

_YOUTUBE_PATH = re.compile(r"/(?:(?:shorts|embed|live|v)/)?([\w-]{11})/?", re.ASCII)
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[\w-]+/)?([0-9]{4,12})(?:/([0-9a-f]{6,20}))?/?", re.ASCII)
# When to begin, in seconds or as 1h2m3s.
_START = re.compile(r"(?:([0-9]{1,2})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,6})s?)?", re.ASCII)


class Video(NamedTuple):
    """A video: the name of its site, the origin of its player, the player's address, and one that describes it."""

    site: str
    player_origin: str
    player_url: str
    description_url: str


def find_video(address: str) -> Video | None:
    """The video at a normalized address; None for every other page."""
    parts = urlsplit(address)
    read = READERS.get(parts.hostname or "")
    return read(parts) if read else None


def read_youtube(parts: SplitResult) -> Video | None:
    query = parse_qs(parts.query)
    path = f"/{query.get('v', [''])[0]}" if parts.path == "/watch" else parts.path
    if not (found := _YOUTUBE_PATH.fullmatch(path)):
        return None
    options = {"autoplay": 1}
    if start := parse_start((query.get("t") or query.get("start") or [""])[0]):
        options["start"] = start
    page = urlencode({"format": "json", "url": f"https://www.youtube.com/watch?v={found[1]}"})
    # The host that sets no cookies before its player is started.
    origin = "https://www.youtube-nocookie.com"
    player = f"{origin}/embed/{found[1]}?{urlencode(options)}"
    return Video("YouTube", origin, player, f"https://www.youtube.com/oembed?{page}")


def read_vimeo(parts: SplitResult) -> Video | None:
    if not (found := _VIMEO_PATH.fullmatch(parts.path)):
        return None
    number, key = found[1], found[2] or parse_qs(parts.query).get("h", [""])[0]
    options = {"autoplay": "1", "dnt": "1"} | ({"h": key} if key else {})
    page = urlencode({"url": f"https://vimeo.com/{number}" + (f"/{key}" if key else "")})
    origin = "https://player.vimeo.com"
    return Video(
        "Vimeo", origin, f"{origin}/video/{number}?{urlencode(options)}", f"https://vimeo.com/api/oembed.json?{page}"
    )


def parse_start(text: str) -> int:
    """Seconds from `90`, `90s` or `1h2m3s`; 0 for anything else."""
    found = _START.fullmatch(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


YOUTUBE_HOSTS = ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be")
VIMEO_HOSTS = ("vimeo.com", "www.vimeo.com", "player.vimeo.com")
READERS: dict[str, Callable[[SplitResult], Video | None]] = {
    **dict.fromkeys((*YOUTUBE_HOSTS, "www.youtube-nocookie.com"), read_youtube),
    **dict.fromkeys(VIMEO_HOSTS, read_vimeo),
}

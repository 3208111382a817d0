"""Takes out of HTML what is no text: scripts, styles and forms are dropped, frames and plug-ins become addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

from registan.transfer.wordpress_text.contract import Findings
from registan.transfer.wordpress_text.fragments import lone_link

_DROPPED = ("script", "style", "form", "noscript")
_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>script|style|form|noscript|iframe|object)\b(?P<attributes>[^<>]*)>", re.IGNORECASE
)
_EMBED = re.compile(r"<embed\b([^<>]*)>(?:\s*</embed>)?", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(?:^|\s)(?:data-)?(?:lazy-)?(?:src|data)\s*=\s*["']?\s*((?:https?:)?//[^\s"'<>]+)""", re.IGNORECASE
)
_PLUGIN_ADDRESS = re.compile(r"""(?:\s|")(?:src|data|value)\s*=\s*["']?\s*((?:https?:)?//[^\s"'<>]+)""", re.IGNORECASE)
_YOUTUBE = re.compile(r"/(?:embed|v)/([\w-]{11})(?:[&?/].*)?", re.ASCII | re.DOTALL)
_VIMEO = re.compile(r"/video/(\d{4,12})(?:[&?/].*)?", re.ASCII | re.DOTALL)
_YOUTUBE_HOSTS = ("youtube.com", "youtube-nocookie.com")


def replace_outside_content(html: str, findings: Findings) -> str:
    """The HTML without them; each is counted. An element that is never closed is only its tag."""
    html = "".join(_replace_elements(html, findings))
    return _EMBED.sub(lambda embed: _render_frame(embed[1], findings), html)


def _replace_elements(html: str, findings: Findings) -> Iterator[str]:
    last_ends = {tag["name"].lower(): tag.start() for tag in _TAG.finditer(html) if tag["closing"]}
    place = 0
    while tag := _TAG.search(html, place):
        name = tag["name"].lower()
        yield html[place : tag.start()]
        place = tag.end()
        if tag["closing"]:
            continue
        is_closed = last_ends.get(name, -1) >= place
        end = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE).search(html, place) if is_closed else None
        inner, place = (html[place : end.start()], end.end()) if end else ("", place)
        if name in _DROPPED:
            findings.losses[name] += name != "noscript"  # what stands there is seen where scripts are not
        elif name == "iframe" or "wp-block-file__embed" not in tag["attributes"]:
            yield _render_frame(tag["attributes"] + (inner if name == "object" else ""), findings)
    yield html[place:]


def _render_frame(attributes: str, findings: Findings) -> str:
    """A paragraph with the address of what a frame or a plug-in shows."""
    found = _ADDRESS.search(attributes) or _PLUGIN_ADDRESS.search(attributes)
    address = page_of_frame(unescape(found[1])) if found else ""
    if not address:
        findings.losses["frame"] += 1
        return ""
    return f"\n\n{lone_link(address)}\n\n"


def page_of_frame(address: str) -> str:
    """The page on which people watch what a frame shows; the frame's own address where there is none."""
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if host in _YOUTUBE_HOSTS and (video := _YOUTUBE.fullmatch(parts.path)):
        start = parse_qs(parts.query).get("start", [""])[0]
        return f"https://www.youtube.com/watch?v={video[1]}" + (f"&t={start}" if start.isdecimal() else "")
    if host == "player.vimeo.com" and (video := _VIMEO.fullmatch(parts.path)):
        return f"https://vimeo.com/{video[1]}"
    return address

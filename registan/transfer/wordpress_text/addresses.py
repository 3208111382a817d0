"""Finds the new address of what an old text links to or shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from registan.transfer.wordpress_text.contract import OldSite

# `photo-300x200.jpg`, `photo-scaled.jpg` and `photo-rotated.jpg` are made from `photo.jpg`.
_SIZE = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled|rotated)(?=\.\w{2,5}$)", re.ASCII)
_UPLOAD = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|mp3|m4a|ogg|oga|flac|wav|mp4|m4v|webm|ogv|mov|pdf)$", re.IGNORECASE)
# Such an address stays as it is: `urljoin` would leave out a `;` at its end, and then words differ.
_WHOLE = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def address_key(address: str) -> str:
    """The same for all spellings of an absolute address: without scheme, `www.`, port, fragment, and slash at
    the end; host in lower case, path without percent signs where it can be.

    "" for what is no address of the web.
    """
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https"):
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{unquote(parts.path).rstrip('/')}{query}" if host else ""


def absolute_address(address: str, base: str) -> str:
    """The address as a browser reads it on a page of the old site; unchanged if it leads to no page of the web."""
    address = re.sub(r"[\t\n\r]", "", address).strip()
    if not address or address.startswith("#") or _OTHER_SCHEME.match(address) or _WHOLE.match(address):
        return address
    try:
        return urljoin(base.rstrip("/") + "/", address) if base else address
    except ValueError:
        return address


def find_new_address(address: str, site: OldSite) -> str | None:
    """The new address of an absolute one, with its fragment; None for what the new site does not have."""
    parts = _split(address)
    if parts is None:
        return None
    for key in _spellings(address_key(address)):
        if found := site.new_address(key):
            return f"{found}#{parts.fragment}" if parts.fragment and "#" not in found else found
    return None


def is_upload(address: str) -> bool:
    """Is it a file of a media library, to judge by its name?"""
    parts = _split(address)
    return parts is not None and bool(_UPLOAD.search(parts.path))


def _spellings(key: str) -> Iterator[str]:
    """The key, and those of what it may have been made from."""
    if not key:
        return
    yield key
    path, sign, _query = key.partition("?")
    if not _UPLOAD.search(path):
        return
    if sign:  # `?w=300` asks WordPress.com for a smaller picture, `?ver=2` for a fresh one
        yield path
    whole = _SIZE.sub("", path)
    if whole != path:
        yield whole
        stem, dot, ending = whole.rpartition(".")
        yield f"{stem}-scaled{dot}{ending}"


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return None

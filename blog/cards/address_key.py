"""Addresses as keys: those that lead to one page are one, and those that never have a card are none."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.http.request import validate_host

from blog.fetch.client import DEFAULT_PORTS
from blog.markup.limits import URL_LIMIT


def normalize_address(url: str) -> str:
    """The key of an address; "" for one that has no card: no page of the web, with a password, or on this site.

    Scheme and host are in lower case and ASCII; a fragment, a port that goes without saying and a closing dot of the
    host are left out.
    """
    try:
        parts = urlsplit(url)
        host, port = read_host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc or is_own_host(host):
        return ""
    place = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    address = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
    return address if len(address) <= URL_LIMIT and address.isascii() else ""


def read_host(typed: str) -> str:
    """A host as the network knows it. Raises ValueError for what cannot be one."""
    if ":" in typed:
        return f"[{typed}]"
    return unquote(typed).rstrip(".").encode("idna").decode().lower()


def is_own_host(host: str) -> bool:
    """Is this the site itself? Its server asks itself for nothing."""
    return validate_host(host, [name for name in settings.ALLOWED_HOSTS if name != "*"])


def show_host(address: str) -> str:
    """The host of a key as people write it: in its own script, without `www.`."""
    host = urlsplit(address).hostname or ""
    with suppress(ValueError):
        host = host.encode().decode("idna")
    return host.removeprefix("www.")

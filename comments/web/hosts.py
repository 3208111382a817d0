"""The hosts that links lead to, read as browsers read them (WHATWG URL)."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings

LINK_PATTERN = re.compile(r'<a (?:[\w-]+="[^"]*" )*?href="([^"]*)"')  # as our sanitiser writes it
# What browsers take for the start of an address on another site: `https://`, but also `//`, `http:` and `https:/`.
EXTERNAL_START = re.compile(r"https?:[/\\]*|[/\\]{2,}", re.IGNORECASE)
# What they skip: white space before an address, and line ends and tabs anywhere in it.
IGNORED_BY_BROWSERS = re.compile(r"^[\0- ]+|[\t\n\r]")


def count_external_links(html: str) -> int:
    """How many links in `html` lead away from this site."""
    home = to_ascii_host(settings.HOST)
    return sum(not is_domain_or_below(host, home) for host in external_hosts(html))


def external_hosts(html: str) -> list[str]:
    """The host of each link in sanitised `html` that names one; "" for a host that cannot be read.

    An address whose scheme depends on the page (`//host`) counts as a link to another site.
    """
    return [parse_host(address) for address in external_addresses(html)]


def external_addresses(html: str) -> list[str]:
    """The addresses of these links."""
    addresses = (IGNORED_BY_BROWSERS.sub("", unescape(address)) for address in LINK_PATTERN.findall(html))
    return [address for address in addresses if EXTERNAL_START.match(address)]


def parse_host(address: str) -> str:
    """The host of a web address, "" when it has none that can be read."""
    address = IGNORED_BY_BROWSERS.sub("", address)
    start = EXTERNAL_START.match(address)
    rest = address[start.end() :] if start else address
    try:
        return to_ascii_host(unquote(urlsplit("//" + rest.replace("\\", "/")).hostname or ""))
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def to_ascii_host(host: str) -> str:
    """A host in ASCII (RFC 3490), so that each name has one spelling."""
    host = host.rstrip(".").casefold()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_domain_or_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")

"""The one client for other sites, which the server fetches from or posts to because somebody typed their address.

Every address is resolved once, all results are checked, and the connection goes to a checked result, so a name that
changes its answer gains nothing. Each redirect of a page begins from the start; what is posted goes to its own address
alone. Cookies, passwords and proxies are not used.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from io import BytesIO
from typing import BinaryIO
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from blog.fetch.connection import open_connection, seconds_left
from blog.fetch.public_addresses import is_public_address
from blog.markup.limits import URL_LIMIT

DEFAULT_PORTS = {"http": 80, "https": 443}
WEB_PORTS = frozenset(DEFAULT_PORTS.values())
REDIRECT_LIMIT = 5
# Seconds for all of it, redirects included; only the resolver has limits of its own.
TIME_LIMIT = 10.0
CHUNK_BYTES = 16_384

_REDIRECTS = {301, 302, 303, 307, 308}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
# What C libraries read as an IPv4 address in decimal, octal, hex or with parts left out.
_NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")


class FetchError(Exception):
    """The page was not fetched: the address is not allowed, or the answer is not what was asked for, or none came."""


class NoAnswer(FetchError):
    """Nobody has answered, or not to the end, or not in time; another attempt may be luckier."""


class FetchRefused(FetchError):
    """The address leads where the server does not go; another attempt would be refused, too."""


@dataclass(frozen=True)
class Fetched:
    """An answer: where it was in the end, its type and charset in lower case, and its bytes, decompressed."""

    url: str
    content_type: str
    content: bytes
    charset: str = ""  # as the answer names it, if it does


def resolve_host(host: str, port: int) -> list[str]:
    """All IP addresses of a host. Raises OSError."""
    return [str(result[4][0]) for result in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, kw_only=True)
class GuardedClient:
    """Fetches public pages within limits, and posts to public addresses.

    `user_agent` should name the site's address. `content_types` are what is accepted, such as `text/html` or `image/*`.
    `hosts` are the only ones that are asked, redirects included; None for any.
    `also_allowed` are IP addresses that are accepted though they are not public, and `ports` other ports: for tests.
    """

    user_agent: str
    content_types: Collection[str] = ("*/*",)
    byte_limit: int = 0
    time_limit: float = TIME_LIMIT
    hosts: Collection[str] | None = None
    ports: Collection[int] = WEB_PORTS
    also_allowed: Collection[str] = ()
    resolve: Callable[[str, int], list[str]] = resolve_host

    def fetch(self, url: str) -> Fetched:
        """GET this address. Raises FetchError, and nothing else, whatever the address and the answer."""
        content = BytesIO()
        return replace(self.fetch_into(content, url), content=content.getvalue())

    def fetch_into(self, target: BinaryIO, url: str) -> Fetched:
        """GET this address, and write what it has to a file; the content of the result stays empty.

        Raises FetchError, and nothing else; what was written until then is of no use.
        """
        latest = time.monotonic() + self.time_limit
        try:
            for _hop in range(REDIRECT_LIMIT + 1):
                result = self._request(url, target, latest)
                if isinstance(result, Fetched):
                    return result
                url = result
        except (OSError, HTTPException, ValueError, zlib.error) as error:
            raise NoAnswer(f"No usable answer: {error}") from error
        raise FetchError("Too many redirects.")

    def send(self, url: str, content: bytes, *, method: str = "POST", headers: Mapping[str, str]) -> int:
        """Send this content with these headers; the status of the answer, of which nothing more is read.

        A redirect is an answer like any other: it is not followed. Raises FetchError, and nothing else.
        """
        latest = time.monotonic() + self.time_limit
        try:
            connection, target, own_headers = self._connect(url, latest)
            with closing(connection):
                connection.request(method, target, body=content, headers={**headers, **own_headers})
                return connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:
            raise FetchError(f"No usable answer: {error}") from error

    def check_url(self, url: str) -> None:
        """Raises FetchRefused for an address that is refused whatever its host resolves to; asks no network."""
        try:
            self._check_url(url, urlsplit(url))
        except ValueError as error:
            raise FetchRefused(str(error)) from error

    def _connect(self, url: str, latest: float) -> tuple[HTTPConnection, str, dict[str, str]]:
        """A connection to a checked address, what to ask it for, and our headers."""
        parts = urlsplit(url)
        host, port = self._check_url(url, parts)
        address = self._resolve_to_allowed(host, port)
        tls_name = host if parts.scheme == "https" else ""
        connection = HTTPConnection(host, port)
        connection.sock = open_connection(address, port, tls_name=tls_name, latest=latest)
        return connection, _request_target(parts), self._headers(parts.scheme, host, port)

    def _request(self, url: str, target: BinaryIO, latest: float) -> Fetched | str:
        """The answer, whose content is in the file, or the address to which it redirects."""
        connection, path, headers = self._connect(url, latest)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return urljoin(url, response.headers.get("Location", ""))
            content_type = self._check_type(response)
            self._read(response, target, latest)
            return Fetched(url, content_type, b"", response.headers.get_content_charset(""))
        finally:
            connection.close()

    def _check_url(self, url: str, parts: SplitResult) -> tuple[str, int]:
        """The host, as it is resolved, and the port."""
        if parts.scheme not in DEFAULT_PORTS or len(url) > URL_LIMIT:
            raise FetchRefused("Only http and https addresses of ordinary length are fetched.")
        if "@" in parts.netloc:
            raise FetchRefused("Addresses with a user name or password are not fetched.")
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        if port not in self.ports:
            raise FetchRefused(f"Port {port} is not allowed.")
        host = _checked_host(host)
        if self.hosts is not None and host not in self.hosts:
            raise FetchRefused(f"{host} is not among the hosts that are asked.")
        return host, port

    def _resolve_to_allowed(self, host: str, port: int) -> str:
        addresses = self.resolve(host, port)
        for address in addresses:
            if address not in self.also_allowed and not is_public_address(address):
                raise FetchRefused(f"{host} is at {address}, which is not a public address.")
        if not addresses:
            raise FetchError(f"{host} has no address.")
        return addresses[0]

    def _headers(self, scheme: str, host: str, port: int) -> dict[str, str]:
        name = f"[{host}]" if ":" in host else host
        return {
            "Host": name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}",
            "User-Agent": self.user_agent,
            "Accept": ", ".join(self.content_types),
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }

    def _check_type(self, response: HTTPResponse) -> str:
        content_type = response.headers.get_content_type()
        if response.status != 200 or "Content-Type" not in response.headers:
            raise FetchError(f"The answer has status {response.status} and the type {content_type}.")
        if not {content_type, f"{response.headers.get_content_maintype()}/*"} & set(self.content_types):
            raise FetchError(f"The answer is of the type {content_type}.")
        return content_type

    def _read(self, response: HTTPResponse, target: BinaryIO, latest: float) -> None:
        """Write the content, decompressed. Never writes more than the limit and one chunk of it."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("gzip", "identity"):
            raise FetchError(f"The answer is compressed by {encoding}.")
        gzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding == "gzip" else None
        written = received = 0
        while chunk := response.read1(CHUNK_BYTES):
            seconds_left(latest)
            received += len(chunk)
            written += target.write(gzip.decompress(chunk, self.byte_limit + 1 - written) if gzip else chunk)
            if max(received, written) > self.byte_limit:
                raise FetchError(f"The answer has more than {self.byte_limit} bytes.")
        if (gzip and not gzip.eof) or (response.length or 0) > 0:
            raise NoAnswer("The answer broke off.")


def _checked_host(host: str) -> str:
    """The host as it is resolved. Raises FetchRefused and ValueError for what is none."""
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    host = host.encode("idna").decode().lower()
    if not _HOST.fullmatch(host):
        raise FetchRefused("The host name is not valid.")
    if _NUMERIC_HOST.fullmatch(host):
        return str(ipaddress.IPv4Address(host))  # ValueError for decimal, octal, hex and shortened forms
    return host


def _request_target(parts: SplitResult) -> str:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe="%/:=&?~#+!$,;'@()*[]")

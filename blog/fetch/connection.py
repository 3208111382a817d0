"""Connections with one deadline for everything: connecting, TLS, headers and content."""

from __future__ import annotations

import ssl
import time
from socket import AF_INET, AF_INET6, SOCK_STREAM, socket
from typing import Any


class _Deadline:
    """Gives each read only the time that is left, so that a server that sends byte by byte gets no more."""

    latest: float  # by time.monotonic()

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(seconds_left(self.latest))  # type: ignore[attr-defined]  # of the socket beside it
        return int(super().recv_into(*args, **kwargs))  # type: ignore[misc]


class DeadlineSocket(_Deadline, socket):
    """A socket with a deadline."""


class DeadlineTLSSocket(_Deadline, ssl.SSLSocket):
    """A TLS socket with a deadline."""


def seconds_left(latest: float) -> float:
    """Raises TimeoutError when there is no time left."""
    seconds = latest - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("The time is over.")
    return seconds


def open_connection(address: str, port: int, *, tls_name: str, latest: float) -> socket:
    """Connect to an IP address, and to no other; with `tls_name` by TLS, with a certificate for that name.

    Raises OSError.
    """
    plain = DeadlineSocket(AF_INET6 if ":" in address else AF_INET, SOCK_STREAM)
    try:
        plain.latest = latest
        plain.settimeout(seconds_left(latest))
        plain.connect((address, port))
        if not tls_name:
            return plain
        context = ssl.create_default_context()
        context.sslsocket_class = DeadlineTLSSocket
        plain.settimeout(seconds_left(latest))
        secured = context.wrap_socket(plain, server_hostname=tls_name)
        secured.latest = latest  # type: ignore[attr-defined]
        return secured
    except BaseException:
        plain.close()
        raise

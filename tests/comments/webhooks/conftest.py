"""Receivers of notices on this machine, and what they were sent."""

import json
import socket
from functools import partial

import pytest

from blog.fetch.client import GuardedClient
from comments.webhooks import delivery
from tests.blog.fetch.loopback import ALLOWED, Server, answer


class Receiver(Server):
    """Answers as a test wants; what it was sent is in `requests`."""

    def serve(self, connection):
        buffered = BufferedConnection(connection)
        super().serve(buffered)

    @property
    def bodies(self) -> list[str]:
        return [request.split("\r\n\r\n", 1)[1] for request in self.requests]

    @property
    def objects(self) -> list[dict]:
        return [json.loads(body) for body in self.bodies]

    def headers(self, number: int = 0) -> dict[str, str]:
        lines = self.requests[number].split("\r\n\r\n", 1)[0].split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}


class BufferedConnection:
    """A connection whose first `recv` gets a whole request, however it comes."""

    def __init__(self, connection):
        self.connection = connection

    def recv(self, limit: int) -> bytes:
        read = b""
        while b"\r\n\r\n" not in read or len(read.split(b"\r\n\r\n", 1)[1]) < content_length(read):
            if not (piece := self.connection.recv(limit)):
                break
            read += piece
        return read

    def __getattr__(self, name):
        return getattr(self.connection, name)


def content_length(request: bytes) -> int:
    lines = request.split(b"\r\n\r\n", 1)[0].lower().split(b"\r\n")
    return next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)


@pytest.fixture
def receive(monkeypatch):
    """Make a receiver by calling it with its answer, or a function of the request; only its address is allowed."""
    limits = {"also_allowed": {ALLOWED}, "ports": range(1, 65_536)}
    monkeypatch.setattr(delivery, "GuardedClient", partial(GuardedClient, **limits))
    receivers = []

    def start(sent=None, address=ALLOWED):
        pieces = sent if callable(sent) else lambda request: [sent or answer(b"ok")]
        receivers.append(Receiver(address, pieces))
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.listener.shutdown(socket.SHUT_RDWR)
        receiver.listener.close()

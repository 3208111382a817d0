"""Fixtures of the blog's tests: servers to fetch from."""

import socket
from functools import partial

import pytest

from blog.cards import visit
from blog.fetch.client import GuardedClient
from blog.models import Site
from tests.blog.fetch.loopback import ALLOWED, Server


@pytest.fixture
def serve():
    servers = []

    def start(answer, address=ALLOWED):
        pieces = answer if callable(answer) else lambda request: [answer]
        servers.append(Server(address, pieces))
        return servers[-1]

    yield start
    for server in servers:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()


@pytest.fixture
def cards_on(db, monkeypatch):
    """The owner has turned on cards for links, and the servers of a test may be visited, at any port."""
    limits = {"also_allowed": {ALLOWED}, "ports": range(1, 65_536)}
    monkeypatch.setattr(visit, "GuardedClient", partial(GuardedClient, **limits))
    turn_cards(on=True)


def turn_cards(*, on: bool) -> None:
    site = Site.get()
    site.link_cards = on
    site.save()

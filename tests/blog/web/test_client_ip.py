"""The address of a request's sender, and which proxies are trusted to name it."""

import ipaddress

import pytest

from blog.web.client_ip import client_ip


@pytest.fixture
def address(rf, settings):
    """The sender of a request from `peer` that carries this X-Forwarded-For, behind these proxies."""

    def address(peer: str, forwarded: str | None = None, *, trusted: str = "") -> str:
        settings.TRUSTED_PROXIES = [ipaddress.ip_network(word) for word in trusted.split()]
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        return client_ip(rf.get("/", headers=headers, REMOTE_ADDR=peer))

    return address


def test_without_proxies_the_peer_is_the_sender_despite_the_header(address):
    assert address("203.0.113.5") == "203.0.113.5"
    assert address("203.0.113.5", "198.51.100.1") == "203.0.113.5"
    assert address("127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_our_own_proxy_is_believed(address):
    assert address("127.0.0.1", "203.0.113.5", trusted="127.0.0.1") == "203.0.113.5"
    assert address("127.0.0.1", trusted="127.0.0.1") == "127.0.0.1"
    assert address("10.1.2.3", "203.0.113.5", trusted="10.0.0.0/8") == "203.0.113.5"


def test_a_strangers_header_is_not_trusted_even_behind_a_proxy(address):
    assert address("203.0.113.5", "198.51.100.1", trusted="127.0.0.1") == "203.0.113.5"


@pytest.mark.parametrize(
    "spoofed", ["198.51.100.1", "127.0.0.1", "198.51.100.1, 10.0.0.1", "unknown", "", "x" * 5000, "1.2.3.4,,5"]
)
def test_addresses_on_the_left_come_from_the_sender_and_are_not_trusted(address, spoofed):
    """nginx adds the address it sees at the right end."""
    assert address("127.0.0.1", f"{spoofed}, 203.0.113.5", trusted="127.0.0.1") == "203.0.113.5"


def test_a_chain_of_our_own_proxies_is_followed_to_its_end(address):
    chain = "198.51.100.1, 203.0.113.5, 10.0.0.7, 10.0.0.8"
    assert address("127.0.0.1", chain, trusted="127.0.0.1 10.0.0.0/8") == "203.0.113.5"


def test_a_proxy_on_a_unix_socket_is_ours_when_we_have_any(address):
    assert address("", "203.0.113.5", trusted="127.0.0.1") == "203.0.113.5"
    assert address("", "203.0.113.5") == ""


def test_both_kinds_of_addresses_are_normalised(address):
    assert address("::ffff:127.0.0.1", "2001:DB8::0:1", trusted="127.0.0.1") == "2001:db8::1"
    assert address("::1", "::ffff:203.0.113.5", trusted="::1") == "203.0.113.5"
    assert address("127.0.0.1", " 203.0.113.5 ", trusted="127.0.0.1") == "203.0.113.5"

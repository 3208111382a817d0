"""Whose address a request came from."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

# What one person, and what one provider's street of people, is given: RFC 6177 hands every home at least a /64, and
# many a /48.
HOME_PREFIX = {4: 32, 6: 64}
NEIGHBOURHOOD_PREFIX = {4: 24, 6: 48}


def client_ip(request: HttpRequest) -> str:
    """The sender's address as text, "" when there is none (a Unix socket).

    X-Forwarded-For is read from the right, and only past addresses in TRUSTED_PROXIES: whatever a stranger
    writes into the header stands further left and is not believed.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    sender = request.META.get("REMOTE_ADDR", "")
    address = parse_ip(sender)
    # A Unix socket has no address; only our own proxy can reach it.
    trusted = is_trusted_proxy(address) if sender else bool(settings.TRUSTED_PROXIES)
    while hops and trusted:
        address = parse_ip(hops.pop())
        trusted = is_trusted_proxy(address)
    return str(address) if address else ""


def parse_ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in `text`, an IPv4 one even when written as IPv6 (::ffff:1.2.3.4); None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted_proxy(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    """Is this one of our own proxies? What could not be read is not."""
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def enclosing_network(text: str | None, widths: dict[int, int]) -> str:
    """The network of that width, by version, in which the address in `text` lies; "" for no address."""
    address = parse_ip(text or "")
    return str(ipaddress.ip_network((address, widths[address.version]), strict=False)) if address else ""


@lru_cache(maxsize=64)  # a comment asks several times
def neighbourhood_network(text: str | None) -> str:
    """The network that is counted together: 192.0.2.0/24, 2001:db8:1::/48."""
    return enclosing_network(text, NEIGHBOURHOOD_PREFIX)


@lru_cache(maxsize=64)
def home_network(text: str | None) -> str:
    """The network that is one person's: an IPv4 address alone, 2001:db8:1:2::/64."""
    return enclosing_network(text, HOME_PREFIX)


def shorten_ip(text: str) -> str:
    """The first address of the network that is counted together: 192.0.2.0, 2001:db8:1::; "" for no address."""
    return neighbourhood_network(text).partition("/")[0]

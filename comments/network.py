"""Whose address a request came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The sender's address as text, "" when there is none (a Unix socket).

    X-Forwarded-For is read from the right, and only past addresses in TRUSTED_PROXIES: whatever a stranger
    writes into the header himself stands further left and is not believed.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    sender = request.META.get("REMOTE_ADDR", "")
    address = parse(sender)
    # A Unix socket has no address; only our own proxy can reach it.
    trusted = is_trusted(address) if sender else bool(settings.TRUSTED_PROXIES)
    while hops and trusted:
        address = parse(hops.pop())
        trusted = is_trusted(address)
    return str(address) if address else ""


def parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in `text`, an IPv4 one even when written as IPv6 (::ffff:1.2.3.4); None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    """Is this one of our own proxies? What could not be read is not."""
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)

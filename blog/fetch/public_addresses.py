"""Which network addresses the server may connect to because of an address that somebody typed."""

from __future__ import annotations

import ipaddress

# What Python calls global, but leads into somebody's network or to no single host.
_EXCLUDED = tuple(
    map(
        ipaddress.ip_network,
        # Protocol assignments, 6to4 relays; IPv6 with an IPv4 address inside (Teredo, 6to4), ORCHID, documentation.
        ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
# The only part of IPv6 that is given to hosts (RFC 4291). It leaves out mapped and translated IPv4 (NAT64).
_UNICAST = ipaddress.ip_network("2000::/3")


def is_public_address(text: str) -> bool:
    """Is it the IP address of one host in the public internet? Not for private, loopback, link-local, multicast,
    documentation, shared and reserved ones, nor for any IPv6 address that holds an IPv4 address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _UNICAST:
        return False
    return not any(address in network for network in _EXCLUDED)

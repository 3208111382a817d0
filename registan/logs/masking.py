"""Keeps private tokens, and the addresses of people, out of the log."""

import ipaddress
import logging
import re

# The part of a URL that gives access to anyone who has it.
TOKEN_IN_PATH = re.compile(r"(/(?:receipt|preview|moderate|prove|confirm|off|key|invitation|first-run)/)[^/\s\"']+")
EMAIL_ADDRESS = re.compile(r"[^\s@<>()\[\]{}\"',;:=|/]+@[^\s@<>()\[\]{}\"',;:=|/]+\.[^\s@<>()\[\]{}\"',;:=|/.]{2,}")
NETWORK_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3})(?![\w:])"
)
# Addresses of machines beside ours, such as the database: readers come from elsewhere, or through a proxy here.
OWN_NETWORKS = [
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/32", "::/127", "fc00::/7")
]
MASKED_EMAIL, MASKED_ADDRESS = "[email]", "[address]"


def mask_tokens(text: str) -> str:
    """Replace every private token in a URL with three dots."""
    return TOKEN_IN_PATH.sub(r"\1...", text)


def mask_private(text: str) -> str:
    """Replace tokens, email addresses, and network addresses outside our own networks."""
    return NETWORK_ADDRESS.sub(mask_network_address, EMAIL_ADDRESS.sub(MASKED_EMAIL, mask_tokens(text)))


def mask_network_address(found: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:  # a time, a version
        return found[0]
    address = getattr(address, "ipv4_mapped", None) or address
    return found[0] if any(address in network for network in OWN_NETWORKS) else MASKED_ADDRESS


class MaskFilter(logging.Filter):
    """Masks what is private in a record; drops no record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_private(record.getMessage()), None
        return True

"""What a rule compares: patterns of four kinds, none of them a regular expression.

Words are compared whole, folded so that case, the encoding of accents, wide letters and marks without a width do not
matter; domains with all that stands under them; networks by their addresses. Five hundred rules cost a millisecond.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog import markup
from comments.network import parse

DOMAIN = re.compile(r"[^\s@/.:]+(\.[^\s@/.:]+)+")
LINK = re.compile(r'href="(https?://[^"]*)"', re.IGNORECASE)  # as our own gate writes it
# Fewer words than these are said by many people ("thank you very much") and prove nothing when they come again.
TELLING = 5


class Pattern(NamedTuple):
    """A rule as it is compared; `number` is its row's."""

    kind: str
    pattern: str
    effect: str = "hold"
    number: int = 0


@dataclass(frozen=True)
class Subject:
    """What of a comment rules are compared with."""

    words: str
    first: frozenset[str]
    hosts: tuple[str, ...]
    email: str
    address: str

    @classmethod
    def of(cls, *, name: str, email: str, website: str, body: str, html: str, address: str | None) -> Subject:
        """`html` is the body as drawn: what is split by marks of emphasis in one may be whole in the other."""
        parts = [words_of(text) for text in (name, body, markup.plain_text(html))]
        # No word holds the sign between the parts, so no phrase reaches from one into the next.
        words = f" {' | '.join(' '.join(part) for part in parts)} "
        first = frozenset(word for part in parts for word in part)
        hosts = (*hosts_in(html), *([host_of(website)] if website else []))
        return cls(words, first, hosts, email.casefold(), address or "")


def matching(patterns: Iterable[Pattern], subject: Subject) -> list[Pattern]:
    """Those of the patterns that speak of the subject, in their order."""
    return [one for one in patterns if MATCHES[one.kind](one.pattern, subject)]


def has_words(pattern: str, subject: Subject) -> bool:
    return pattern.partition(" ")[0] in subject.first and f" {pattern} " in subject.words


def links_to(pattern: str, subject: Subject) -> bool:
    domain = plain_host(pattern)
    return any(is_under(host, domain) for host in subject.hosts)


def is_from(pattern: str, subject: Subject) -> bool:
    """A whole address, or a domain and everything under it."""
    local, _at, domain = pattern.rpartition("@")
    sender, _at, host = subject.email.rpartition("@")
    if local:
        return (local, plain_host(domain)) == (sender, plain_host(host))
    return bool(host) and is_under(plain_host(host), plain_host(domain))


def is_within(pattern: str, subject: Subject) -> bool:
    address = parse(subject.address)
    return address is not None and address in network(pattern)


MATCHES = {"words": has_words, "link": links_to, "email": is_from, "network": is_within}


def check_pattern(kind: str, text: str) -> str:
    """`text` as patterns of that kind are stored and compared; ValidationError when it is none."""
    text = " ".join(text.split())
    if kind == "words":
        if not (words := words_of(text)):
            raise ValidationError(_("Write at least one word."))
        return " ".join(words)
    if kind == "network":
        try:
            return str(network(text))
        except ValueError:
            raise ValidationError(_("Write an address or a network, such as 192.0.2.0/24.")) from None
    domain = text.casefold().removeprefix("@")
    domain = re.sub(r"^https?://", "", domain).rstrip("/") if kind == "link" else domain
    local, _at, host = domain.rpartition("@")
    if not DOMAIN.fullmatch(host) or (kind == "link" and local):
        raise ValidationError(_("Write a domain, such as example.org."))
    return domain


# Of these signs Folding remembers what it found; rarer ones are looked up each time, so that nobody fills the memory.
LAST_KNOWN = 0x10000


class Folding(dict[int, int | None]):
    """For `str.translate`: keeps what words are made of, drops what cannot be seen, and parts words at the rest."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        # Marks belong to their letters: without them an Indian word would fall apart, as it does for \w.
        kept = code if kind[0] in "LNM" or kind == "Pc" else ord(" ")
        found = None if kind == "Cf" else kept
        if code < LAST_KNOWN:
            self[code] = found
        return found


FOLDING = Folding()


def words_of(text: str) -> list[str]:
    """The words of `text`, folded so that case, accents' encoding, wide letters and hidden marks do not matter."""
    folded = unicodedata.normalize("NFKC", text.translate(FOLDING)).casefold()
    return unicodedata.normalize("NFKC", folded).translate(FOLDING).split()


def words_key(body: str) -> str:
    """32 hexadecimal digits, equal for the same words however they are set; "" for a text of few words."""
    words = words_of(body)
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32] if len(words) >= TELLING else ""


def hosts_in(html: str) -> list[str]:
    """The hosts that links in `html` (made by our gate) lead to, one for each link."""
    return [host_of(unescape(address)) for address in LINK.findall(html)]


def host_of(address: str) -> str:
    """The host of a web address, "" when it has none."""
    try:
        return plain_host(unquote(urlsplit(address).hostname or ""))
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def plain_host(host: str) -> str:
    """A host in the letters of the wire (RFC 3490): one name, one spelling."""
    host = host.rstrip(".").casefold()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


@lru_cache(maxsize=4_096)
def network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network in `text`, an address alone being one; ValueError for anything else."""
    return ipaddress.ip_network(text, strict=False)

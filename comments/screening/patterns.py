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

from blog.markup import renderer
from comments.web.client_ip import parse_ip

DOMAIN_PATTERN = re.compile(r"[^\s@/.:]+(\.[^\s@/.:]+)+")
LINK_PATTERN = re.compile(r'<a (?:[\w-]+="[^"]*" )*?href="([^"]*)"')  # as our own gate writes it
# How an address begins that browsers take for another site's: `https://`, and also `//`, `http:` and `https:/`.
EXTERNAL_START = re.compile(r"https?:[/\\]*|[/\\]{2,}", re.IGNORECASE)
# What they pass over: white space before an address, and the ends of lines and tabs anywhere in it.
IGNORED_BY_BROWSERS = re.compile(r"^[\0- ]+|[\t\n\r]")
# Characters in a pattern, as its column holds them; in a domain, and in one label of it (RFC 1035).
MAX_PATTERN_LENGTH, MAX_DOMAIN_LENGTH, MAX_LABEL_LENGTH = 200, 253, 63
# Fewer words than these are said by many people ("thank you very much") and prove nothing when they come again.
MIN_TELLING_WORDS = 5


class Pattern(NamedTuple):
    """A rule as it is compared; `number` is its row's."""

    kind: str
    pattern: str
    effect: str = "hold"
    number: int = 0


@dataclass(frozen=True)
class PatternSubject:
    """What of a comment rules are compared with."""

    words: str
    first: frozenset[str]
    hosts: tuple[str, ...]
    email: str
    address: str

    @classmethod
    def of(cls, *, name: str, email: str, website: str, body: str, html: str, address: str | None) -> PatternSubject:
        """`html` is the body as drawn: what is split by marks of emphasis in one may be whole in the other."""
        parts = [split_words(text) for text in (name, body, renderer.plain_text(html))]
        # No word holds the sign between the parts, so no phrase reaches from one into the next.
        words = f" {' | '.join(' '.join(part) for part in parts)} "
        first = frozenset(word for part in parts for word in part)
        hosts = (*external_hosts(html), *([parse_host(website)] if website else []))
        return cls(words, first, hosts, email.casefold(), address or "")


def match_patterns(patterns: Iterable[Pattern], subject: PatternSubject) -> list[Pattern]:
    """Those of the patterns that speak of the subject, in their order."""
    return [one for one in patterns if MATCHER_BY_KIND[one.kind](one.pattern, subject)]


def has_words(pattern: str, subject: PatternSubject) -> bool:
    return pattern.partition(" ")[0] in subject.first and f" {pattern} " in subject.words


def links_to(pattern: str, subject: PatternSubject) -> bool:
    domain = to_ascii_host(pattern)
    return any(is_domain_or_below(host, domain) for host in subject.hosts)


def is_from_address(pattern: str, subject: PatternSubject) -> bool:
    """A whole address, or a domain and everything under it."""
    local, _at, domain = pattern.rpartition("@")
    sender, _at, host = subject.email.rpartition("@")
    if local:
        return (local, to_ascii_host(domain)) == (sender, to_ascii_host(host))
    return bool(host) and is_domain_or_below(to_ascii_host(host), to_ascii_host(domain))


def is_within_network(pattern: str, subject: PatternSubject) -> bool:
    address = parse_ip(subject.address)
    return address is not None and address in parse_network(pattern)


MATCHER_BY_KIND = {"words": has_words, "link": links_to, "email": is_from_address, "network": is_within_network}


def clean_pattern(kind: str, text: str) -> str:
    """`text` as patterns of that kind are stored and compared; ValidationError when it is none."""
    pattern = fold_pattern(kind, " ".join(text.split()))
    # Folding lengthens: one Arabic ligature becomes 18 letters, "ß" becomes "ss".
    if len(pattern) > MAX_PATTERN_LENGTH:
        sentence = _("Spelt out as it is compared, this has %(length)d characters; at most %(limit)d are stored.")
        raise ValidationError(sentence % {"length": len(pattern), "limit": MAX_PATTERN_LENGTH})
    if kind in ("link", "email") and is_domain_too_long(pattern.rpartition("@")[2]):
        raise ValidationError(_("This domain is too long: none of that length can exist."))
    return pattern


def fold_pattern(kind: str, text: str) -> str:
    """`text` as it is compared, however long."""
    if kind == "words":
        if not (words := split_words(text)):
            raise ValidationError(_("Write at least one word."))
        return " ".join(words)
    if kind == "network":
        try:
            return str(parse_network(text))
        except ValueError:
            raise ValidationError(_("Write an address or a network, such as 192.0.2.0/24.")) from None
    domain = text.casefold().removeprefix("@")
    domain = re.sub(r"^https?://", "", domain).rstrip("/") if kind == "link" else domain
    local, _at, host = domain.rpartition("@")
    if not DOMAIN_PATTERN.fullmatch(host) or (kind == "link" and local):
        raise ValidationError(_("Write a domain, such as example.org."))
    return domain


def is_domain_too_long(domain: str) -> bool:
    """Has it, in the letters of the wire, more characters than any domain may have?"""
    labels = to_ascii_host(domain).split(".")
    lengths = [len(label if label.isascii() else b"xn--" + label.encode("punycode")) for label in labels]
    return max(lengths) > MAX_LABEL_LENGTH or sum(lengths) + len(lengths) - 1 > MAX_DOMAIN_LENGTH


# Of these signs Folding remembers what it found; rarer ones are looked up each time, so that nobody fills the memory.
LAST_CACHED_CODE = 0x10000


class WordFolding(dict[int, int | None]):
    """For `str.translate`: keeps what words are made of, drops what cannot be seen, and parts words at the rest."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        # Marks belong to their letters: without them an Indian word would fall apart, as it does for \w.
        kept = code if kind[0] in "LNM" or kind == "Pc" else ord(" ")
        found = None if kind == "Cf" else kept
        if code < LAST_CACHED_CODE:
            self[code] = found
        return found


WORD_FOLDING = WordFolding()


def split_words(text: str) -> list[str]:
    """The words of `text`, folded so that case, accents' encoding, wide letters and hidden marks do not matter."""
    folded = unicodedata.normalize("NFKC", text.translate(WORD_FOLDING)).casefold()
    return unicodedata.normalize("NFKC", folded).translate(WORD_FOLDING).split()


def words_key(body: str) -> str:
    """32 hexadecimal digits, equal for the same words however they are set; "" for a text of few words."""
    words = split_words(body)
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32] if len(words) >= MIN_TELLING_WORDS else ""


def external_hosts(html: str) -> list[str]:
    """The hosts that links in `html` (made by our gate) lead away to, one for each; "" where it cannot be read.

    Read as browsers do (WHATWG URL), and where the page's own scheme decides, as if the link led away.
    """
    addresses = (IGNORED_BY_BROWSERS.sub("", unescape(address)) for address in LINK_PATTERN.findall(html))
    return [parse_host(address) for address in addresses if EXTERNAL_START.match(address)]


def parse_host(address: str) -> str:
    """The host of a web address, "" when it has none that can be read."""
    address = IGNORED_BY_BROWSERS.sub("", address)
    start = EXTERNAL_START.match(address)
    rest = address[start.end() :] if start else address
    try:
        return to_ascii_host(unquote(urlsplit("//" + rest.replace("\\", "/")).hostname or ""))
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def to_ascii_host(host: str) -> str:
    """A host in the letters of the wire (RFC 3490): one name, one spelling."""
    host = host.rstrip(".").casefold()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_domain_or_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


@lru_cache(maxsize=4_096)
def parse_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network in `text`, an address alone being one; ValueError for anything else."""
    return ipaddress.ip_network(text, strict=False)

"""The patterns of moderators' rules, of four kinds; none is a regular expression.

Words match whole, folded so that case, the encoding of accents, wide letters and zero-width marks do not matter;
domains match with their subdomains; networks match the addresses in them. Five hundred rules cost a millisecond.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.markup import extract
from blog.web.client_ip import parse_ip
from comments.web.hosts import external_hosts, is_domain_or_below, parse_host, to_ascii_host

DOMAIN_PATTERN = re.compile(r"[^\s@/.:]+(\.[^\s@/.:]+)+")
# Characters in a pattern (its column's length), in a domain, and in one label of a domain (RFC 1035).
MAX_PATTERN_LENGTH, MAX_DOMAIN_LENGTH, MAX_LABEL_LENGTH = 200, 253, 63
# Many people write the same few words ("thank you very much"): repeating those proves nothing.
MIN_TELLING_WORDS = 5


class Pattern(NamedTuple):
    """A rule, ready to match; `number` is its primary key."""

    kind: str
    pattern: str
    effect: str = "hold"
    number: int = 0


@dataclass(frozen=True)
class PatternSubject:
    """The parts of a comment that patterns are matched against."""

    words: str
    distinct_words: frozenset[str]
    hosts: tuple[str, ...]
    email: str
    address: str

    @classmethod
    def of(cls, *, name: str, email: str, website: str, body: str, html: str, address: str | None) -> PatternSubject:
        """`html` is the rendered body: a word that Markdown splits in the one may be whole in the other."""
        parts = [split_words(text) for text in (name, body, extract.plain_text(html))]
        # No word contains the separator, so no phrase matches across two parts.
        words = f" {' | '.join(' '.join(part) for part in parts)} "
        distinct_words = frozenset(word for part in parts for word in part)
        hosts = (*external_hosts(html), *([parse_host(website)] if website else []))
        return cls(words, distinct_words, hosts, email.casefold(), address or "")


def match_patterns(patterns: Iterable[Pattern], subject: PatternSubject) -> list[Pattern]:
    """The patterns that match the subject, in their order."""
    return [pattern for pattern in patterns if MATCHER_BY_KIND[pattern.kind](pattern.pattern, subject)]


def has_words(pattern: str, subject: PatternSubject) -> bool:
    return pattern.partition(" ")[0] in subject.distinct_words and f" {pattern} " in subject.words


def links_to(pattern: str, subject: PatternSubject) -> bool:
    domain = to_ascii_host(pattern)
    return any(is_domain_or_below(host, domain) for host in subject.hosts)


def is_from_address(pattern: str, subject: PatternSubject) -> bool:
    """Matches a whole address, or a domain with its subdomains."""
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
    """`text` as patterns of this kind are stored and matched; raises ValidationError when it is not of this kind."""
    pattern = fold_pattern(kind, " ".join(text.split()))
    # Folding lengthens: one Arabic ligature becomes 18 letters, "ß" becomes "ss".
    if len(pattern) > MAX_PATTERN_LENGTH:
        sentence = _("Too long: %(length)d characters once normalised; the limit is %(limit)d.")
        raise ValidationError(sentence % {"length": len(pattern), "limit": MAX_PATTERN_LENGTH})
    if kind in ("link", "email") and is_domain_too_long(pattern.rpartition("@")[2]):
        raise ValidationError(_("This domain is too long. Enter a domain, such as example.org."))
    return pattern


def fold_pattern(kind: str, text: str) -> str:
    """`text` as it is matched, however long."""
    if kind == "words":
        if not (words := split_words(text)):
            raise ValidationError(_("Enter at least one word."))
        return " ".join(words)
    if kind == "network":
        try:
            return str(parse_network(text))
        except ValueError:
            raise ValidationError(_("Enter an address or a network, such as 192.0.2.0/24.")) from None
    domain = text.casefold().removeprefix("@")
    domain = re.sub(r"^https?://", "", domain).rstrip("/") if kind == "link" else domain
    local, _at, host = domain.rpartition("@")
    if not DOMAIN_PATTERN.fullmatch(host) or (kind == "link" and local):
        raise ValidationError(_("Enter a domain, such as example.org."))
    return domain


def is_domain_too_long(domain: str) -> bool:
    """Does it have more characters in ASCII than any domain may have?"""
    labels = to_ascii_host(domain).split(".")
    lengths = [len(label if label.isascii() else b"xn--" + label.encode("punycode")) for label in labels]
    return max(lengths) > MAX_LABEL_LENGTH or sum(lengths) + len(lengths) - 1 > MAX_DOMAIN_LENGTH


# WordFolding caches characters up to this one; rarer ones are looked up each time, so that nobody can fill the memory.
LAST_CACHED_CODE = 0x10000


class WordFolding(dict[int, int | None]):
    """For `str.translate`: keeps what words are made of, drops what cannot be seen, and splits words at the rest."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        # Marks belong to their letters: without them words of Indian scripts would be split, as \w splits them.
        folded = code if kind[0] in "LNM" or kind == "Pc" else None if kind == "Cf" else ord(" ")
        if code < LAST_CACHED_CODE:
            self[code] = folded
        return folded


WORD_FOLDING = WordFolding()


def split_words(text: str) -> list[str]:
    """The words of `text`, folded so that case, encoding of accents, wide letters and hidden marks do not matter."""
    folded = unicodedata.normalize("NFKC", text.translate(WORD_FOLDING)).casefold()
    return unicodedata.normalize("NFKC", folded).translate(WORD_FOLDING).split()


def words_key(body: str) -> str:
    """32 hexadecimal digits, equal for the same words whatever their punctuation; "" for a text of few words."""
    words = split_words(body)
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32] if len(words) >= MIN_TELLING_WORDS else ""


@lru_cache(maxsize=4_096)
def parse_network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network in `text`, which may be a single address; raises ValueError for anything else."""
    return ipaddress.ip_network(text, strict=False)

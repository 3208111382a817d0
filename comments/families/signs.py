"""The signs of a comment: a few keyed hashes of what it links to, its words, where it came from and in which rhythm.

A key is a number of 63 bits: its kind in the upper five, a hash with the site's secret below. Nobody who reads the
table learns an address or a word from it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy

from blog.web.client_ip import neighbourhood_network
from comments.families.near_words import band_texts, own_words
from comments.web.hosts import external_addresses, is_domain_or_below, parse_host, to_ascii_host

HASH_BITS = 58
# Links of one comment that become keys.
MAX_LINKS = 5
# Seconds after the form was opened: people who take longer are never equally slow by design.
MAX_RHYTHM = 600
QUOTATION = re.compile("<blockquote.*?</blockquote>", re.DOTALL)
# Ways to reach a writer that are no link: an email address, a telephone number.
CONTACT = re.compile(r"[\w.+-]{2,64}@[\w-]+(?:\.[\w-]+)+|(?<![\w.,/-])(?:\+|00|\(0?)\d[\d \-()]{7,17}\d")
# Added by newsletters and advertisements: the same page with another one is the same page.
TRACKING = re.compile(r"utm_|fbclid$|gclid$|yclid$|ref$")
# Second labels under which everybody registers, as in example.co.uk.
PUBLIC_LABELS = frozenset({"ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org"})
# Where each subdomain is somebody else's, and where each first part of the path is.
SHARED_HOSTS = frozenset(
    {"blogspot.com", "github.io", "livejournal.com", "medium.com", "narod.ru", "substack.com", "tumblr.com"}
    | {"weebly.com", "wixsite.com", "wordpress.com", "web.app", "netlify.app", "pages.dev", "vercel.app"}
)
SHARED_PATHS = frozenset(
    {"bit.ly", "facebook.com", "github.com", "instagram.com", "linkedin.com", "linktr.ee", "ok.ru", "t.me"}
    | {"tiktok.com", "tinyurl.com", "twitter.com", "vk.com", "wa.me", "x.com", "youtube.com"}
)


class SignKind(IntEnum):
    """What two comments share. Those of the text come first: an edit replaces them."""

    WORDS, LINK, DOMAIN, WEBSITE, CONTACT, RHYTHM, NETWORK, READER = range(1, 9)


# By those before it comments are looked up. From it on, so many share a sign that it is only compared afterwards.
FIRST_OTHER_KIND = SignKind.RHYTHM

# Kinds of which moderators may read what they are of.
LEGIBLE_KINDS = frozenset({SignKind.LINK, SignKind.DOMAIN, SignKind.WEBSITE, SignKind.CONTACT})
LABELS = {
    SignKind.WORDS: gettext_lazy("nearly the same words"),
    SignKind.LINK: gettext_lazy("the same link: %s"),
    SignKind.DOMAIN: gettext_lazy("the same website: %s"),
    SignKind.WEBSITE: gettext_lazy("the same website of their own: %s"),
    SignKind.CONTACT: gettext_lazy("the same telephone number or address: %s"),
    SignKind.RHYTHM: gettext_lazy("sent in the same rhythm"),
    SignKind.NETWORK: gettext_lazy("the same network"),
    SignKind.READER: gettext_lazy("the same email address"),
}


@dataclass(frozen=True, kw_only=True)
class SignSource:
    """What signs are made of: the text as typed and rendered, who typed it, and when the form was opened and sent.

    `age` are seconds from opening to sending, `day` the number of the day.
    """

    body: str
    html: str
    website: str = ""
    email: str = ""
    address: str = ""
    stamp: str = ""
    age: float | None = None
    day: int = 0


def find_signs(source: SignSource) -> dict[int, str]:
    """The keys of a comment, each with what it is of, as moderators may read it ("" for nothing to read)."""
    return {make_key(kind, text): text if kind in LEGIBLE_KINDS else "" for kind, text in sign_texts(source)}


def sign_texts(source: SignSource) -> Iterator[tuple[SignKind, str]]:
    yield from ((SignKind.WORDS, band) for band in band_texts(source.body))
    yield from link_texts(source)
    if source.stamp:
        yield SignKind.RHYTHM, source.stamp
    if source.age is not None and source.age < MAX_RHYTHM:
        yield SignKind.RHYTHM, f"{source.day} {int(source.age)}"
    if network := neighbourhood_network(source.address):
        yield SignKind.NETWORK, network
    if source.email:
        yield SignKind.READER, source.email.casefold()


def link_texts(source: SignSource) -> Iterator[tuple[SignKind, str]]:
    """The pages that the writer's own words link to, ways to reach them, and the websites of both and of the writer."""
    found = islice(external_addresses(QUOTATION.sub("", source.html)), MAX_LINKS)
    addresses = [address for address in (*found, source.website) if is_elsewhere(address)]
    for address in addresses:
        if address != source.website and (page := page_text(address)):
            yield SignKind.LINK, page
    for match in islice(CONTACT.finditer(own_words(source.body)), MAX_LINKS):
        yield SignKind.CONTACT, normalize_contact(match[0])
    for address in addresses:
        if domain := domain_text(address):
            yield SignKind.DOMAIN, domain
            if address == source.website:
                yield SignKind.WEBSITE, domain


def is_elsewhere(address: str) -> bool:
    return not is_domain_or_below(parse_host(address), to_ascii_host(settings.HOST))


def page_text(address: str) -> str:
    """Host, path and query of an address, each page in one spelling; "" for a front page or what cannot be read."""
    try:
        parts = urlsplit(address.replace("\\", "/"))
        pairs = [pair for pair in parse_qsl(parts.query) if not TRACKING.match(pair[0])]
    except ValueError:
        return ""
    path, host = parts.path.rstrip("/"), parse_host(address).removeprefix("www.")
    if not host or not (path or pairs):
        return ""
    return f"{host}{path}{f'?{urlencode(sorted(pairs))}' if pairs else ''}"[:200]


def normalize_contact(text: str) -> str:
    return text.casefold() if "@" in text else "".join(character for character in text if character.isdigit())


def domain_text(address: str) -> str:
    """The domain that somebody registered, or what stands for it where many people share one; "" without a host."""
    host = parse_host(address).removeprefix("www.")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit():  # an IP address is whole
        return host
    domain = ".".join(labels[-3:] if len(labels[-1]) == 2 and labels[-2] in PUBLIC_LABELS else labels[-2:])
    if domain in SHARED_PATHS:
        first = page_text(address).partition("/")[2].partition("/")[0]
        return f"{domain}/{first}" if first else ""
    return host if domain in SHARED_HOSTS else domain


def make_key(kind: SignKind, text: str) -> int:
    digest = hashlib.blake2b(text.encode(), key=secret_key(settings.SECRET_KEY), digest_size=8).digest()
    return kind << HASH_BITS | int.from_bytes(digest) >> (64 - HASH_BITS)


@lru_cache(maxsize=1)
def secret_key(secret: str) -> bytes:
    return hashlib.sha256(b"signs\0" + secret.encode()).digest()


def kind_of(key: int) -> SignKind:
    return SignKind(key >> HASH_BITS)


def first_key(kind: SignKind) -> int:
    """The lowest key of this kind: keys of one kind are in one range."""
    return kind << HASH_BITS

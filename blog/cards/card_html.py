"""Shows cards in rendered HTML: the paragraphs with an address alone, marked by blog/markup/lone_links.py.

Takes sanitised HTML, and adds what is known of the pages, escaped, and our own addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import NamedTuple

from django.utils.translation import gettext_noop

from blog.cards.address_key import normalize_address, show_host
from blog.markup.footnotes import label_in_site_language
from blog.markup.html_parts import ATTRIBUTES
from blog.markup.lone_links import LONE_LINK

# The class of a paragraph that is a card; nobody can type it. That of its quiet words is one that `plain_text` hides:
# they are not the author's.
LINK_CARD, ABOUT = "link-card", "link-card__about"
VIDEO = gettext_noop("Video")
# Of one text: the server visits each page.
MAX_CARDS = 50

_LONE = re.compile(
    rf'<p (?P<before>[^<>]*?)class="{LONE_LINK}"(?P<after>{ATTRIBUTES})><a (?P<link>{ATTRIBUTES})>[^<]*+</a></p>'
)
_HREF = re.compile(r'(?:^| )href="([^"]*+)"')
_CARD = re.compile(
    rf'<p (?P<before>[^<>]*?)class="{LINK_CARD}(?: [\w-]++)?"(?P<after>{ATTRIBUTES})>(?:<img {ATTRIBUTES}>)?+'
    rf'<a href="(?P<url>[^"]*+)" rel="noopener">(?P<title>[^<]*+)</a> '
    rf'<small class="{ABOUT}">(?P<about>(?:[^<]++|<(?!/small>))*+)</small></p>'
)
_SOURCE_LINK = re.compile(r'<a href="([^"]*+)" rel="noopener">')
_SITE = re.compile(r"<bdi>[^<]*+</bdi>")


class EmbeddedCard(NamedTuple):
    """What a text shows of a page; `picture` is an address on this site, or "". `player` is our page that plays it."""

    title: str
    description: str = ""
    site_name: str = ""
    picture: str = ""
    width: int = 0
    height: int = 0
    player: str = ""


def card_addresses(html: str) -> list[str]:
    """The keys of the addresses that stand alone in a rendered text, shown as cards or not: the first MAX_CARDS."""
    plain = (read_href(link) for link in _LONE.finditer(html))
    shown = (read_source(card) for card in _CARD.finditer(html))
    keys = dict.fromkeys(filter(None, map(normalize_address, (*shown, *plain))))
    return list(keys)[:MAX_CARDS]


def embed_cards(html: str, cards: Mapping[str, EmbeddedCard]) -> str:
    """Show these cards, by their keys; other addresses stay the links that they are."""

    def embed(link: re.Match[str]) -> str:
        href = read_href(link)
        card = cards.get(normalize_address(href))
        return render_card(card, href, link["before"], link["after"]) if card else link[0]

    return _LONE.sub(embed, html)


def read_href(link: re.Match[str]) -> str:
    found = _HREF.search(link["link"])
    return unescape(found[1]) if found else ""


def read_source(card: re.Match[str]) -> str:
    """The address for which a card stands; its title may lead to our own page with a player."""
    source = _SOURCE_LINK.search(card["about"])
    return unescape(source[1] if source else card["url"])


def render_card(card: EmbeddedCard, href: str, before: str = "", after: str = "") -> str:
    """The paragraph. Its picture tells nothing that its title does not, so it has no words."""
    site = render_site(card, href)
    words = [f'<span dir="auto">{escape(card.description)}</span>'] if card.description else []
    if card.player:
        words.append(f'{label_in_site_language(VIDEO)} · <a href="{escape(href)}" rel="noopener">{site}</a>')
    else:
        words.append(site)
    picture = (
        f'<img src="{escape(card.picture)}" alt="" width="{card.width}" height="{card.height}" loading="lazy">'
        if card.picture
        else ""
    )
    name = f"{LINK_CARD} {LINK_CARD}--video" if card.player else LINK_CARD
    link = f'<a href="{escape(card.player or href)}" rel="noopener">{escape(card.title)}</a>'
    return f'<p {before}class="{name}"{after}>{picture}{link} <small class="{ABOUT}">{" ".join(words)}</small></p>'


def render_site(card: EmbeddedCard, href: str) -> str:
    """The host, which nobody can pretend, after the name that the site gives itself."""
    host = show_host(normalize_address(href))
    says_more = card.site_name and card.site_name.casefold() not in host.casefold()
    name = f"<bdi>{escape(card.site_name)}</bdi> · " if says_more else ""
    return f"{name}<bdi>{escape(host)}</bdi>"


def strip_cards(html: str) -> str:
    """Make each card a plain link with its title: for feeds, whose readers have no sheet of ours, and proofreading."""
    return _CARD.sub(plain_link, html)


def plain_link(card: re.Match[str]) -> str:
    site = "".join(_SITE.findall(card["about"])[-1:])
    link = f'<a href="{escape(read_source(card))}" rel="noopener">{card["title"]}</a>'
    return f"<p {card['before']}{card['after'].strip()}>{link} ({site})</p>"

"""The signs of a comment: what it shares with others from the same hand."""

import pytest

from comments.families.signs import SignKind, SignSource, find_signs, kind_of
from comments.screening.patterns import split_words
from comments.web.hosts import LINK_PATTERN

LONG = (
    "Visitors to the observatory rarely notice the marble sextant beneath the hillside, although its curved channel "
    "guided astronomers through decades of patient measurement before earthquakes buried everything."
)


def signs(body: str = "Tea.", html: str = "", **fields) -> dict[int, str]:
    return find_signs(SignSource(body=body, html=html, **fields))


def link(address: str) -> str:
    html = f'<p><a href="{address}" rel="nofollow">tea</a></p>'
    assert LINK_PATTERN.findall(html) == [address]
    return html


def shared(one: dict[int, str], other: dict[int, str]) -> list[SignKind]:
    return sorted(kind_of(key) for key in one.keys() & other.keys())


def test_links_to_one_page_are_one_sign_however_they_are_spelt():
    spelt = ["https://shop.example/tea", "http://www.shop.example/tea/?utm_source=blog", "//SHOP.example/tea#offer"]
    first, *others = (signs(html=link(address)) for address in spelt)
    assert [shared(first, other) for other in others] == [[SignKind.LINK, SignKind.DOMAIN]] * 2
    assert sorted(first.values()) == ["shop.example", "shop.example/tea"]


def test_other_pages_of_one_website_share_the_website_alone():
    one, other = signs(html=link("https://shop.example/tea")), signs(website="https://blog.shop.example/")
    assert shared(one, other) == [SignKind.DOMAIN]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://ann.blogspot.com/", "https://bob.blogspot.com/"),
        ("https://t.me/ann", "https://t.me/bob"),
        ("https://ann.co.uk/", "https://bob.co.uk/"),
    ],
)
def test_where_many_people_share_a_domain_each_has_their_own(one, other):
    assert shared(signs(website=one), signs(website=other)) == []
    assert shared(signs(website=one), signs(website=one)) == [SignKind.DOMAIN, SignKind.WEBSITE]


def test_the_front_page_of_such_a_site_is_nobodys():
    assert signs(website="https://t.me/") == {}


def test_what_is_quoted_is_somebody_elses():
    quoting = signs(body=f"> {LONG}\n\nTrue.", html=f"<blockquote>{link('https://shop.example/tea')}</blockquote>")
    assert shared(quoting, signs(body=LONG, html=link("https://shop.example/tea"))) == []


def test_links_to_this_site_are_no_sign(settings):
    assert signs(html=link(f"https://{settings.HOST}/about/")) == {}


def test_ways_to_reach_the_writer_are_signs_like_links():
    one, other = signs(body="Call +998 90 123-45-67 today"), signs(body="Telephone: (998) 901234567.")
    assert shared(one, other) == [SignKind.CONTACT]
    assert shared(signs(body="Write to Sale@Shop.example"), signs(body="sale@shop.example answers")) == [
        SignKind.CONTACT
    ]
    assert signs(body="In 1420-1436 and on 2026-11-29 12 30 they counted 1018 stars") == {}


def test_nearly_the_same_words_share_most_bands_and_other_texts_none():
    changed = LONG.replace("Visitors", "Travellers")
    assert split_words(changed) != split_words(LONG)
    assert shared(signs(body=LONG), signs(body=changed)).count(SignKind.WORDS) >= 3
    other = (
        "Merchants in Samarkand weighed silk against silver while travellers from Kashgar compared prices of melons."
    )
    assert shared(signs(body=LONG), signs(body=other)) == []


def test_a_short_text_has_no_words_to_tell_it_by():
    assert signs(body="Thank you very much for this wonderful article about tea") == {}


def test_networks_addresses_and_rhythm_are_signs():
    fields = {"address": "192.0.2.7", "email": "Bob@example.net", "stamp": "s", "age": 7.2, "day": 5}
    one = signs(**fields)
    assert shared(one, signs(**{**fields, "address": "192.0.2.9", "age": 7.9, "email": "bob@example.net"})) == [
        SignKind.RHYTHM, SignKind.RHYTHM, SignKind.NETWORK, SignKind.READER,
    ]  # fmt: skip
    assert shared(one, signs(**{**fields, "address": "198.51.100.7", "email": "", "stamp": "t", "day": 6})) == []
    assert shared(one, signs(address="2001:db8::1")) == []


def test_whoever_takes_their_time_has_no_rhythm():
    assert signs(age=601.0, day=5) == {}


def test_keys_depend_on_the_secret_and_fit_the_column(settings):
    one = signs(website="https://shop.example/", email="bob@example.net")
    assert all(0 < key < 2**63 for key in one)
    settings.SECRET_KEY = "another"
    assert shared(one, signs(website="https://shop.example/", email="bob@example.net")) == []

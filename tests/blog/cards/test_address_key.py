"""Addresses that lead to one page have one key, and those that never have a card have none."""

import pytest

from blog.cards.address_key import normalize_address, show_host


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("HTTPS://example.org:443/a?b=C#d", "https://example.org/a?b=C"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://чай.example/a", "https://xn--80as4b.example/a"),
        ("https://%D1%87%D0%B0%D0%B9.example/a", "https://xn--80as4b.example/a"),
        ("https://[2606:2800::1]/a", "https://[2606:2800::1]/a"),
    ],
)
def test_one_page_has_one_key(address, key):
    assert normalize_address(address) == key


@pytest.mark.parametrize(
    "address",
    ["", "/about/", "mailto:a@example.org", "ftp://example.org/", "https://", "https://a:b@example.org/", "http://[::1",
     "https://testserver/a", "https://TESTSERVER:99/", "https://localhost/", "https://example.org:99999/",
     "https://..example.org/", f"https://example.org/{'a' * 2_000}", "https://example.org/чай"],
)  # fmt: skip
def test_what_has_no_card_has_no_key(address):
    assert normalize_address(address) == ""


def test_a_site_that_answers_to_any_name_still_has_cards(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert normalize_address("https://example.org/") == "https://example.org/"


def test_hosts_are_shown_as_people_write_them():
    assert show_host("https://www.example.org/a") == "example.org"
    assert show_host("https://xn--80as4b.example/") == "чай.example"
    assert show_host("https://xn--a/") == "xn--a"

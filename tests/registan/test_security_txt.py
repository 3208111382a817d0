"""/.well-known/security.txt, as RFC 9116 has it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from blog.models import Page
from registan.env import parse_contact

pytestmark = pytest.mark.django_db
ADDRESS = "/.well-known/security.txt"


@pytest.fixture
def contact(settings):
    settings.SECURITY_CONTACT = "mailto:security@blog.example"


@pytest.fixture
def https(settings):
    settings.HTTPS, settings.SITE_URL = True, "https://blog.example"


def fields(visitor) -> dict[str, str]:
    response = visitor.get(ADDRESS)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    lines = response.content.decode().splitlines()
    named = dict(line.split(": ", 1) for line in lines)
    assert len(named) == len(lines)
    return named


def test_it_names_the_contact_of_the_settings(visitor, contact):
    said = fields(visitor)
    assert (said["Contact"], said["Preferred-Languages"]) == ("mailto:security@blog.example", "en")
    assert "Canonical" not in said  # the site of the tests has no https


def test_it_says_its_own_address_on_a_site_with_https(visitor, contact, https):
    assert fields(visitor)["Canonical"] == f"https://blog.example{ADDRESS}"


def test_it_expires_within_a_year_and_never_in_the_past(visitor, contact):
    expires = fields(visitor)["Expires"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", expires)
    assert timedelta(days=170) < datetime.fromisoformat(expires) - datetime.now(UTC) < timedelta(days=365)


def test_the_sites_own_contact_page_is_named_when_the_settings_name_none(visitor, https):
    page = Page.objects.create(title="Contact", slug="contact", body="Write to us.")
    assert fields(visitor)["Contact"] == "https://blog.example/contact/"
    page.delete()
    assert visitor.get(ADDRESS).status_code == 404


def test_there_is_none_on_a_site_that_names_nobody(visitor):
    Page.objects.create(title="Contact", slug="contact", body="Write to us.")
    assert visitor.get(ADDRESS).status_code == 404, "an address with http is no contact"


@pytest.mark.parametrize(
    "wrong", ["security", "http://blog.example/", "a@b", "x@blog.example\nExpires: never", "https://"]
)
def test_what_is_no_contact_stops_the_start(wrong):
    with pytest.raises(ValueError):  # noqa: PT011  env.Environment takes any
        parse_contact(wrong)


def test_an_address_may_be_written_with_or_without_its_scheme():
    assert parse_contact("a@blog.example") == parse_contact("mailto:a@blog.example") == "mailto:a@blog.example"
    assert parse_contact("https://blog.example/report") == "https://blog.example/report"

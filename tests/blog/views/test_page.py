"""Standing pages, and the page that says how to follow the blog."""

import re

import pytest
from django.core.exceptions import ValidationError

from blog.models import Page
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_is_at_its_slug(visitor):
    factories.page("about", title="About us", body="We *walk*.")
    shown = visitor.get("/about/").content.decode()
    assert "About us</h1>" in shown
    assert "We <em>walk</em>." in shown
    assert '<link rel="canonical" href="http://127.0.0.1:8000/about/">' in shown


def test_about_and_terms_are_linked_from_everywhere_when_they_exist(visitor):
    before = visitor.get("/").content.decode()
    factories.page("about")
    factories.page("terms")
    after = visitor.get("/").content.decode()
    for address in ("/about/", "/terms/"):
        assert f'href="{address}"' not in before
        assert f'href="{address}"' in after


@pytest.mark.parametrize("slug", ["admin", "tags", "archive", "authors", "feed", "subscribe", "2026"])
def test_a_page_cannot_take_an_address_of_the_site(slug):
    with pytest.raises(ValidationError, match="is reserved for the site"):
        Page(title="x", slug=slug, body="x").full_clean()


def test_a_page_may_have_any_other_slug():
    assert Page(title="x", slug="contact-us", body="x").full_clean() is None


def test_an_unknown_page_is_missing(visitor):
    assert visitor.get("/contact/").status_code == 404


def test_a_page_is_only_read(visitor):
    factories.page("about")
    assert visitor.post("/about/").status_code == 405


def test_a_page_costs_three_queries(visitor, django_assert_num_queries):
    factories.page("about")
    with django_assert_num_queries(3):  # clock, page, standing pages
        visitor.get("/about/")


def test_subscribe_names_every_feed_of_the_whole_site(visitor):
    addresses = re.findall(
        r'href="http://127\.0\.0\.1:8000(/[^"]*feed[^"]*)"', visitor.get("/subscribe/").content.decode()
    )
    assert len(addresses) == 6
    assert {visitor.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize("slug", ["search", "you", "moderation", "moderate", "static"])
def test_a_page_leaves_the_sites_own_addresses_alone(slug):
    with pytest.raises(ValidationError):
        Page(title="x", slug=slug, body="x").full_clean()

"""Addresses that visitors miss are counted: cheaply, up to a ceiling, without a word about who asked."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from blog.models import AddressMiss
from blog.models import address_miss as module
from tests import factories

pytestmark = pytest.mark.django_db


def ask(path: str, address: str = "203.0.113.7", **more) -> int:
    return Client(REMOTE_ADDR=address).get(path, **more).status_code


def counted() -> list[tuple[str, int]]:
    return list(AddressMiss.objects.most_wanted().values_list("path", "count"))


def test_each_home_counts_once_a_day_for_an_address():
    for address in ("203.0.113.7", "203.0.113.7", "198.51.100.7", "192.0.2.7"):
        assert ask("/2009/05/tea-houses/", address) == 404
    assert ask("/2009/05/tea-houses", "198.51.100.7") == 404
    assert ask("/2009/05/other/") == 404
    assert counted() == [("/2009/05/tea-houses", 3), ("/2009/05/other", 1)]


def test_numbers_that_are_nowhere_are_counted_as_they_were_asked_for():
    assert ask("/?p=99&utm_source=someone@example.org") == 404
    assert ask("/old/?name=someone@example.org") == 404
    assert counted() == [("/?p=99", 1), ("/old", 1)] or counted() == [("/old", 1), ("/?p=99", 1)]


PAGES = ("/2009/05/tea-houses/", "/archives/123.html", "/чайхана/", "/?page_id=7", "/tag/nothing/", "/about_us.aspx")
NO_PAGES = (
    *("/wp-login.php", "/.env", "/x/", "/a/b/c/", "/img/logo.png", "/wp-content/uploads/2009/a.jpg", "/xmlrpc.php"),
    *("/someone@example.org/", "/a%20b%20c/", "/unsubscribe/0f8e7d6c5b4a39281706f5e4d3c2b1a0/", "/<script>/"),
    *("/comments/receipt/some-token/", "/preview/some-token/", "/you/prove/some-token/", "/admin/nothing/"),
    *("/" + "long-" * 120 + "/", "/%00/", "/../etc/passwd", "/cgi-bin/test.cgi"),
)


@pytest.mark.parametrize("path", PAGES)
def test_what_may_have_been_a_page_is_counted(path):
    assert ask(path) == 404
    assert AddressMiss.objects.count() == 1


@pytest.mark.parametrize("path", NO_PAGES)
def test_what_machines_try_what_is_a_file_and_what_may_be_a_secret_is_not(path):
    ask(path)
    assert counted() == []


def test_only_readers_who_look_for_a_page_are_counted():
    Client().head("/tea-houses/")
    Client().post("/tea/houses/", {"body": "x"})
    factories.page("about")
    assert ask("/about") == 301
    assert ask("/archive") == 301
    assert counted() == []


def test_what_leads_somewhere_is_no_miss():
    post = factories.post(slug="tea")
    post.slug = "chai"
    post.save()
    assert ask("/2026/03/20/tea/") == 301
    assert counted() == []


def test_a_neighbourhood_is_counted_so_often_and_no_more(monkeypatch):
    for number in range(module.MAX_MISSES_PER_NEIGHBOURHOOD + 5):
        ask(f"/tea-house-{number}/")
    assert AddressMiss.objects.count() == module.MAX_MISSES_PER_NEIGHBOURHOOD


@pytest.mark.parametrize("limit", ["MAX_MISSES", "MAX_NEW_MISSES_A_DAY"])
def test_the_table_holds_so_many_and_no_more(monkeypatch, limit):
    monkeypatch.setattr(module, limit, 2)
    for number in range(4):
        ask(f"/tea-house-{number}/")
    assert AddressMiss.objects.count() == 2
    ask("/tea-house-1/", "198.51.100.7")
    assert counted()[0] == ("/tea-house-1", 2)


def test_tomorrow_there_is_room_again_and_in_three_months_it_is_forgotten(monkeypatch):
    monkeypatch.setattr(module, "MAX_NEW_MISSES_A_DAY", 1)
    ask("/tea-house-1/")
    AddressMiss.objects.update(first_at=timezone.now() - timedelta(days=1, seconds=1))
    ask("/tea-house-2/")
    AddressMiss.objects.filter(path="/tea-house-1").update(last_at=timezone.now() - timedelta(days=91))
    assert AddressMiss.objects.delete_expired() == 1
    assert counted() == [("/tea-house-2", 1)]


def test_nothing_tells_who_asked():
    ask("/tea-houses/", "203.0.113.7", headers={"user-agent": "Mozilla", "referer": "https://mail.example/alice"})
    row = AddressMiss.objects.values().get()
    assert set(row) == {"id", "path", "count", "first_at", "last_at"}
    stored = str(caches["pages"]._cache) if hasattr(caches["pages"], "_cache") else ""
    assert not re.search(r"203\.0\.113|tea-houses", stored)


def test_a_known_miss_costs_one_statement_and_a_counted_one_none(django_assert_num_queries):
    ask("/tea-houses/")
    AddressMiss.objects.update(count=7)
    plain = 6 if connection.vendor == "postgresql" else 5  # two of addresses, the index, the clock, ids of posts
    with django_assert_num_queries(plain + 3):  # in a savepoint of the test
        ask("/tea-houses/", "198.51.100.7")
    with django_assert_num_queries(plain):
        ask("/tea-houses/", "198.51.100.7")


def test_a_database_that_takes_no_writes_costs_nobody_the_page(monkeypatch):
    def refuse(path):
        raise DatabaseError("read-only")

    monkeypatch.setattr(AddressMiss.objects, "increment", refuse)
    assert ask("/tea-houses/") == 404

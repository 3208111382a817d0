"""What an import remembers: repeated without change, changed by itself alone, and forgotten by its key."""

import pytest
from django.db import IntegrityError, transaction

from blog.editing.duplicates import merge_duplicates
from blog.models import OldAddress
from blog.models import old_address as module
from tests import factories
from tests.blog.old_addresses.old_blog import HOME, SOURCE, leads, move_in

pytestmark = pytest.mark.django_db


def remember(*rows, source=SOURCE, home=HOME) -> list[str]:
    return OldAddress.objects.remember(rows, source=source, home=home)


def stored() -> dict[str, object]:
    return {row.path: row.target or row.address or row.code for row in OldAddress.objects.all()}


def test_a_second_run_changes_nothing(django_assert_num_queries):
    post = factories.post()
    rows = [(f"/archives/{number}", "post", post.pk) for number in range(50)]
    remember(*rows)
    before = list(OldAddress.objects.values())
    statements = 2 + 1  # a savepoint, and what is there
    with django_assert_num_queries(statements):
        assert remember(*rows) == []
    assert list(OldAddress.objects.values()) == before


def test_many_are_stored_in_batches(monkeypatch):
    monkeypatch.setattr(module, "BATCH", 10)
    post = factories.post()
    remember(*((f"/archives/{number}", "post", post.pk) for number in range(25)))
    assert OldAddress.objects.count() == 25


def test_the_same_import_may_lead_an_address_elsewhere():
    first, second = factories.post(slug="one"), factories.post(slug="two")
    remember(("/tea/", "post", first.pk))
    assert remember(("/tea/", "post", second.pk)) == []
    assert stored() == {"/tea": second}


def test_what_an_owner_typed_or_another_import_remembered_stays():
    first, second = factories.post(slug="one"), factories.post(slug="two")
    OldAddress.objects.create(path="/typed", address="/archive/")
    remember(("/tea", "post", first.pk), source="other")
    assert remember(("/typed/", "post", second.pk), ("/tea/", "post", second.pk)) == ["/typed", "/tea"]
    assert stored() == {"/typed": "/archive/", "/tea": first}


def test_of_two_in_one_call_the_first_stays_and_the_other_is_named():
    first, second = factories.post(slug="one"), factories.post(slug="two")
    rows = [("/tea", "post", first.pk), ("/tea/", "post", first.pk), ("/index.php/tea", "post", second.pk)]
    assert remember(*rows) == ["/index.php/tea"]
    assert stored() == {"/tea": first}


@pytest.mark.parametrize(
    "address",
    ["", "/", HOME, "http://elsewhere.example/tea/", "http://[::1/", "mailto:a@b.example", "/te\0a", f"/{'x' * 501}"],
)
def test_what_no_row_can_be_found_by_is_given_back(address):
    assert remember((address, "post", factories.post().pk)) == [address]
    assert stored() == {}


def test_an_unknown_kind_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="planet"):
        remember(("/tea/", "planet", 5))


def test_the_folder_of_a_blog_is_remembered_with_it():
    post = factories.post()
    remember(("http://x.example/blog/tea/", "post", post.pk), home="http://x.example/blog")
    assert stored() == {"/tea": post, "/blog": "/"}


def test_forgetting_an_import_takes_all_it_remembered_and_nothing_else():
    move_in()
    typed = OldAddress.objects.create(path="/typed", address="/archive/")
    assert OldAddress.objects.forget("") == 0
    assert OldAddress.objects.forget(SOURCE) > 15
    assert list(OldAddress.objects.all()) == [typed]


def test_what_is_deleted_for_good_takes_its_addresses_along():
    rows = move_in()
    before = OldAddress.objects.count()
    rows["tag"].delete()
    assert OldAddress.objects.count() == before - 4
    assert leads("/category/asia/bukhara/") == 404


def test_addresses_of_a_merged_tag_lead_to_the_one_that_stays():
    rows, kept = move_in(), factories.tag("Buxoro", slug="buxoro")
    merge_duplicates(kept, [rows["tag"]])
    assert leads("/category/asia/bukhara/") == "/tag/buxoro/"
    assert leads("/?cat=3") == "/tag/buxoro/"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": 410, "address": "/archive/"},
        {"code": 200, "address": "/archive/"},
        {"comment": 5, "address": "/x/"},
    ],
)
def test_the_database_keeps_one_answer_for_each(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        OldAddress.objects.create(path="/tea", **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        OldAddress.objects.create(path="/tea", post=factories.post(), address="/archive/")

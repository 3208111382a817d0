"""A reader may have a public page of what they are known to have written; nobody has one who did not ask for it."""

import pytest
from django.test import Client

from comments.lifecycle.ownership import close_public_page, open_public_page
from comments.models import Comment, Policy, Reader
from comments.privacy.erasure import begin_erasure
from comments.privacy.export import export_reader
from comments.status import Status
from comments.views.public_page import PER_PAGE
from tests import factories
from tests.comments.comment_pages import dangers, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(db) -> Reader:
    return factories.reader("ann@example.net")


@pytest.fixture
def hers(post, ann) -> Comment:
    return factories.comment(
        post, name="Ann", email=ann.email, is_verified=True, website="https://ann.example/", body="Words of *Ann*."
    )


def url(reader: Reader) -> str:
    reader.refresh_from_db()
    return f"/commenter/{reader.public_id}/"


def test_it_is_off_until_its_reader_asks_for_it(post, ann, hers, visitor):
    client = factories.reader_client(ann)
    assert ann.public_id is None
    assert "/commenter/" not in page(visitor.get(post.get_absolute_url()))
    assert "Make a public page" in page(client.get("/you/"))
    assert client.post("/you/", {"act": "open-page"})["Location"] == "/you/#public-page"
    assert url(ann) in page(client.get("/you/"))
    html = page(visitor.get(url(ann)))
    assert "Words of Ann." in html
    assert "1 comment since" in html
    assert "ann@example.net" not in html


def test_their_name_leads_there_in_every_thread_at_once(post, ann, hers, visitor):
    Policy.objects.update_or_create(pk=1, defaults={"regular_after": 1})
    somebody = factories.comment(post, name="Ann", email=ann.email, website="https://not-ann.example/")
    before = page(visitor.get(post.get_absolute_url()))
    assert "https://ann.example/" in before
    open_public_page(ann)
    html = page(visitor.get(post.get_absolute_url()))
    assert html.count(f'href="{url(ann)}"') == 1
    assert "https://ann.example/" not in html
    assert "https://not-ann.example/" not in html  # anybody may have typed her address
    close_public_page(ann)
    assert page(visitor.get(post.get_absolute_url())) == before
    assert somebody.reader == ann


def test_taken_down_it_is_gone_at_once_and_another_has_another_address(ann, hers, visitor):
    client = factories.reader_client(ann)
    client.post("/you/", {"act": "open-page"})
    first = url(ann)
    assert visitor.get(first).status_code == 200
    client.post("/you/", {"act": "close-page"})
    assert visitor.get(first).status_code == 404
    client.post("/you/", {"act": "open-page"})
    assert url(ann) != first
    assert visitor.get(first).status_code == 404


def test_an_erasure_removes_it_at_once(post, ann, hers, visitor):
    open_public_page(ann)
    address = url(ann)
    assert visitor.get(address).status_code == 200
    begin_erasure(ann, keeps_words=True, sender="x")
    assert visitor.get(address).status_code == 404
    assert "/commenter/" not in page(visitor.get(post.get_absolute_url()))


def test_only_what_anybody_may_read_and_is_known_to_be_theirs(post, ann, hers, visitor):
    open_public_page(ann)
    mine = {"name": "Ann", "email": ann.email, "is_verified": True}
    for status in Status:
        if status != Status.APPROVED:
            factories.comment(post, status=status, body=f"Secretly {status}.", **mine)
    factories.comment(post, name="Ann", email=ann.email, body="Secretly typed.")
    factories.comment(factories.post(visibility="unlisted"), body="Secretly unlisted.", **mine)
    hidden = factories.post()
    factories.comment(hidden, body="Secretly unpublished.", **mine)
    hidden.unpublish()
    html = page(visitor.get(url(ann)))
    assert "Words of Ann." in html
    assert "Secretly" not in html


def test_without_a_published_comment_there_is_no_page(ann, visitor):
    open_public_page(ann)
    assert visitor.get(url(ann)).status_code == 404


def test_search_engines_are_asked_not_to_list_it(ann, hers, visitor):
    open_public_page(ann)
    for _ in range(2):  # from nothing, and from the cache
        response = visitor.get(url(ann))
        assert response["X-Robots-Tag"] == "noindex"
    assert url(ann) not in page(visitor.get("/sitemap.xml"))


def test_it_is_cached_and_updated_at_once(post, ann, hers, visitor, django_assert_num_queries):
    open_public_page(ann)
    visitor.get(url(ann))
    address = url(ann)
    with django_assert_num_queries(1):
        visitor.get(address)
    factories.comment(post, name="Ann", email=ann.email, is_verified=True, body="More words.")
    assert "More words." in page(visitor.get(address))
    factories.remove(hers, via="desk")
    assert "Words of Ann." not in page(visitor.get(address))


@pytest.mark.parametrize("count", [1, PER_PAGE])
def test_it_costs_the_same_queries_for_any_number(post, ann, count, django_assert_num_queries):
    for _ in range(count):
        factories.comment(post, name="Ann", email=ann.email, is_verified=True)
    open_public_page(ann)
    client, address = Client(headers={"cookie": "registan_x=1"}), url(ann)
    client.get(address)
    with django_assert_num_queries(5):
        client.get(address)


def test_it_has_pages(post, ann, visitor):
    made = [
        factories.comment(post, name="Ann", email=ann.email, is_verified=True, body=f"Word {number} of hers.")
        for number in range(PER_PAGE + 1)
    ]
    open_public_page(ann)
    first, second = (page(visitor.get(url(ann) + more)) for more in ("", "page/2/"))
    assert made[-1].get_absolute_url() in first
    assert "Word 0 of hers." not in first
    assert "Word 0 of hers." in second
    assert visitor.get(f"{url(ann)}page/3/").status_code == 404


def test_its_address_says_nothing_and_cannot_be_guessed(ann, hers, visitor):
    open_public_page(ann)
    assert len(ann.public_id) >= 11
    assert "ann" not in ann.public_id.lower()
    for guess in ("None", "abcdefghijk", "A" * 22, str(ann.pk).zfill(8)):
        assert visitor.get(f"/commenter/{guess}/").status_code == 404


def test_nothing_that_was_written_runs(post, ann, visitor):
    factories.comment(
        post, name="<b>Ann</b>", email=ann.email, is_verified=True, body="<script>alert(1)</script> [x](javascript:1)"
    )
    open_public_page(ann)
    assert dangers(page(visitor.get(url(ann)))) == []


def test_only_a_reader_who_is_signed_in_and_no_other_site_opens_it(ann, hers, visitor):
    visitor.post("/you/", {"act": "open-page"})
    foreign = factories.reader_client(ann).post("/you/", {"act": "open-page"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    ann.refresh_from_db()
    assert ann.public_id is None


def test_the_download_names_it(ann, hers):
    assert export_reader(ann)["reader"]["public_page"] == ""
    open_public_page(ann)
    assert export_reader(ann)["reader"]["public_page"].endswith(url(ann))

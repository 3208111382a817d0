"""Links to #comment-ID of a blog that moved in find the comment by the number it had there, and none by another's."""

import re

import pytest
from django.db import connection
from django.test import Client

from comments.models import Comment
from comments.models.old_numbers import HEADROOM, MAX_OLD_NUMBER, reserve_numbers
from comments.status import Via
from tests import factories

pytestmark = pytest.mark.django_db
IDS = re.compile(r'\bid="(comment-\d+)"')


def moved_in(to, number: int, **fields) -> Comment:
    """A comment that had this number on the old blog."""
    comment = factories.comment(to, **fields)
    Comment.objects.filter(pk=comment.pk).update(old_number=number)
    comment.old_number = number
    return comment


def ids_on(address: str) -> list[str]:
    return IDS.findall(Client().get(address).text)


@pytest.fixture
def post(db):
    reserve_numbers(900)
    return factories.post()


def test_a_comment_is_found_by_both_its_numbers(post):
    comment = moved_in(post, 123)
    assert ids_on(post.get_absolute_url()) == [f"comment-{comment.pk}", "comment-123"]
    assert ids_on(f"{post.get_absolute_url()}discussion/") == [f"comment-{comment.pk}", "comment-123"]
    assert ids_on(f"{post.get_absolute_url()}newest/") == [f"comment-{comment.pk}", "comment-123"]


def test_so_is_what_stands_in_the_place_of_a_removed_one(post):
    comment = moved_in(post, 123)
    factories.comment(post, parent=comment)
    factories.remove(comment, via=Via.DESK)
    page = Client().get(post.get_absolute_url()).text
    assert re.search(
        rf'<p class="[^"]*comment--removed"[^>]*id="comment-{comment.pk}"[^>]*><span id="comment-123">', page
    )
    assert "comment-123" in ids_on(f"{post.get_absolute_url()}discussion/")


def test_comments_on_pages_are_found_as_well(post):
    guest_book = factories.guest_book()
    comment = moved_in(guest_book, 7)
    assert ids_on(guest_book.get_absolute_url()) == [f"comment-{comment.pk}", "comment-7"]


def test_a_page_without_comments_that_moved_in_has_nothing_more(post):
    comment = factories.comment(post)
    page = Client().get(post.get_absolute_url())
    assert page.text.count(f'id="comment-{comment.pk}"') == 1
    assert "<span id=" not in page.text
    assert '<a class="comment__time" href=' in page.text


@pytest.mark.counts_bytes
def test_a_number_that_was_kept_costs_its_attribute_alone(post):
    comment = factories.comment(post)
    post.refresh_from_db()
    before = Client().get(post.get_absolute_url(), {"since": "1.1"}).content
    Comment.objects.filter(pk=comment.pk).update(old_number=123)
    after = Client().get(post.get_absolute_url(), {"since": "1.1"}).content
    assert len(after) - len(before) == len(' id="comment-123"')


def test_numbers_drawn_here_are_above_all_that_the_conversation_had_elsewhere(post):
    reserve_numbers(5_000)
    imported = [moved_in(post, number) for number in (4_998, 4_999, 5_000)]
    own = factories.comment(post)
    assert min(comment.pk for comment in [*imported, own]) > 5_000 + HEADROOM
    anchors = ids_on(post.get_absolute_url())
    assert len(anchors) == len(set(anchors)) == 7


def test_reserving_again_skips_nothing_and_goes_never_back(post):
    first = factories.comment(post)
    reserve_numbers(900)
    reserve_numbers(20)
    assert factories.comment(post).pk == first.pk + 1


def test_a_number_that_no_blog_gives_reserves_nothing(post):
    first = factories.comment(post)
    for absurd in (MAX_OLD_NUMBER + 1, 2**62, 0, -5):
        reserve_numbers(absurd)
    assert factories.comment(post).pk == first.pk + 1


def test_a_site_without_any_comment_reserves_them_too():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'comments_comment'")
    reserve_numbers(2_000_000_000)
    assert factories.comment(factories.post()).pk == 2_000_000_001 + HEADROOM


def test_a_comment_from_before_the_import_keeps_its_number_where_both_meet(post):
    own = factories.comment(post)
    moved_in(post, own.pk)
    anchors = ids_on(post.get_absolute_url())
    assert len(anchors) == len(set(anchors)) == 2
    assert f"comment-{own.pk}" in anchors


def test_two_that_had_one_number_on_two_blogs_are_told_apart(post):
    moved_in(post, 5)
    moved_in(post, 5)
    anchors = ids_on(post.get_absolute_url())
    assert anchors.count("comment-5") == 1
    assert len(anchors) == 3


def test_a_comment_on_another_page_is_asked_for_by_the_number_it_had(post):
    comment, other = moved_in(post, 123), factories.post("Another", slug="another")
    elsewhere = moved_in(other, 123)
    where = {"at": f"{post.get_absolute_url()}comment-page-3/"}
    assert Client().get("/comments/123/", where)["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"
    where = {"at": other.get_absolute_url()}
    assert Client().get("/comments/123/", where)["Location"] == f"{other.get_absolute_url()}#comment-{elsewhere.pk}"


def test_no_permalink_of_ours_is_mistaken_for_an_old_number(post):
    own = factories.comment(post)
    moved_in(factories.post("Another", slug="another"), own.pk)
    here = f"{post.get_absolute_url()}#comment-{own.pk}"
    assert Client().get(f"/comments/{own.pk}/")["Location"] == here
    assert Client().get(f"/comments/{own.pk}/", {"at": post.get_absolute_url()})["Location"] == here
    assert Client().get(f"/comments/{own.pk}/", {"at": "/"})["Location"] == here
    assert Client().get("/comments/123/").status_code == 404


def test_a_hidden_comment_is_found_by_no_number(post):
    comment = moved_in(post, 123)
    factories.mark_spam(comment, via=Via.DESK)
    assert Client().get("/comments/123/", {"at": post.get_absolute_url()}).status_code == 404

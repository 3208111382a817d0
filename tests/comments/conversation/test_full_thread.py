"""The whole discussion on one plain page, or in pieces: for paper, and for searching in."""

import re

import pytest
from django.conf import settings

from comments.status import Via
from comments.views import full_thread
from tests import factories
from tests.comments.comment_pages import drawn, long_thread, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def pieces_of_forty(monkeypatch):
    monkeypatch.setattr(full_thread, "COMMENTS_PER_SECTION", 40)


def at(post, number: int = 1) -> str:
    return f"{post.get_absolute_url()}discussion/" + (f"page/{number}/" if number > 1 else "")


def next_piece(response) -> str | None:
    found = re.search(r'<link rel="next" href="([^"]+)">', page(response))
    return found and found[1]


def canonical(response) -> str:
    (address,) = re.findall(r'<link rel="canonical" href="([^"]+)">', page(response))
    return address.removeprefix(settings.SITE_URL)


def test_a_discussion_is_on_one_page_without_forms_and_scripts_of_its_own(visitor, post):
    first = factories.comment(post, body="Bread *and* salt.")
    reply = factories.comment(post, parent=first)
    response = visitor.get(at(post))
    assert drawn(response) == [first.pk, reply.pk]
    shown = page(response)
    assert "Bread <em>and</em> salt." in shown
    assert "<form" not in shown.split("<main", 1)[1].split("</main>")[0]
    assert "reader.js" not in shown
    assert next_piece(response) is None


def test_the_conversation_leads_there_and_it_leads_back(visitor, post):
    factories.comment(post)
    assert f'href="{at(post)}">View as one page</a>' in page(visitor.get(post.get_absolute_url()))
    assert f'href="{post.get_absolute_url()}#comments"' in page(visitor.get(at(post)))


def test_every_comment_is_in_exactly_one_part(visitor, post, pieces_of_forty):
    numbers, where, met = long_thread(post, 130), at(post), []
    while where:
        response = visitor.get(where)
        assert response.status_code == 200
        met += drawn(response)
        where = next_piece(response)
    assert met == numbers
    assert visitor.get(at(post, 5)).status_code == 404


def test_a_chain_of_ten_thousand_replies_fills_twenty_parts(visitor, post, django_assert_max_num_queries):
    numbers = long_thread(post, 10_000, chain=True)
    met = []
    for number in range(1, 21):
        with django_assert_max_num_queries(6):
            met += drawn(visitor.get(at(post, number)))
    assert met == numbers


def test_pieces_say_which_they_are(visitor, post, pieces_of_forty):
    long_thread(post, 90)
    shown = page(visitor.get(at(post, 2)))
    assert "part 2 of 3" in shown
    assert f'<link rel="prev" href="{at(post)}">' in shown
    assert f'<link rel="next" href="{at(post, 3)}">' in shown


def test_the_first_piece_has_one_address(visitor, post):
    factories.comment(post)
    response = visitor.get(f"{at(post)}page/1/")
    assert (response.status_code, response["Location"]) == (301, at(post))


def test_a_thread_of_one_page_is_canonical_at_its_post_and_a_longer_one_here(visitor, post):
    long_thread(post, 100)
    assert canonical(visitor.get(at(post))) == post.get_absolute_url()
    longer = factories.post()
    long_thread_after(longer, 101)
    assert canonical(visitor.get(at(longer))) == at(longer)


def long_thread_after(post, count: int) -> None:
    from comments.models import Comment

    Comment.objects.all().delete()
    long_thread(post, count)


def test_it_is_cached_and_updated_at_once(visitor, post, django_assert_num_queries):
    comment = factories.comment(post, body="Said in haste.")
    factories.comment(post, parent=comment)
    visitor.get(at(post))
    with django_assert_num_queries(1):
        assert "Said in haste." in page(visitor.get(at(post)))
    factories.remove(comment, via=Via.DESK)
    shown = page(visitor.get(at(post)))
    assert "Said in haste." not in shown
    assert "This comment was removed by a moderator." in shown


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "abc", "9999999"])
def test_a_part_past_the_end_is_missing(visitor, post, number):
    factories.comment(post)
    assert visitor.get(f"{at(post)}page/{number}/").status_code == 404


def test_an_empty_discussion_has_no_page_and_neither_has_a_hidden_post(visitor, post):
    assert visitor.get(at(post)).status_code == 404
    assert "View as one page" not in page(visitor.get(post.get_absolute_url()))
    hidden = factories.scheduled()
    factories.comment(hidden)
    assert visitor.get(at(hidden)).status_code == 404


def test_waiting_comments_are_not_in_it(visitor, post):
    factories.comment(post)
    factories.comment(post, status="pending", body="Not yet seen.")
    assert "Not yet seen." not in page(visitor.get(at(post)))

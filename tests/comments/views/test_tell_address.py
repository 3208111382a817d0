"""A script that sends a form in place is told where it would have been led; everybody else is led there."""

import pytest

from tests import factories
from tests.comments.comment_pages import address, send

PREFER = {"Prefer": "return=minimal"}


@pytest.mark.parametrize(("fields", "status"), [({}, 201), ({"body": " "}, 400), ({"act": "preview"}, 200)])
def test_a_stored_comment_is_answered_with_its_address_and_any_other_form_with_the_page(visitor, post, fields, status):
    response = send(visitor, post, headers=PREFER, **fields)
    assert response.status_code == status
    assert response.get("Location", "").startswith("/comments/receipt/") == (status == 201)
    assert (b'id="respond"' in response.content) == (status != 201)


def test_so_are_an_edit_and_a_report(post):
    comment = factories.comment(post, is_verified=True)
    reader = factories.reader_client(factories.reader("bob@example.net"))
    other = factories.comment(post)
    edited = reader.post(f"/comments/{comment.pk}/edit/", {"body": "Words.", "version": "1"}, headers=PREFER)
    reported = reader.post(f"/comments/{other.pk}/report/", {"kind": "spam"}, headers=PREFER)
    assert (edited.status_code, edited["Location"]) == (201, f"{post.get_absolute_url()}#comment-{comment.pk}")
    assert (reported.status_code, reported["Location"]) == (201, f"/comments/reported/?post={post.thread_id}")


def test_without_that_wish_a_browser_is_led_there(visitor, post):
    assert send(visitor, post).status_code == 302
    assert visitor.post(address(post), {}, headers={"Prefer": "respond-async"}).status_code == 400

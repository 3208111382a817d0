"""The commenter's receipt: how his comment stands, for the holder of the link alone."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from comments import tokens
from comments.models import Comment
from comments.moderation import Status, Via
from tests import factories
from tests.comments.reading import page, send

pytestmark = pytest.mark.django_db


def receipt_of(comment: Comment) -> str:
    return f"/comments/receipt/{tokens.make(tokens.RECEIPT, comment.pk)}/"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "It waits for a moderator"),
        (Status.APPROVED, "It has appeared"),
        (Status.REMOVED, "A moderator removed it"),
        (Status.WITHDRAWN, "You withdrew it"),
        (Status.SPAM, "It waits for a moderator"),
    ],
)
def test_a_receipt_says_how_the_comment_stands_and_shows_its_words(visitor, post, status, words):
    comment = factories.comment(post, status=status, body="My *own* words.")
    html = page(visitor.get(receipt_of(comment)))
    assert words in html
    assert "My <em>own</em> words." in html
    assert post.title in html


def test_a_receipt_follows_its_comment(visitor, post):
    where = send(visitor, post)["Location"]
    assert "It waits for a moderator" in page(visitor.get(where))
    comment = Comment.objects.get()
    comment.approve(via=Via.DESK)
    html = page(visitor.get(where))
    assert "It has appeared" in html
    assert f'href="/comments/{comment.pk}/"' in html
    comment.remove(via=Via.DESK)
    assert "A moderator removed it" in page(visitor.get(where))


def test_a_receipt_is_kept_by_nobody_indexed_by_nobody_and_told_to_nobody(visitor, post):
    response = visitor.get(receipt_of(factories.comment(post, status=Status.PENDING)))
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_a_receipt_that_was_tampered_with_opens_nothing(visitor, post):
    good = tokens.make(tokens.RECEIPT, factories.comment(post, status=Status.PENDING).pk)
    for place in range(len(good)):
        bad = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        assert visitor.get(f"/comments/receipt/{bad}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "☃", "a" * 5_000, "1"])
def test_what_is_no_token_opens_nothing(visitor, db, token):
    assert visitor.get(f"/comments/receipt/{token}/").status_code == 404


def test_a_token_for_something_else_opens_no_receipt(visitor, post):
    comment = factories.comment(post)
    assert visitor.get(f"/comments/receipt/{tokens.make(tokens.STAMP, comment.pk)}/").status_code == 404


def test_a_receipt_of_a_comment_that_never_was_opens_nothing(visitor, db):
    assert visitor.get(f"/comments/receipt/{tokens.make(tokens.RECEIPT, 12345)}/").status_code == 404


def test_a_receipt_holds_for_a_year_and_then_no_more(visitor, post, monkeypatch):
    where = receipt_of(factories.comment(post))
    for days, status in ((399, 200), (401, 404)):
        later = timezone.now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", later.timestamp)
            assert visitor.get(where).status_code == status


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_receipt_changes_nothing(visitor, post, method):
    comment = factories.comment(post, status=Status.PENDING)
    assert getattr(visitor, method)(receipt_of(comment)).status_code == 405


def test_a_receipt_costs_a_pinned_number_of_queries(visitor, post, django_assert_num_queries):
    where = receipt_of(factories.comment(post))
    with django_assert_num_queries(2):
        visitor.get(where)

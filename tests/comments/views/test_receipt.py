"""The receipt of a comment: its status, for the holder of the link alone."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from comments.models import Comment, Message
from comments.status import Status, Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import Elements, dangers, page, send

pytestmark = pytest.mark.django_db


def receipt_of(comment: Comment) -> str:
    return f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, comment.pk)}/"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.PENDING, "Waiting for a moderator"),
        (Status.APPROVED, "Your comment is published"),
        (Status.REMOVED, "A moderator removed your comment"),
        (Status.WITHDRAWN, "You withdrew your comment"),
        (Status.SPAM, "Waiting for a moderator"),
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
    assert "Waiting for a moderator" in page(visitor.get(where))
    comment = Comment.objects.get()
    factories.approve(comment, via=Via.DESK)
    html = page(visitor.get(where))
    assert "Your comment is published" in html
    assert f'href="/comments/{comment.pk}/"' in html
    factories.remove(comment, via=Via.DESK)
    assert "A moderator removed your comment" in page(visitor.get(where))


def test_a_receipt_is_not_cached_not_indexed_and_sends_no_referrer(visitor, post):
    response = visitor.get(receipt_of(factories.comment(post, status=Status.PENDING)))
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_a_receipt_that_was_tampered_with_opens_nothing(visitor, post):
    good = tokens.make_token(tokens.RECEIPT, factories.comment(post, status=Status.PENDING).pk)
    for place in range(len(good)):
        bad = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        assert visitor.get(f"/comments/receipt/{bad}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "☃", "a" * 5_000, "1"])
def test_an_invalid_token_opens_nothing(visitor, db, token):
    assert visitor.get(f"/comments/receipt/{token}/").status_code == 404


def test_a_token_for_something_else_opens_no_receipt(visitor, post):
    comment = factories.comment(post)
    assert visitor.get(f"/comments/receipt/{tokens.make_token(tokens.FORM_TIME, comment.pk)}/").status_code == 404


def test_a_receipt_of_an_unknown_comment_opens_nothing(visitor, db):
    assert visitor.get(f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, 12345)}/").status_code == 404


def test_a_receipt_works_for_a_year(visitor, post, monkeypatch):
    where = receipt_of(factories.comment(post))
    for days, status in ((399, 200), (401, 404)):
        later = timezone.now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", later.timestamp)
            response = visitor.get(where)
        assert response.status_code == status
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_looking_at_a_receipt_changes_nothing(visitor, post, method):
    comment = factories.comment(post, status=Status.PENDING)
    for _ in range(20):
        assert getattr(visitor, method)(receipt_of(comment)).status_code in {200, 405}
    assert comment.decisions.count() == 1


@pytest.mark.parametrize("act", [None, "", "approve", "\0", "withdraw "])
def test_a_value_that_no_button_sends_is_refused(visitor, post, act):
    comment = factories.comment(post, status=Status.PENDING)
    response = visitor.post(receipt_of(comment), {} if act is None else {"act": act})
    assert response.status_code == 400
    assert comment.decisions.count() == 1


def test_nothing_in_the_words_becomes_a_link_or_runs(visitor, post):
    hostile = "https://casino.example [win](https://casino.example) <script>alert(1)</script>"
    comment = factories.comment(
        post, status=Status.PENDING, name="<b>Bob</b>", body=hostile, website="http://a.example"
    )
    html = page(visitor.get(receipt_of(comment)))
    assert not [attributes for _tag, attributes in Elements(html).found if "example" in attributes.get("href", "")]
    assert dangers(html) == []


def test_a_removed_comments_receipt_gives_the_reason(visitor, post):
    comment = factories.comment(post, status=Status.PENDING)
    factories.remove(comment, via=Via.DESK, reason="It attacks <a person>.", note="He does it always.")
    html = page(visitor.get(receipt_of(comment)))
    assert "It attacks &lt;a person&gt;." in html
    assert "He does it always." not in html


def test_an_erased_comment_says_that_it_is_gone(visitor, post):
    comment = factories.comment(post, status=Status.REMOVED)
    Comment.objects.update(name="", body="", html="", email="", reader=None)
    assert "Your comment has been deleted" in page(visitor.get(receipt_of(comment)))


# Withdrawing


def test_its_writer_withdraws_it_while_it_waits(visitor, post):
    comment = factories.comment(post, status=Status.PENDING)
    response = visitor.post(receipt_of(comment), {"act": "withdraw"})
    assert response.status_code == 303
    assert "You withdrew your comment" in page(visitor.get(response["Location"]))
    decision = comment.decisions.first()
    assert (decision.to_status, decision.via, decision.by) == (Status.WITHDRAWN, Via.READER, None)


def test_withdrawn_twice_is_withdrawn_once(visitor, post):
    comment = factories.comment(post, status=Status.PENDING)
    for _ in range(2):
        assert visitor.post(receipt_of(comment), {"act": "withdraw"}).status_code == 303
    assert comment.decisions.count() == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.APPROVED, "Your comment is published"), (Status.REMOVED, "A moderator removed your comment")],
)
def test_a_decision_made_meanwhile_is_reported_politely_and_stays(visitor, post, status, words):
    comment = factories.comment(post, status=status)
    assert 'value="withdraw"' not in page(visitor.get(receipt_of(comment)))
    response = visitor.post(receipt_of(comment), {"act": "withdraw"})
    assert response.status_code == 409
    assert words in page(response)
    assert "A moderator has already decided" in page(response)
    assert comment.decisions.count() == 1


def test_a_spammer_sees_no_difference(visitor, post):
    spam, waiting = (
        factories.comment(
            post, status=status, body="Win.", email=f"bob-{status}@example.net", created_at=factories.NOON
        )
        for status in (Status.SPAM, Status.PENDING)
    )

    def pages() -> list[str]:
        """Without the return link, whose token has the second in which it was made, and the number of the comment."""
        return [
            page(visitor.get(receipt)).replace(receipt, "").replace(f"#comment-{pk}", "")
            for pk, receipt in [(comment.pk, receipt_of(comment)) for comment in (spam, waiting)]
        ]

    assert pages()[0] == pages()[1]
    for act in ("news", "withdraw", "withdraw"):
        for comment in (spam, waiting):
            assert visitor.post(receipt_of(comment), {"act": act}).status_code == 303
        assert pages()[0] == pages()[1]


def test_withdrawn_text_may_be_submitted_again(visitor, post):
    send(visitor, post)
    first = Comment.objects.get()
    visitor.post(receipt_of(first), {"act": "withdraw"})
    assert send(visitor, post).status_code == 302
    assert sorted(Comment.objects.values_list("status", flat=True)) == ["pending", "withdrawn"]


# Email about it


def test_the_receipt_offers_an_email_on_the_decision(visitor, post):
    comment = factories.comment(post, status=Status.PENDING, is_verified=True)
    comment.reader.verify()
    assert "Email me when it is published" in page(visitor.get(receipt_of(comment)))
    visitor.post(receipt_of(comment), {"act": "news"})
    assert Comment.objects.get().wants_outcome_email
    html = page(visitor.get(receipt_of(comment)))
    assert "We will email you when" in html
    assert "Email me when it is published" not in html


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_the_receipt_offers_email_on_replies(visitor, post, status):
    comment = factories.comment(post, status=status, is_verified=True)
    comment.reader.verify()
    assert "Email me about replies" in page(visitor.get(receipt_of(comment)))
    assert visitor.post(receipt_of(comment), {"act": "replies"}).status_code == 303
    assert Comment.objects.get().wants_reply_emails
    assert "We will email you about replies." in page(visitor.get(receipt_of(comment)))
    assert comment.reader.subscriptions.exists() == (status == Status.APPROVED)


@pytest.mark.parametrize("status", [Status.REMOVED, Status.WITHDRAWN])
def test_a_hidden_comment_gets_no_replies_so_no_email_is_offered(visitor, post, status):
    comment = factories.comment(post, status=status)
    assert "replies" not in page(visitor.get(receipt_of(comment)))
    visitor.post(receipt_of(comment), {"act": "replies"})
    assert not Comment.objects.get().wants_reply_emails


def test_without_an_address_there_is_no_email_to_ask_for(visitor, post):
    comment = factories.comment(post, status=Status.PENDING, email="")
    html = page(visitor.get(receipt_of(comment)))
    assert "by mail" not in html
    assert "Prove" not in html
    for act in ("news", "replies", "prove"):
        assert visitor.post(receipt_of(comment), {"act": act}).status_code == 303
    assert not Comment.objects.get().wants_outcome_email
    assert not Message.objects.exists()


def test_a_receipt_costs_a_pinned_number_of_queries(visitor, post, django_assert_num_queries):
    where = receipt_of(factories.comment(post))
    with django_assert_num_queries(4):  # what was sent about it, with the clock and the standing pages in the masthead
        visitor.get(where)


def test_a_typed_address_verified_earlier_can_still_be_verified(visitor, post):
    owner = factories.comment(post, status=Status.PENDING).reader
    owner.verify()
    later = factories.comment(post, status=Status.PENDING, created_at=timezone.now() + timedelta(minutes=1))
    assert later.reader == owner
    assert "Confirm my email address" in page(visitor.get(receipt_of(later)))
    assert visitor.post(receipt_of(later), {"act": "prove"}).status_code == 303
    assert Message.objects.get(key__startswith="proof-").to == "bob@example.net"

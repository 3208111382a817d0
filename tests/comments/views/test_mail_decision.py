"""Decisions by the link in an email: opening it changes nothing; a button decides once, for its recipient."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.lifecycle import edits
from comments.mail import notifications
from comments.models import Comment, Decision, Finding, Message, Reason
from comments.status import Status, Via
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import Elements, dangers, page

QUEUE = "/admin/comments/comment/queue/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def mona():
    """The moderator."""
    return factories.user("mona", group="Moderator")


@pytest.fixture
def comment(post):
    return factories.comment(post, status=Status.PENDING, name="Bob", body="Salt *first*.")


@pytest.fixture
def link(mona, comment):
    """The link in Mona's email about the comment."""
    return link_for(mona, comment)


def link_for(user, comment: Comment) -> str:
    last = comment.decisions.first()
    return f"/moderate/{tokens.make_token(tokens.DECIDE, comment.pk, comment.version, user.pk, last.pk)}/"


def stand(comment: Comment) -> tuple[str, int]:
    """Its state, and how many decisions led to it."""
    return Comment.objects.get(pk=comment.pk).status, comment.decisions.count()


UNTOUCHED = (Status.PENDING, 1)


def test_the_link_in_the_email_leads_to_the_page(visitor, mona, comment):
    notifications.notify_of_decisions()
    address = re.search(r"http\S+(/moderate/\S+)", Message.objects.get().text)[1]
    html = page(visitor.get(address))
    assert "A comment is waiting" in html
    assert "Salt <em>first</em>." in html
    buttons = [attributes for tag, attributes in Elements(html.split("</main>")[0]).found if tag == "button"]
    assert [button["value"] for button in buttons if button.get("value")] == ["approve", "spam", "remove"]


def test_the_page_shows_the_context_and_why_it_waits(visitor, mona, post):
    parent = factories.comment(post, name="Çelik", body="Tea or coffee?")
    comment = factories.comment(post, status=Status.PENDING, parent=parent, score=0.42)
    Finding.objects.create(comment=comment, kind="links", words="4")
    html = page(visitor.get(link_for(mona, comment)))
    assert post.title in html
    assert "Tea or coffee?" in html
    assert "4 links" in html
    assert "42%" in html


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_twenty_times_changes_nothing(visitor, comment, link, method):
    for _ in range(20):
        assert getattr(visitor, method)(link).status_code in {200, 405}
    assert stand(comment) == UNTOUCHED


@pytest.mark.parametrize(
    ("verb", "status"), [("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED)]
)
def test_a_button_decides_and_the_log_says_who_and_how(visitor, mona, comment, link, verb, status):
    response = visitor.post(link, {"decision": verb})
    assert (response.status_code, response["Location"]) == (303, link)
    decision = comment.decisions.first()
    assert (decision.to_status, decision.by, decision.via) == (status, mona, Via.MAIL)
    assert stand(comment) == (status, 2)
    html = page(visitor.get(link))
    assert "This comment has already been decided" in html
    assert "<bdi>you</bdi>" in html


def test_a_reason_from_the_list_goes_with_a_removal_only(visitor, comment, link, mona):
    reason = Reason.objects.first()
    visitor.post(link, {"decision": "remove", "reason": str(reason.pk)})
    comment.refresh_from_db()
    assert comment.removal_reason == comment.decisions.first().reason == reason.words
    other = factories.comment(comment.post, status=Status.PENDING)
    visitor.post(link_for(mona, other), {"decision": "spam", "reason": str(reason.pk)})
    assert other.decisions.first().reason == ""


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": ""},
        {"decision": "hold"},
        {"decision": "approve:1"},
        {"decision": "\0"},
        {"decision": "remove", "reason": "999999"},
        {"decision": "remove", "reason": "9" * 40},
        {"decision": "remove", "reason": "I say so"},
        {"decision": "remove", "reason": "\0"},
    ],
)
def test_a_value_that_no_button_sends_is_refused_and_changes_nothing(visitor, comment, link, fields):
    response = visitor.post(link, fields)
    assert response.status_code == 400
    assert 'role="alert"' in page(response)
    assert stand(comment) == UNTOUCHED


def test_fields_that_the_form_does_not_have_are_ignored(visitor, mona, comment, link):
    visitor.post(link, {"decision": "approve", "by": "1", "status": "spam", "version": "9", "comment": "1"})
    assert comment.decisions.first().by == mona
    assert stand(comment) == (Status.APPROVED, 2)


def test_sent_again_it_decides_nothing_more(visitor, comment, link):
    assert visitor.post(link, {"decision": "approve"}).status_code == 303
    response = visitor.post(link, {"decision": "spam"})
    assert response.status_code == 409
    assert "somebody else decided first" in page(response)
    assert QUEUE in page(response)
    assert stand(comment) == (Status.APPROVED, 2)


def test_the_second_moderator_sees_who_decided_what(visitor, comment, link):
    edita = factories.user("edita", group="Editor")
    hers = link_for(edita, comment)
    visitor.post(link, {"decision": "remove", "reason": str(Reason.objects.first().pk)})
    for response, status in ((visitor.get(hers), 200), (visitor.post(hers, {"decision": "approve"}), 409)):
        assert response.status_code == status
        assert "It is now removed: decided by <bdi>mona</bdi>" in page(response)
        assert Reason.objects.first().words in page(response)
    assert stand(comment) == (Status.REMOVED, 2)


def test_a_link_decides_no_words_that_came_after_it(visitor, comment, link):
    edits.edit(comment, "Buy pills.", by=None)
    response = visitor.get(link)
    assert "This comment has been edited since" in page(response)
    assert QUEUE in page(response)
    assert visitor.post(link, {"decision": "approve"}).status_code == 409
    assert stand(comment) == UNTOUCHED


def test_a_link_decides_nothing_that_was_decided_and_put_back_since(visitor, mona, comment, link):
    visitor.post(link, {"decision": "approve"})
    factories.hold(comment, via=Via.DESK)
    assert "This comment is waiting again" in page(visitor.get(link))
    assert visitor.post(link, {"decision": "approve"}).status_code == 409
    assert stand(comment) == (Status.PENDING, 3)
    assert visitor.post(link_for(mona, comment), {"decision": "spam"}).status_code == 303


def test_no_character_of_a_token_can_be_changed(visitor, comment, link):
    token = link.split("/")[2]
    for place, letter in enumerate(token):
        bad = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert visitor.get(f"/moderate/{bad}/").status_code == 404
        assert visitor.post(f"/moderate/{bad}/", {"decision": "approve"}).status_code == 404
    assert stand(comment) == UNTOUCHED


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "☃", "a" * 5_000, "1"])
def test_an_invalid_token_opens_nothing(visitor, db, token):
    response = visitor.get(f"/moderate/{token}/")
    assert response.status_code == 404
    assert "/admin/comments/comment/queue/" in response.content.decode() or "/" in token


@pytest.mark.parametrize("purpose", [tokens.RECEIPT, tokens.FORM_TIME, tokens.VERIFY, tokens.SESSION])
def test_a_token_for_another_purpose_decides_nothing(visitor, mona, comment, purpose):
    token = tokens.make_token(purpose, comment.pk, comment.version, mona.pk, comment.decisions.first().pk)
    assert visitor.post(f"/moderate/{token}/", {"decision": "approve"}).status_code == 404
    assert stand(comment) == UNTOUCHED


@pytest.mark.parametrize("bound", [(1,), (1, 1), (1, 1, 1, 1, 1), (12345, 1, 1, 1)])
def test_a_token_bound_to_something_else_decides_nothing(visitor, comment, bound):
    assert visitor.get(f"/moderate/{tokens.make_token(tokens.DECIDE, *bound)}/").status_code == 404


def test_a_link_decides_for_two_weeks_and_then_leads_to_the_queue(visitor, comment, link, monkeypatch):
    for days, status in ((13, 200), (15, 410)):
        later = timezone.now() + timedelta(days=days)
        with monkeypatch.context() as patch:
            patch.setattr(signing.time, "time", later.timestamp)
            response = visitor.get(link)
            assert response.status_code == status
            assert QUEUE in page(response)
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", later.timestamp)
        assert visitor.post(link, {"decision": "approve"}).status_code == 410
    assert stand(comment) == UNTOUCHED


def test_an_earlier_key_still_decides_while_it_is_listed(visitor, comment, link, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key that is just as long as it has to be"
    assert visitor.post(link, {"decision": "approve"}).status_code == 404
    assert stand(comment) == UNTOUCHED
    settings.SECRET_KEY_FALLBACKS = [old]
    assert visitor.post(link, {"decision": "approve"}).status_code == 303


@pytest.mark.parametrize("change", ["is_active", "groups"])
def test_former_moderators_decide_nothing(visitor, mona, comment, link, change):
    if change == "groups":
        mona.groups.clear()
    else:
        setattr(mona, change, False)
        mona.save()
    for response in (visitor.get(link), visitor.post(link, {"decision": "approve"})):
        assert response.status_code == 403
        assert "Salt" not in page(response)
    assert stand(comment) == UNTOUCHED


def test_the_moderator_of_the_link_decides_for_any_signed_in_account(comment, link, mona):
    client = Client()
    client.force_login(factories.user("edita", group="Editor"))
    client.post(link, {"decision": "approve"})
    assert comment.decisions.first().by == mona


def test_nobody_is_signed_in_by_a_link(visitor, comment, link):
    visitor.get(link)
    response = visitor.post(link, {"decision": "approve"})
    assert not response.cookies
    assert visitor.get(QUEUE).status_code == 302


def test_the_page_is_not_cached_not_indexed_and_sends_no_referrer_either(visitor, comment, link, monkeypatch):
    answers = [visitor.get(link), visitor.post(link, {"decision": "x"}), visitor.post(link, {"decision": "spam"})]
    answers.append(visitor.get("/moderate/x/"))
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", (timezone.now() + timedelta(days=15)).timestamp)
        answers.append(visitor.get(link))
    factories.User.objects.filter(username="mona").update(is_active=False)
    answers.append(visitor.get(link))
    assert [response.status_code for response in answers] == [200, 400, 303, 404, 410, 403]
    for response in answers:
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"


def test_the_page_costs_a_pinned_number_of_queries(visitor, comment, link, django_assert_num_queries):
    with django_assert_num_queries(9):
        visitor.get(link)


def test_a_strangers_text_is_inert_on_the_page(visitor, mona, post):
    hostile = '"><svg/onload=alert(1)>'
    comment = factories.comment(post, status=Status.PENDING, name=hostile, body=f"{hostile} [x](javascript:alert(1))")
    assert dangers(page(visitor.get(link_for(mona, comment)))) == []


@pytest.mark.django_db(transaction=True)
def test_of_ten_sent_at_one_moment_one_decides(comment, link):
    start, answers = threading.Barrier(10), []

    def send(verb: str) -> None:
        start.wait()
        answers.append(Client().post(link, {"decision": verb}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[("approve", "spam")[number % 2]]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [409] * 9
    assert Decision.objects.filter(via=Via.MAIL).count() == 1

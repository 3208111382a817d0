"""Every refusal answers with its own status, says what is wrong, and gives back all that was typed."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.utils import timezone

from blog.markup.renderer import READER_LIMIT
from blog.models import Post
from comments.models import Comment
from comments.status import Status
from comments.submission import rate_limits
from comments.views.submit_comment import submit_comment
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import address, complaints, form_on, page, send

pytestmark = pytest.mark.django_db

TYPED = {
    "name": 'Bob <b>& "sons"',
    "email": "bob@example.net",
    "website": "https://bob.example.net/?a=1&b=2",
    "body": "  Two\n\nparagraphs & <i>signs</i> \"kept\" as 'typed' — чой, 茶, 🏔\n\t</textarea>&amp;",
}
FIELDS = ("name", "email", "website", "body")


def assert_refused(response, status: int, **typed: str) -> None:
    """The answer has this status, may be kept by nobody, stores nothing and holds every field as typed."""
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    form = form_on(response)
    assert {name: form[name] for name in FIELDS} == {**TYPED, **typed}
    assert "Not posted yet" in page(response)


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"name": ""}, 400, "Name: This field is required"),
        ({"name": "   "}, 400, "Name: This field is required"),
        ({"email": ""}, 400, "Email: This field is required"),
        ({"body": ""}, 400, "Comment: This field is required"),
        ({"body": " \n\t "}, 400, "Comment: Write a comment first"),
        ({"email": "bob"}, 400, "Email: Enter a valid email"),
        ({"email": "bob@example.net\nBcc: all@example.net"}, 400, "Email: Enter a valid email"),
        ({"email": "a@example.net,b@example.net"}, 400, "Email: Enter a valid email"),
        ({"website": "javascript:alert(1)"}, 400, "Website:"),
        ({"website": "data:text/html,hello"}, 400, "Website:"),
        ({"website": "ftp://example.net/"}, 400, "Website: Enter an address that begins with http"),
        ({"website": "https://example.net/'onmouseover='1"}, 400, "Website: Enter an address"),
        ({"website": 'https://example.net/"><script>'}, 400, "Website: Enter an address"),
        ({"website": "https://example.net/\u202egnp.exe"}, 400, "Website: Enter an address"),
        ({"website": "not an address"}, 400, "Website:"),
        ({"name": "B" * 81}, 413, "Name: 81 characters; the limit is 80"),
        ({"website": "https://example.net/" + "a" * 181}, 413, "Website: 201 characters; the limit is 200"),
        ({"website": "https://example.net/" + "a" * 3_000}, 413, "Website: 3020 characters"),
        ({"email": "b" * 60 + "@" + "example." * 25 + "net"}, 413, "Email: 264 characters; the limit is 254"),
        ({"body": "x" * (READER_LIMIT + 1)}, 413, "Comment: 10001 characters; the limit is 10000"),
        ({"body": "x" * 70_000}, 413, "Comment: 70000 characters; the limit is 10000"),
        ({"stamp": "tampered"}, 400, "This page was open for more than a day"),
        ({"parent": "123456"}, 409, "The comment you are replying to is no longer there"),
    ],
)
def test_errors_are_shown_and_typed_text_is_kept(visitor, post, wrong, status, words):
    response = send(visitor, post, **{**TYPED, **wrong})
    assert_refused(response, status, **{name: value for name, value in wrong.items() if name in FIELDS})
    assert words in complaints(response)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("name", ["name", "email", "body"])
def test_a_missing_field_is_asked_for(visitor, post, name):
    assert_refused(send(visitor, post, **{**TYPED, name: None}), 400, **{name: ""})


def test_everything_wrong_is_said_at_once(visitor, post):
    response = send(visitor, post, name="", email="bob", website="javascript:1", body="")
    for label in ("Name:", "Email:", "Website:", "Comment:"):
        assert label in complaints(response)


def test_a_refused_comment_is_accepted_once_it_is_corrected(visitor, post):
    form = form_on(send(visitor, post, **{**TYPED, "email": "bob"}))
    assert send(visitor, post, **{**form, "email": "bob@example.net"}).status_code == 302
    assert Comment.objects.get().body == TYPED["body"]


# A conversation that is over


@pytest.mark.parametrize(
    "closing", [{"conversation": Post.ConversationStatus.CLOSED}, {"closes_at": timezone.now() - timedelta(seconds=1)}]
)
def test_a_closed_conversation_takes_nothing_and_gives_the_text_back(visitor, closing):
    response = send(visitor, factories.post(**closing), **TYPED)
    assert_refused(response, 403)
    assert "This conversation is closed" in complaints(response)
    assert not Comment.objects.exists()


def test_a_conversation_that_closes_tomorrow_is_open(visitor):
    post = factories.post(closes_at=timezone.now() + timedelta(days=1))
    assert send(visitor, post).status_code == 302


def test_a_closed_conversation_shows_no_form(visitor):
    post = factories.post(conversation=Post.ConversationStatus.CLOSED)
    comment = factories.comment(post)
    for query in ("", f"?reply={comment.pk}"):
        assert 'class="respond"' not in page(visitor.get(post.get_absolute_url() + query))


# A parent that cannot be answered


def parents(post: Post) -> dict[str, str]:
    """What `parent` may wrongly say, by what is wrong with it."""
    gone = {status: str(factories.comment(post, status=status).pk) for status in Status if status != Status.APPROVED}
    tombstone = factories.comment(post)
    factories.comment(post, parent=tombstone)
    factories.remove(tombstone, via="desk")
    return gone | {
        "tombstone": str(tombstone.pk),
        "other post": str(factories.comment(factories.post()).pk),
        "huge": "9" * 40,
        "as large as can be": str(2**63 - 1),
        "below zero": "-1",
        "zero": "0",
        "word": "abc",
        "not a whole number": "1.5",
        "digits of another script": "١٢",
        "injection": "1 OR 1=1",
        "nul": "1\0",
    }


KINDS = [
    *(status for status in Status if status != Status.APPROVED), "tombstone", "other post", "huge",
    "as large as can be", "below zero", "zero", "word", "not a whole number", "digits of another script",
    "injection", "nul",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_parent_that_readers_do_not_see_is_refused(visitor, post, kind):
    wrong, before = parents(post), Comment.objects.count()
    assert set(wrong) == set(KINDS)
    response = send(visitor, post, **TYPED, parent=wrong[kind])
    assert_refused(response, 409)
    assert "The comment you are replying to is no longer there" in complaints(response)
    assert form_on(response)["parent"] == ""
    assert Comment.objects.count() == before


def test_a_reply_whose_parent_is_gone_becomes_a_new_thread_when_it_is_sent_again(visitor, post):
    parent = factories.comment(post)
    form = form_on(visitor.get(f"{post.get_absolute_url()}?reply={parent.pk}"))
    factories.remove(parent, via="desk")
    again = form_on(send(visitor, post, **{**form, **TYPED}))
    assert send(visitor, post, **again).status_code == 302
    assert Comment.objects.latest("id").parent is None


# Too fast


def test_too_many_at_once_are_refused_with_the_time_to_wait(visitor, post):
    count, span = rate_limits.COMMENTS_PER_HOME[0]
    for _ in range(count):
        factories.comment(post, address="127.0.0.1")
    response = send(visitor, post, **TYPED)
    assert_refused(response, 429)
    assert "You are posting too quickly. Try again in 1 minute." in complaints(response)
    assert 0 < int(response["Retry-After"]) <= span.total_seconds() + 1


# The signed time of a form made for one reader


def test_a_form_time_of_today_is_accepted(visitor, post):
    stamp = form_on(send(visitor, post, body=""))["stamp"]
    assert stamp
    assert send(visitor, post, stamp=stamp).status_code == 302


def old_stamp(post: Post, monkeypatch) -> str:
    with monkeypatch.context() as patch:
        past = timezone.now() - tokens.FORM_TIME_AGE - timedelta(minutes=1)
        patch.setattr(signing.time, "time", past.timestamp)
        return tokens.make_token(tokens.FORM_TIME, post.pk)


def wrong_stamps(post: Post, monkeypatch) -> dict[str, str]:
    good = tokens.make_token(tokens.FORM_TIME, post.pk)
    return {
        "expired": old_stamp(post, monkeypatch),
        "tampered": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "of another post": tokens.make_token(tokens.FORM_TIME, factories.post().pk),
        "for another purpose": tokens.make_token(tokens.RECEIPT, post.pk),
        "garbage": "\u2603:::",
        "nul": "a\0b",
    }


@pytest.mark.parametrize("kind", ["expired", "tampered", "of another post", "for another purpose", "garbage", "nul"])
def test_an_invalid_form_time_is_refused_and_replaced(visitor, post, kind, monkeypatch):
    response = send(visitor, post, **TYPED, stamp=wrong_stamps(post, monkeypatch)[kind])
    assert_refused(response, 400)
    assert not Comment.objects.exists()
    assert send(visitor, post, **form_on(response)).status_code == 302


def test_an_expired_form_says_so(visitor, post, monkeypatch):
    response = send(visitor, post, **TYPED, stamp=old_stamp(post, monkeypatch))
    assert "This page was open for more than a day" in complaints(response)


# From elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:8443"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(visitor, post, headers):
    response = send(visitor, post, **TYPED, headers=headers)
    assert_refused(response, 403)
    assert "sent from another site" in complaints(response)
    assert not Comment.objects.exists()


def test_another_site_cannot_post_for_a_signed_in_reader(post):
    client = Client()
    client.force_login(factories.user("mona", group="Moderator"))
    response = send(client, post, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Comment.objects.exists()


def test_another_site_gets_no_preview_either(visitor, post):
    response = send(visitor, post, **TYPED, act="preview", headers={"Sec-Fetch-Site": "cross-site"})
    assert_refused(response, 403)
    assert 'class="preview"' not in page(response)


# Posts that readers do not see, and ways that are none


def test_a_draft_a_scheduled_and_a_missing_post_answer_alike(visitor, post):
    scheduled = factories.scheduled()
    draft = factories.draft(slug="draft", published_at=post.published_at)
    taken_back = factories.post(slug="taken-back")
    taken_back.status = Post.Status.DRAFT
    taken_back.save()
    missing = f"/2026/03/20/{'missing'}/comments/"
    answers = [
        visitor.post(where, factories.comment_form())
        for where in (address(scheduled), address(taken_back), f"/2026/03/20/{draft.slug}/comments/", missing)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not Comment.objects.exists()


@pytest.mark.parametrize("day", ["2026/02/31", "0000/00/00", "2026/13/01"])
def test_an_impossible_date_is_missing_too(visitor, db, day):
    assert visitor.post(f"/{day}/slug/comments/", factories.comment_form()).status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_only_a_post_request_submits(visitor, post, method):
    response = getattr(visitor, method)(address(post))
    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_a_request_of_more_than_two_megabytes_is_refused_without_being_read(visitor, post):
    response = send(visitor, post, body="x" * (2 * 1024 * 1024 + 1))
    assert response.status_code in {400, 413}
    assert not Comment.objects.exists()


@pytest.mark.parametrize("nothing", ["\u200b\u200b", " \u2003\u2060", "\u00ad"])
def test_text_and_a_name_that_nobody_could_see_are_asked_for(visitor, post, nothing):
    assert send(visitor, post, body=nothing).status_code == 400
    assert send(visitor, post, name=nothing).status_code == 400
    assert not Comment.objects.exists()


def test_a_form_that_was_cut_on_its_way_is_not_taken_for_a_whole_one(post):
    sent = urlencode(factories.comment_form()).encode()
    form = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded", "SERVER_NAME": "x"}
    request = WSGIRequest({**form, "SERVER_PORT": "80", "CONTENT_LENGTH": len(sent) + 1, "wsgi.input": BytesIO(sent)})
    with pytest.raises(BadRequest):
        submit_comment(request, year="2026", month="03", day="20", slug=post.slug)
    assert not Comment.objects.exists()


def test_a_website_with_a_password_in_it_is_refused(visitor, post):
    assert send(visitor, post, website="https://user:word@example.org/").status_code == 400
    assert send(visitor, post, website="https://example.org/@user").status_code == 302

"""What is sent: signed, without private data, and with nothing that a chat takes for a mention or markup."""

import base64
import hashlib
import hmac
import json
import uuid

import pytest

from comments.lifecycle.reports import file_report
from comments.models import Comment, Finding, WebhookNotice
from comments.models.webhook import Event
from comments.status import Status
from comments.webhooks.contents import MAX_TEXT
from comments.webhooks.requests import build_request, sign, suggest_secret
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "<!channel> @everyone [free](https://evil.example) `x` <https://evil.example|tea> & <@U1>"


def request(comment: Comment | None = None, event=Event.WAITING, **webhook):
    """The request of a notice about this comment."""
    hook = factories.webhook(**webhook)
    notice = WebhookNotice.objects.create(webhook=hook, event=event, key=str(uuid.uuid4()), comment=comment)
    return notice, build_request(notice, at=1_700_000_000)


@pytest.fixture
def comment(post):
    comment = factories.comment(
        post, status=Status.PENDING, name="Ann <!here>", email="ann@example.net", body=f"{HOSTILE}\n\nSecond line."
    )
    Finding.objects.create(comment=comment, kind="links", words="4")
    return comment


def test_json_says_what_happened_where_and_why(comment):
    notice, sent = request(comment)
    said = json.loads(sent.content)
    assert (said["id"], said["event"], said["comment"]["id"]) == (str(notice.uid), "comment.waiting", comment.pk)
    assert said["queue_url"].endswith(f"/admin/comments/comment/queue/?at={comment.pk}")
    assert said["post"]["title"] == comment.post.title
    assert len(said["comment"]["why"]) == 1


@pytest.mark.parametrize("form", ["json", "slack", "matrix", "ntfy"])
def test_no_address_and_no_text_is_sent_unless_the_owner_wants_the_text(comment, form):
    Comment.objects.filter(pk=comment.pk).update(address="192.0.2.77", network="192.0.2.0/24")
    comment.refresh_from_db()
    for has_text in (False, True):
        sent = request(comment, form=form, has_text=has_text)[1].content.decode()
        assert "ann@example.net" not in sent
        assert "192.0.2" not in sent
        assert ("Second line." in sent) is has_text


def test_a_long_comment_is_cut(post):
    long = factories.comment(post, status=Status.PENDING, body="ў" * 5_000)
    for form in ("json", "ntfy"):
        sent = request(long, form=form, has_text=True)[1].content.decode()
        assert "ў" * (MAX_TEXT - 1) in sent
        assert "ў" * (MAX_TEXT + 1) not in sent


def test_an_erased_comment_says_nothing_any_more(comment):
    Comment.objects.filter(pk=comment.pk).update(name="", body="", html="")
    comment.refresh_from_db()
    sent = request(comment, has_text=True)[1].content.decode()
    assert "Ann" not in sent
    assert "Second line" not in sent


# Who sends it


def test_the_signature_is_over_id_time_and_body_as_standard_webhooks_has_it(comment):
    key = b"secret of ours"
    notice, sent = request(comment)
    signed = f"{notice.uid}.1700000000.".encode() + sent.content
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert sent.headers["webhook-signature"] == f"v1,{expected}"
    assert sent.headers["webhook-timestamp"] == "1700000000"
    assert sent.headers["webhook-id"] == str(notice.uid)
    assert "Authorization" not in sent.headers
    assert sign("secret of ours", str(notice.uid), 1_700_000_000, sent.content) == sent.headers["webhook-signature"]


def test_another_body_time_or_secret_has_another_signature():
    one = sign("a", "id", 1, b"x")
    assert len({one, sign("b", "id", 1, b"x"), sign("a", "ie", 1, b"x"), sign("a", "id", 2, b"x")}) == 4
    assert sign("a", "id", 1, b"y") != one
    assert sign("whsec_no base64", "id", 1, b"x")  # taken as it is


def test_a_suggested_secret_is_new_each_time_and_is_one_of_standard_webhooks():
    first, second = suggest_secret(), suggest_secret()
    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32


@pytest.mark.parametrize("form", ["matrix", "ntfy"])
def test_matrix_and_ntfy_take_the_secret_as_a_token(comment, form):
    sent = request(comment, form=form, secret="syt_token")[1]
    assert sent.headers["Authorization"] == "Bearer syt_token"
    assert "webhook-signature" not in sent.headers


def test_without_a_secret_nothing_is_proved(comment):
    sent = request(comment, form="ntfy", secret="")[1]
    assert not {"Authorization", "webhook-signature"} & {*sent.headers}


# Chats


def test_slack_gets_no_mention_no_link_and_no_preview(comment):
    said = json.loads(request(comment, form="slack", has_text=True)[1].content)
    text = said["text"].rpartition("\n")[0]
    assert "&lt;!channel&gt;" in text
    assert not {"<", ">", "@e", "@U", "](", "`"} & {text[at : at + size] for at in range(len(text)) for size in (1, 2)}
    assert (said["mrkdwn"], said["unfurl_links"], said["unfurl_media"]) == (False, False, False)


def test_matrix_gets_plain_text_that_calls_nobody_under_an_id_of_its_own(comment):
    notice, sent = request(comment, form="matrix", address="https://m.example/send/m.room.message/", has_text=True)
    said = json.loads(sent.content)
    assert (sent.method, sent.url) == ("PUT", f"https://m.example/send/m.room.message/{notice.uid}")
    assert {**said, "body": ""} == {"msgtype": "m.notice", "body": "", "m.mentions": {}}
    assert "Second line." in said["body"]


def test_ntfy_gets_plain_text_within_its_limit_and_a_link(post):
    long = factories.comment(post, status=Status.PENDING, name="Ж" * 60, body="𝕏" * 5_000)
    sent = request(long, form="ntfy", has_text=True)[1]
    assert sent.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert sent.headers["Click"].endswith(f"?at={long.pk}")
    assert len(sent.content) < 4_096
    assert all(value.isascii() for value in sent.headers.values())


def test_each_event_has_its_sentence(comment, post):
    published = factories.comment(post, name="Bob")
    file_report(published, kind="rude", words="", sender="a")
    said = [
        json.loads(request(about, event=event)[1].content)["summary"]
        for about, event in ((published, Event.REPORTED), (None, Event.MANY), (None, Event.TEST))
    ]
    assert said[0].startswith("A reader has reported the comment by Bob")
    assert said[1].endswith("1 comment is waiting.")
    assert said[2] == "This is a test notice."

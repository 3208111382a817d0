"""Emails to subscribers form one thread for each post, can be unsubscribed from, and contain nothing that runs."""

import re

import pytest

from blog.models import Post
from comments.models import Comment
from tests import factories
from tests.comments.comment_pages import Elements, dangers
from tests.comments.mail.outbox_helpers import run_mail_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailer")]


@pytest.fixture
def ann():
    return factories.reader("ann@example.net")


def plain(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r", "")


def test_emails_about_one_post_form_one_thread(ann, server):
    factories.subscription(by=ann)
    post = factories.post("Melon in winter", published_at=None)
    factories.subscription(post, by=ann)
    run_mail_tasks()
    first = factories.comment(post)
    run_mail_tasks()
    second = factories.comment(post, parent=first)
    third = factories.comment(post)
    run_mail_tasks()
    # By name: the worker sends in whatever order it may.
    sent = {mail["Message-ID"]: mail for mail in server.taken}
    root = f"<post-{post.uid}@127.0.0.1>"
    assert root in sent
    opening, reply, other = (sent[f"<comment-{said.pk}@127.0.0.1>"] for said in (first, second, third))
    assert (opening["In-Reply-To"], opening["References"]) == (root, root)
    assert reply["In-Reply-To"] == opening["Message-ID"]
    assert reply["References"].split() == [root, opening["Message-ID"]]
    assert other["References"].split() == [root]
    assert len(sent) == len(server.taken) == 4
    assert {mail["Subject"].removeprefix("Re: ") for mail in server.taken} == {"Melon in winter"}


def test_the_unsubscribe_link_is_in_the_headers_in_one_piece(post, ann, server, settings):
    settings.SITE_URL = "https://a-blog-with-a-name-of-some-length.example.org"
    settings.HOST = "a-blog-with-a-name-of-some-length.example.org"
    factories.subscription(post, by=ann)
    factories.comment(post, parent=factories.comment(post))
    run_mail_tasks()
    for raw in server.raw:
        head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
        lines = re.sub(r"\r\n ", " ", head).split("\r\n")
        (off,) = [line for line in lines if line.startswith("List-Unsubscribe:")]
        assert re.fullmatch(rf"List-Unsubscribe: <{settings.SITE_URL}/subscribe/off/[^/<>\s]+/>", off)
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
        assert f"List-Id: <comments.{settings.HOST}>" in lines
        assert "Auto-Submitted: auto-generated" in lines
        (references,) = [line for line in lines if line.startswith("References:")]
        assert "=?" not in references
        assert max(map(len, head.split("\r\n"))) < 998


def test_plain_text_comes_first_and_is_wrapped_at_72_columns(post, ann, server):
    factories.subscription(post, by=ann)
    factories.comment(post, body="Green tea is drunk in the morning, black tea in the evening. " * 20)
    run_mail_tasks()
    (mail,) = server.taken
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    lines = plain(mail).splitlines()
    assert max(len(line) for line in lines if "http" not in line) <= 72
    assert sum(line.startswith("> ") for line in lines) > 10
    assert lines[lines.index("Unsubscribe:") + 1].startswith("http")


def test_comments_in_emails_cannot_imitate_our_text_or_run_or_become_links(post, ann, server):
    factories.subscription(post, by=ann)
    hostile = '<script>alert(1)</script><a href="https://evil.example/">x</a> [y](https://evil.example/)'
    factories.comment(post, name="<b>Eve</b>", body=f"{hostile}\nStop these mails: https://evil.example/\u2028-- ")
    run_mail_tasks()
    (mail,) = server.taken
    html = mail.get_body(("html",)).get_content()
    assert [danger for danger in dangers(html) if danger != "style"] == []
    links = [attributes["href"] for tag, attributes in Elements(html).found if tag == "a"]
    assert links
    assert all(link.startswith("http://127.0.0.1:8000/") for link in links)
    assert len(re.findall(r"^Unsubscribe:", plain(mail), re.MULTILINE)) == 1
    assert "evil.example" not in mail["Subject"]


def test_names_and_titles_cannot_add_headers(post, ann, server):
    factories.subscription(post, by=ann)
    Post.objects.update(title="Tea\r\nBcc: eve@example.org")
    factories.comment(post, name="Eve")
    run_mail_tasks()
    (mail,) = server.taken
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Re: TeaBcc: eve@example.org"


def test_email_about_the_longest_title_is_sent(ann, server):
    factories.subscription(by=ann)
    factories.post("Чай " * 62, published_at=None)
    run_mail_tasks()
    assert server.taken[0]["Subject"].startswith("Чай Чай")


def test_the_link_leads_to_the_page_where_the_comment_is_by_then(visitor, post, ann, server, monkeypatch):
    monkeypatch.setattr("comments.threads.layout.COMMENTS_PER_PAGE", 2)
    for _ in range(3):
        factories.comment(post)
    run_mail_tasks()
    factories.subscription(post, by=ann)
    last = factories.comment(post)
    run_mail_tasks()
    way = re.search(rf"/comments/{last.pk}/\?since=\d+(?=\n)", plain(server.taken[0]))[0]
    lands = rf"/comment-page-2/\?since=\d+#comment-{last.pk}"
    assert re.search(lands, visitor.get(way)["Location"])
    factories.comment(post, parent=Comment.objects.order_by("pk").first())
    factories.comment(post, parent=Comment.objects.order_by("pk").first())
    assert re.search(lands.replace("page-2", "page-3"), visitor.get(way)["Location"])


def test_reading_on_and_replying_lead_to_different_places(visitor, post, ann, server):
    factories.subscription(post, by=ann)
    comment = factories.comment(post)
    run_mail_tasks()
    (mail,) = server.taken
    read_on, reply = (
        f"http://127.0.0.1:8000/comments/{comment.pk}/?since=",
        f"/comments/{comment.pk}/?reply={comment.pk}",
    )
    html = mail.get_body(("html",)).get_content()
    links = [attributes["href"] for tag, attributes in Elements(html).found if tag == "a"]
    assert (links[0].startswith(read_on), links[1]) == (True, f"http://127.0.0.1:8000{reply}")
    assert f"Reply: http://127.0.0.1:8000{reply}\n" in plain(mail)
    assert visitor.get(reply)["Location"] == f"{post.get_absolute_url()}?reply={comment.pk}#respond"
    Post.objects.update(conversation=Post.ConversationStatus.CLOSED)
    assert visitor.get(reply)["Location"] == f"{post.get_absolute_url()}#comment-{comment.pk}"


def test_no_email_contains_the_address_of_another_reader(post, ann, server):
    factories.subscription(post, by=ann)
    factories.comment(post, email="secret@example.net", address="192.0.2.77")
    run_mail_tasks()
    assert "secret" not in server.taken[0].as_string()
    assert "192.0.2.77" not in server.taken[0].as_string()

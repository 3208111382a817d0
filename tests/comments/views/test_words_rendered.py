"""What readers wrote is rendered wherever they meet it; its source is in the form that edits it alone."""

import re
from html import unescape

import pytest

from comments.lifecycle import edits
from comments.models import Comment
from comments.status import Status
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import page
from tests.comments.mail.outbox_helpers import run_mail_tasks, sent_to

pytestmark = pytest.mark.django_db

WORDS = "*Salt* first.\n\n> Then [tea](https://tea.example/)."
RENDERED = re.compile(
    r"<em>Salt</em> first\..*<blockquote[^>]*>\s*<p[^>]*>Then (<a [^>]*>)?tea(</a>)?\.</p>", re.DOTALL
)


@pytest.fixture
def bob():
    return factories.reader("bob@example.net")


def own(post, *, body: str = WORDS, **fields) -> Comment:
    return factories.comment(post, is_verified=True, body=body, **fields)


def receipt_of(comment: Comment) -> str:
    return f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, comment.pk)}/"


def assert_rendered(html: str, *, is_linked: bool) -> None:
    found = RENDERED.search(html)
    assert found, html
    assert bool(found[1]) is is_linked
    assert "*Salt*" not in html


def test_on_every_page_of_its_writer(post, bob):
    client, comment = factories.reader_client(bob), own(post)
    for address in (receipt_of(comment), f"/comments/{comment.pk}/withdraw/"):
        assert_rendered(page(client.get(address)), is_linked=True)
    for address in ("/you/", f"/comments/{comment.pk}/report/"):  # excerpts
        assert_rendered(page(client.get(address)), is_linked=False)
    assert WORDS in unescape(page(client.get(f"/comments/{comment.pk}/edit/")))


def test_in_the_replies_to_its_writer(post, bob):
    factories.comment(post, email="ann@example.net", body=WORDS, parent=own(post, status=Status.APPROVED))
    assert page(factories.reader_client(bob).get("/you/")).count("<em>Salt</em>") == 2


@pytest.mark.parametrize("status", [Status.PENDING, Status.REMOVED, Status.SPAM])
def test_a_receipt_advertises_nothing_that_is_not_published(visitor, post, status):
    assert_rendered(page(visitor.get(receipt_of(own(post, status=status)))), is_linked=False)


def test_in_the_file_of_everything(post, bob):
    comment = own(post)
    edits.edit(comment, f"{WORDS} More, [too](/tags/).", by=None, by_writer=True)
    html = page(factories.reader_client(bob).get("/you/data.html"))
    assert html.count("<em>Salt</em>") == 2  # and the text before the edit
    assert 'href="http://127.0.0.1:8000/tags/"' in html
    assert "*Salt*" not in html


@pytest.mark.usefixtures("mailer")
def test_in_emails_without_links(post, server, time):
    factories.user("mona", group="Moderator")
    factories.subscription(post, by=factories.reader("ann@example.net"))
    factories.subscription(post, by=factories.reader("dan@example.net"), often="daily")
    own(post)
    own(post, status=Status.PENDING, body=f"{WORDS}\n\nAnd again.")
    run_mail_tasks()
    time.pass_(days=1)
    run_mail_tasks()
    assert sent_to() == ["ann@example.net", "dan@example.net", "mona@example.org"]
    for mail in server.taken:
        assert_rendered(mail.get_body(("html",)).get_content().replace("\r", ""), is_linked=False)
        assert "*Salt* first." in mail.get_body(("plain",)).get_content()


@pytest.mark.usefixtures("bob")
def test_an_excerpt_closes_what_it_opens(post):
    factories.comment(post, email="bob@example.net", is_verified=True, body=f"> **{' '.join(['word'] * 80)}**")
    html = page(factories.reader_client(factories.reader("bob@example.net")).get("/you/"))
    assert re.search(r"word word ?…</strong></p>\s*</blockquote>", html)


def test_the_receipt_leads_a_signed_in_writer_to_the_form_that_edits_it(visitor, post, bob, time):
    comment, client = own(post, status=Status.PENDING), factories.reader_client(bob)
    link = f'href="/comments/{comment.pk}/edit/"'
    assert link in page(client.get(receipt_of(comment)))
    assert link not in page(visitor.get(receipt_of(comment)))  # who could not open it
    time.pass_(minutes=16)
    assert link not in page(client.get(receipt_of(comment)))

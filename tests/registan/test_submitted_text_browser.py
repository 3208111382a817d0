"""Nothing typed is lost, in a browser without scripts: every failure gives the text back, or the form keeps it."""

import re

import pytest
from django.db import OperationalError
from playwright.sync_api import Page, expect

from blog.markup.renderer import READER_LIMIT
from blog.models import Post
from comments.models import Comment, Rule
from comments.status import Via
from tests import factories
from tests.comments.browsers import fill, readers

WORDS = 'Words that took an hour.\n\n  "And" <b>more</b> & ещё, 茶 🏔\n\t</textarea>&amp;\nThe end'


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


@pytest.fixture
def page(browser, live_server, post):
    """A reader's page with the form filled in, before anything went wrong."""
    with readers(browser, live_server.url) as ours:
        page = ours.page(post.get_absolute_url(), java_script_enabled=False)
        fill(page, body=WORDS)
        yield page
        assert ours.said == []


def sent(page: Page) -> int:
    """Press the button; the status of the answer."""
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.click("#respond button[value=send]")
    return answer.value.status


def assert_kept_in_the_form(page: Page, body: str = WORDS, **fields: str) -> None:
    """The form stands there again with everything in it, and says so."""
    expect(page.locator("#respond .errors__heading")).to_contain_text("Nothing you wrote is lost")
    for name, text in {"body": body, "name": "Bob", "email": "bob@example.net", **fields}.items():
        expect(page.locator(f"#respond [name={name}]")).to_have_value(text)


def assert_kept_on_the_page(page: Page) -> None:
    """There is no form to send any more, but a field that holds the whole text."""
    expect(page.get_by_label("What you wrote was not stored.")).to_have_value(WORDS)


def broken(monkeypatch, error: BaseException) -> None:
    def fail(*_args, **_more):
        raise error

    monkeypatch.setattr(Comment, "submit", fail)


# Into the form


def test_a_name_that_is_missing_and_once_it_is_there_the_whole_text_is_stored(page):
    page.fill("#respond [name=name]", " ")  # without any the browser itself would not send
    assert sent(page) == 400
    assert_kept_in_the_form(page, name=" ")
    page.fill("#respond [name=name]", "Bob")
    assert sent(page) == 302
    assert Comment.objects.get().body == WORDS


def test_a_preview_keeps_it(page):
    page.click("#respond button[value=preview]")
    expect(page.locator(".preview")).to_contain_text("Words that took an hour.")
    expect(page.locator("#respond [name=body]")).to_have_value(WORDS)


@pytest.mark.parametrize(
    "more",
    [
        "\nmore words" * (READER_LIMIT // 10),
        "\n" + "[a](b" * 1_800,
        "\n\n" + "> " * 50 + "a",
    ],
    ids=["words", "links", "quotations"],
)
def test_a_text_with_more_words_or_links_or_quotations_than_can_be_taken(page, more):
    page.fill("#respond [name=body]", WORDS + more)
    assert sent(page) == 413
    assert_kept_in_the_form(page, WORDS + more)


def test_more_in_a_minute_than_the_site_can_read(page, post):
    for _ in range(12):
        factories.comment(post, address="127.0.0.1")
    assert sent(page) == 429
    assert_kept_in_the_form(page)
    expect(page.locator(".errors")).to_contain_text("You write faster than this site can read.")


def test_a_conversation_that_was_closed_while_he_wrote(page, post):
    post.conversation = Post.ConversationStatus.CLOSED
    post.save()
    assert sent(page) == 403
    assert_kept_in_the_form(page)
    expect(page.locator(".errors")).to_contain_text("This conversation is closed. Your text is below")


def test_a_rule_that_refuses_it(page):
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="took an hour", effect=Rule.Effect.REFUSE)
    assert sent(page) == 403
    assert_kept_in_the_form(page)


def test_the_comment_he_answers_went_and_sent_again_it_begins_a_thread(page, post):
    answered = factories.comment(post, name="Ann")
    page.reload()
    page.click(".comment__reply")
    expect(page.locator("#respond-heading")).to_have_text("Reply to Ann")
    fill(page, body=WORDS)
    factories.remove(answered, via=Via.DESK)
    assert sent(page) == 409
    assert_kept_in_the_form(page)
    expect(page.locator("#respond-heading")).to_have_text("Write a comment")
    assert sent(page) == 302
    stored = Comment.objects.latest("pk")
    assert (stored.body, stored.parent) == (WORDS, None)


def test_a_form_that_stood_on_another_site_and_sent_again_from_ours_it_is_taken(page, live_server, post):
    form = (
        f'<form id="respond" method="post" action="{live_server.url}{post.get_absolute_url()}comments/">'
        '<input name="name"><input name="email"><textarea name="body"></textarea>'
        '<button name="act" value="send">Send</button></form>'
    )
    page.route(
        "http://elsewhere.example/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=form)
    )
    page.goto("http://elsewhere.example/")
    fill(page, body=WORDS)
    assert sent(page) == 403
    assert_kept_in_the_form(page)
    assert not Comment.objects.exists()
    assert sent(page) == 302
    assert Comment.objects.get().body == WORDS


# Onto a page of its own


def test_a_post_that_went_while_he_wrote(page):
    Post.objects.update(status=Post.Status.DRAFT)
    assert sent(page) == 404
    assert_kept_on_the_page(page)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("FATAL: the database system is shutting down"), 503, "Back in a moment"),
        (RuntimeError("x"), 500, ""),
    ],
)
def test_a_database_that_is_away_and_a_site_that_breaks(page, monkeypatch, error, status, words):
    broken(monkeypatch, error)
    assert sent(page) == status
    expect(page.locator("h1")).to_contain_text(words)
    assert_kept_on_the_page(page)


# Kept by the browser


def test_a_form_too_large_to_be_read_is_still_there_on_going_back_as_its_page_says(page):
    much = "茶" * 240_000  # nine bytes each on the way
    page.fill("#respond [name=body]", much)
    assert sent(page) == 413
    expect(page.locator("main, body").first).to_contain_text("Go back: your browser has kept what you typed.")
    page.go_back()
    expect(page.locator("#respond [name=body]")).to_have_value(much)


def test_a_server_that_does_not_answer_leaves_the_form_as_it_was_on_going_back(page, post):
    page.context.set_offline(True)
    page.click("#respond button[value=send]", no_wait_after=True)
    expect(page).not_to_have_url(re.compile(rf"{post.get_absolute_url()}$"))
    page.context.set_offline(False)
    page.go_back()
    expect(page.locator("#respond [name=body]")).to_have_value(WORDS)
    assert sent(page) == 302
    assert Comment.objects.get().body == WORDS

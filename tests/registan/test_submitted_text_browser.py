"""Nothing typed is lost in a browser without scripts: error pages or the form give it back."""

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
    """A post with the comment form filled in."""
    with readers(browser, live_server.url) as ours:
        page = ours.page(post.get_absolute_url(), java_script_enabled=False)
        fill(page, body=WORDS)
        yield page
        assert ours.said == []


def sent(page: Page) -> int:
    """Send the form; return the status of the response."""
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.click("#respond button[value=send]")
    return answer.value.status


def assert_kept_in_the_form(page: Page, body: str = WORDS, **fields: str) -> None:
    """Assert that the form is shown again with everything in it."""
    expect(page.locator("#respond .errors__heading")).to_contain_text("Nothing you wrote is lost")
    for name, text in {"body": body, "name": "Bob", "email": "bob@example.net", **fields}.items():
        expect(page.locator(f"#respond [name={name}]")).to_have_value(text)


def assert_kept_on_the_page(page: Page) -> None:
    """Assert that an error page has the whole text in a field."""
    expect(page.get_by_label("What you wrote was not saved.")).to_have_value(WORDS)


def broken(monkeypatch, error: BaseException) -> None:
    def fail(*_args, **_more):
        raise error

    monkeypatch.setattr("comments.views.submit_comment.store", fail)


# Into the form


def test_a_missing_name_and_with_it_the_whole_text_is_stored(page):
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
def test_a_text_with_too_many_words_links_or_quotations(page, more):
    page.fill("#respond [name=body]", WORDS + more)
    assert sent(page) == 413
    assert_kept_in_the_form(page, WORDS + more)


def test_too_many_comments_in_a_minute(page, post):
    for _ in range(12):
        factories.comment(post, address="127.0.0.1")
    assert sent(page) == 429
    assert_kept_in_the_form(page)
    expect(page.locator(".errors")).to_contain_text("You are posting too quickly.")


def test_a_conversation_closed_meanwhile(page, post):
    post.conversation = Post.ConversationStatus.CLOSED
    post.save()
    assert sent(page) == 403
    assert_kept_in_the_form(page)
    expect(page.locator(".errors")).to_contain_text("This conversation is closed. Your text is below")


def test_a_rule_that_refuses_it(page):
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="took an hour", effect=Rule.Effect.REFUSE)
    assert sent(page) == 403
    assert_kept_in_the_form(page)


def test_a_reply_to_a_deleted_comment_starts_a_thread_when_sent_again(page, post):
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


def test_a_form_on_another_site_is_accepted_when_sent_again_from_ours(page, live_server, post):
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


def test_a_post_deleted_meanwhile(page):
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
def test_a_database_that_is_down_and_a_site_that_fails(page, monkeypatch, error, status, words):
    broken(monkeypatch, error)
    assert sent(page) == status
    expect(page.locator("h1")).to_contain_text(words)
    assert_kept_on_the_page(page)


# Kept by the browser


def test_a_too_large_form_is_still_there_on_going_back(page):
    much = "茶" * 240_000  # nine bytes each on the way
    page.fill("#respond [name=body]", much)
    assert sent(page) == 413
    expect(page.locator("main, body").first).to_contain_text("Go back: your browser has kept what you typed.")
    page.go_back()
    expect(page.locator("#respond [name=body]")).to_have_value(much)


def test_after_no_answer_the_form_is_unchanged_on_going_back(page, post):
    page.context.set_offline(True)
    page.click("#respond button[value=send]", no_wait_after=True)
    expect(page).not_to_have_url(re.compile(rf"{post.get_absolute_url()}$"))
    page.context.set_offline(False)
    page.go_back()
    expect(page.locator("#respond [name=body]")).to_have_value(WORDS)
    assert sent(page) == 302
    assert Comment.objects.get().body == WORDS

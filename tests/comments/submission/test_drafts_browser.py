"""Nothing typed is lost: what a browser with scripts keeps until the site has stored it, and gives back."""

import json
import os
import re
from contextlib import suppress

import pytest
from django.conf import settings
from playwright.sync_api import Error, expect

from comments.models import Comment
from comments.readers import session
from comments.status import Status
from tests import factories
from tests.comments.browsers import expect_waiting, fill, readers, sign_in, stored
from tests.comments.processes import PATIENCE, answers, free_port, wait_until

WORDS = "Words that took an hour.\n\nAnd a second paragraph."


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


def drafts(page) -> list[str]:
    """The texts kept as drafts."""
    kept = [json.loads(text) for key, text in stored(page).items() if key.startswith("registan.draft ")]
    return [draft["body"] for several in kept for draft in several.values()]


def assert_kept(page, *words: str) -> None:
    wait_until(lambda: sorted(drafts(page)) == sorted(words), f"drafts {words}, not {drafts(page)}")


def body(page):
    return page.locator("#respond [name=body]")


def line(page):
    return page.locator("[data-draft-status]")


def test_a_crash_gives_the_draft_back_with_a_line_that_says_so(people, post):
    context = people.context(timezone_id="Asia/Tashkent")
    context.clock.install(time="2026-03-20T09:30Z")
    page = context.new_page()
    page.goto(post.get_absolute_url())
    fill(page, body=WORDS)
    context.clock.run_for(1_000)
    assert_kept(page, WORDS)
    page.close(run_before_unload=False)

    again = context.new_page()
    again.goto(post.get_absolute_url())
    expect(body(again)).to_have_value(WORDS)
    expect(line(again)).to_have_text("We have restored your draft (14:30). Discard")
    context.clock.set_system_time("2026-03-21T09:30Z")
    again.reload()
    expect(line(again)).to_have_text("We have restored your draft (20 March 2026, 14:30). Discard")
    expect(body(again)).to_have_value(WORDS)
    again.get_by_role("button", name="Discard").click()
    expect(body(again)).to_have_value("")
    expect(line(again)).to_be_empty()
    assert drafts(again) == []
    again.reload()
    expect(body(again)).to_have_value("")


def test_leaving_at_once_keeps_the_last_letter(people, post):
    page = people.page(post.get_absolute_url())
    body(page).press_sequentially("Quic")
    expect(page.locator("#respond [name=draft]")).to_be_attached()
    body(page).press_sequentially("k")
    page.goto("/archive/")
    page.goto(post.get_absolute_url())
    expect(body(page)).to_have_value("Quick")


def type_early(page, words: str) -> None:
    """Have the next page of a post come so slowly that somebody types that before its script starts."""
    page.evaluate("words => sessionStorage.setItem('early', words)", words)
    page.add_init_script("""document.addEventListener("readystatechange", () => {
      const field = document.querySelector("#respond [name=body]");
      const words = sessionStorage.getItem("early");
      if (document.readyState !== "interactive" || !field || !words) return;
      sessionStorage.removeItem("early");
      field.focus();
      document.execCommand("insertText", false, words);
    });""")


def test_text_typed_before_the_script_started_is_kept_too(people, post):
    page = people.page("/archive/")
    type_early(page, "Quick")
    page.goto(post.get_absolute_url())
    assert_kept(page, "Quick")
    body(page).press_sequentially("er")
    assert_kept(page, "Quicker")


def test_text_typed_or_quoted_above_an_earlier_draft_follows_it(people, post):
    page = people.page(post.get_absolute_url())
    body(page).fill(WORDS)
    assert_kept(page, WORDS)
    page.goto("/archive/")
    type_early(page, "More.")
    page.goto(post.get_absolute_url())
    assert_kept(page, f"{WORDS}\n\nMore.")
    page.goto(f"{post.get_absolute_url()}?quote=post-1")
    together = f"{WORDS}\n\nMore.\n\n> Tea first, then talk.\n\n"
    for _ in range(2):
        expect(body(page)).to_have_value(together)
        assert_kept(page, together)
        page.reload()
    page.get_by_role("button", name="Discard").click()
    expect(body(page)).to_have_value("> Tea first, then talk.\n\n")


def test_names_and_addresses_are_never_saved_as_drafts(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS, name="Zulfiya Secret", email="zulfiya@example.net", website="https://zulfiya.example/")
    assert_kept(page, WORDS)
    assert not re.search("zulfiya", json.dumps(stored(page)), re.IGNORECASE)


def test_a_comment_waiting_for_a_moderator_clears_its_draft(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS)
    page.click("#respond [value=send]")
    expect_waiting(page)
    assert_kept(page)
    assert Comment.objects.get().body == WORDS
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "stored"], (
        "the cookie went with the draft"
    )
    page.goto(post.get_absolute_url())
    expect(body(page)).to_have_value("")


def test_a_comment_published_at_once_clears_the_draft_and_is_in_view(people, live_server, post):
    page = people.page("/")
    sign_in(page.context, live_server.url, factories.user("mona", group="Moderator"))
    page.goto(post.get_absolute_url())
    page.fill("#respond [name=body]", WORDS)
    page.click("#respond [value=send]")
    expect(page).to_have_url(re.compile(r"#comment-\d+$"))
    assert_kept(page)
    expect(page.locator(".comment:target")).to_be_in_viewport()
    expect(page.locator(".comment:target")).to_be_focused()
    expect(body(page)).to_have_value("")


def test_coming_back_to_the_page_it_was_sent_from_makes_no_draft_of_it_again(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS)
    page.click("#respond [value=send]")
    expect_waiting(page)
    page.goto("/archive/")
    page.go_back()
    body(page).focus()
    page.goto("/archive/")
    assert_kept(page)


def test_a_refused_form_keeps_its_text_and_one_draft(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS, website="none")
    page.click("#respond [value=send]")
    expect(page.locator(".errors")).to_be_focused()
    expect(body(page)).to_have_value(WORDS)
    expect(line(page)).to_be_empty()
    assert_kept(page, WORDS)
    page.fill("#respond [name=website]", "")
    page.click("#respond [value=send]")
    expect_waiting(page)
    assert_kept(page)


def test_a_reply_and_a_comment_are_two_drafts_that_link_to_each_other(people, post):
    comment = factories.comment(post)
    page = people.page(f"{post.get_absolute_url()}?reply={comment.pk}")
    fill(page, body="A reply.")
    assert_kept(page, "A reply.")
    page.goto(post.get_absolute_url())
    expect(body(page)).to_have_value("")
    expect(line(page)).to_contain_text("You started a reply")
    body(page).fill("A comment.")
    assert_kept(page, "A reply.", "A comment.")
    page.get_by_role("link", name="continue").click()
    expect(body(page)).to_have_value("A reply.")
    expect(page.locator(".comment #respond")).to_be_visible()


def test_two_tabs_keep_a_draft_each(people, post):
    context = people.context()
    first, second = context.new_page(), context.new_page()
    first.goto(post.get_absolute_url())
    body(first).fill("One text.")
    assert_kept(first, "One text.")
    second.goto(post.get_absolute_url())
    body(second).fill("Another.")
    assert_kept(second, "One text.", "Another.")
    for tab, words in ((first, "One text."), (second, "Another.")):
        tab.reload()
        expect(body(tab)).to_have_value(words)


def test_text_sent_in_one_tab_is_no_draft_in_another(people, post):
    context = people.context()
    first = context.new_page()
    first.goto(post.get_absolute_url())
    fill(first, body=WORDS)
    assert_kept(first, WORDS)
    second = context.new_page()
    second.goto(post.get_absolute_url())
    expect(body(second)).to_have_value(WORDS)
    first.click("#respond [value=send]")
    expect_waiting(first)
    assert_kept(first)


def test_a_draft_continued_and_sent_in_another_tab_is_gone_here_too(people, post):
    context = people.context()
    first = context.new_page()
    first.goto(post.get_absolute_url())
    body(first).fill("Begun here")
    assert_kept(first, "Begun here")
    first.close(run_before_unload=False)
    second = context.new_page()
    second.goto(post.get_absolute_url())
    expect(body(second)).to_have_value("Begun here")
    fill(second, body="Begun here, ended there.")
    assert_kept(second, "Begun here", "Begun here, ended there.")
    second.click("#respond [value=send]")
    expect_waiting(second)
    assert_kept(second)


def test_a_draft_is_kept_for_a_month(people, post):
    page = people.page(post.get_absolute_url())
    for days, words in ((29, WORDS), (31, "")):
        page.evaluate(
            """([key, body, days]) => localStorage.setItem(
                key, JSON.stringify({ "00000000000000aa": { body, at: Date.now() - days * 864e5 } }))""",
            [f"registan.draft {post.get_absolute_url()}comments/ ", WORDS, days],
        )
        page.reload()
        expect(body(page)).to_have_value(words)
        page.evaluate("localStorage.clear(); sessionStorage.clear(); document.querySelector('[data-draft]').reset()")
        page.goto("/archive/")
        page.evaluate("localStorage.clear()")
        page.goto(post.get_absolute_url())


# Other forms


def known(context, base_url: str, reader) -> None:
    """Sign this browser in as the reader."""
    value = factories.reader_client(reader).cookies[session.COOKIE].value
    context.add_cookies([{"name": session.COOKIE, "value": value, "url": base_url}])


@pytest.mark.parametrize("status", [Status.APPROVED, Status.PENDING])
def test_new_words_for_an_old_comment_are_kept_until_they_are_stored(people, live_server, post, status):
    comment = factories.comment(post, body="First words.", status=status, is_verified=True)
    context = people.context()
    known(context, live_server.url, factories.reader("bob@example.net"))
    page = context.new_page()
    page.goto(f"/comments/{comment.pk}/edit/")
    area = page.locator("[name=body]")
    area.focus()
    area.fill(WORDS)
    assert_kept(page, WORDS)
    page.reload()
    expect(area).to_have_value(WORDS)
    page.get_by_role("button", name="Discard").click()
    expect(area).to_have_value("First words.")
    assert_kept(page)
    area.fill(WORDS)
    assert_kept(page, WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page).not_to_have_url(re.compile("edit"))
    assert_kept(page)
    assert Comment.objects.get().body == WORDS


def test_a_report_is_kept_until_it_is_sent(people, post):
    comment = factories.comment(post)
    page = people.page(f"/comments/{comment.pk}/report/")
    words = page.locator("[name=words]")
    words.fill("He sells carpets.")
    assert_kept(page, "He sells carpets.")
    page.reload()
    expect(words).to_have_value("He sells carpets.")
    expect(line(page)).to_contain_text("We have restored your draft")
    page.get_by_label("It attacks somebody").check()
    page.get_by_role("button", name="Send report").click()
    expect(page.locator("h1")).to_have_text("Thank you")
    assert_kept(page)


@pytest.mark.parametrize(
    "trouble",
    [
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, "
        "{ get() { throw new DOMException('no', 'SecurityError'); } });",
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
        "if (location.protocol === 'http:') localStorage.setItem('registan.draft x', 'not JSON');",
    ],
    ids=["forbidden", "full", "spoilt"],
)
def test_where_nothing_can_be_kept_everything_else_works(people, post, trouble):
    context = people.context()
    context.add_init_script(trouble)
    page = context.new_page()
    page.goto(post.get_absolute_url())
    fill(page, body=WORDS)
    page.wait_for_timeout(400)
    page.click("#respond [value=send]")
    expect_waiting(page)


@pytest.mark.parametrize("modifier", ["Control", "Meta"])
def test_control_and_enter_send(people, post, modifier):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS)
    body(page).press(f"{modifier}+Enter")
    expect_waiting(page)
    assert Comment.objects.get().status == Status.PENDING


def test_a_conversation_that_closes_during_writing_gives_the_text_back(people, post):
    page = people.page(post.get_absolute_url())
    fill(page, body=WORDS)
    post.conversation = "closed"
    post.save()
    page.click("#respond [value=send]")
    expect(page.locator(".errors")).to_contain_text("closed")
    expect(body(page)).to_have_value(WORDS)


@pytest.fixture
def server(elsewhere, post, tmp_path):
    """A real server on the test's rows that can be killed and started again: `start()`, `kill()`, `url`."""

    class Server:
        def __init__(self) -> None:
            self.there, self.port = elsewhere(), free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            self.how = {"DJANGO_SETTINGS_MODULE": "tests.registan.server_settings", "SITE_URL": self.url}
            assert self.there.start("-m", "django", "collectstatic", "--no-input", **self.how).wait(PATIENCE) == 0

        def start(self) -> None:
            config = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
            command = ("-m", "gunicorn", "--config", config, "--bind", f"127.0.0.1:{self.port}", "registan.wsgi")
            self.process = self.there.start(*command, **self.how)
            wait_until(lambda: answers(self.port), "the web server")

        def kill(self) -> None:
            self.there.kill(self.process)

    killable = Server()
    killable.start()
    return killable


def test_when_the_server_is_gone_the_draft_waits_until_it_is_there_again(browser, server, post):
    """Really gone: killed in mid-sentence, and the browser shows a page of its own."""
    assert os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    with readers(browser, server.url) as ours:
        page = ours.page(post.get_absolute_url())
        fill(page, body="Words")
        assert_kept(page, "Words")
        fill(page, body=WORDS)
        server.kill()
        page.click("#respond [value=send]")
        expect(page.locator("#respond .errors")).to_contain_text(
            "The site cannot be reached. Nothing you wrote is lost"
        )
        expect(body(page)).to_have_value(WORDS)
        # The browser itself can still send the form, which nothing but a fault of the script would need.
        page.click("#respond [value=send]", no_wait_after=True)
        expect(page).to_have_url(re.compile("^chrome-error:"))
        with pytest.raises(Error):
            page.goto(post.get_absolute_url())

        # The browser's own page would load the site by itself as soon as it is there again; it may come a little late.
        for _ in range(2):
            with suppress(Error):
                page.goto("about:blank")
        expect(page).to_have_url("about:blank")
        server.start()
        page.goto(post.get_absolute_url())
        expect(body(page)).to_have_value(WORDS)
        expect(line(page)).to_contain_text("We have restored your draft")
        page.fill("#respond [name=name]", "Bob")
        page.fill("#respond [name=email]", "bob@example.net")
        page.click("#respond [value=send]")
        expect_waiting(page)
        assert_kept(page)
        assert server.there.rows("SELECT body FROM comments_comment") == [(WORDS,)]

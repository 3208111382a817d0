"""In a browser no text is lost when the server is killed, the session ends or another author saves first."""

import os
import signal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from blog.models import Post, WorkingCopy
from tests import factories
from tests.blog.test_page_cache_processes import Site, await_start, database  # noqa: F401  a fixture
from tests.comments.browsers import readers
from tests.comments.processes import PATIENCE, free_port, wait_until
from tests.registan.login_form import submit_login

HALF, REST = "Half a sentence", ", and the rest of it."
# Milliseconds: the script looks every three seconds, and the machine may be busy.
SOON = 30_000


def change_url(post: Post | int) -> str:
    return f"/admin/blog/post/{getattr(post, 'pk', post)}/change/"


def type_text(page: Page, words: str) -> None:
    page.locator("#id_body").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def assert_saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text("kept at", timeout=SOON)
    expect(page.locator("[data-error]")).to_be_hidden(timeout=SOON)


def assert_warning(page: Page, words: str) -> None:
    expect(page.locator("[data-error]")).to_contain_text(words, timeout=SOON)


def local_copy(page: Page) -> str:
    return page.evaluate("JSON.stringify(localStorage)")


class KillableServer:
    """A real server on a database of its own, which can be killed and started again."""

    def __init__(self, site: Site) -> None:
        self.site, self.port, self.process = site, free_port(), None

    def start(self) -> None:
        options = ("--config", "deploy/gunicorn.conf.py", "--workers", "1", "--log-level", "error")
        bind = f"127.0.0.1:{self.port}"
        self.process = self.site.start(
            "-m", "gunicorn", *options, "registan.wsgi", "--bind", bind, start_new_session=True
        )
        await_start(self.port, self.process)

    def kill(self) -> None:
        """As `kill -9` of all its processes."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE)


@pytest.fixture
def server(database, tmp_path, request):  # noqa: F811
    site = Site(tmp_path, request.config.rootpath, database)
    site.change(
        "alice = factories.user('alice', group='Author');"
        "factories.post(slug='hers', body='Tea.', authors=[factories.author('Alice', user=alice)])"
    )
    site.start("manage.py", "collectstatic", "--noinput", "-v", "0").wait(PATIENCE)
    killable = KillableServer(site)
    killable.start()
    yield killable
    killable.kill()
    site.stop()


def save_while_killed(page: Page, server: KillableServer) -> None:
    """A new post: the server is killed before it can answer, and started again while its author writes on."""
    page.goto(f"http://127.0.0.1:{server.port}/admin/blog/post/add/")
    page.locator("#id_title").fill("The last word")
    page.locator("#id_body").fill(HALF)
    server.kill()
    page.keyboard.press("Control+s")
    status = page.locator("[data-save-status]")
    expect(status).to_have_text("Not saved yet: the site is not responding. Trying again…", timeout=SOON)
    assert HALF in local_copy(page)
    page.locator("#id_body").press_sequentially(REST)
    server.start()
    expect(status).to_contain_text("Saved at", timeout=SOON)
    server.site.change(f"assert Post.objects.get(title='The last word').body == '{HALF}{REST}'")
    assert HALF not in local_copy(page)


def test_the_server_is_killed_mid_sentence_and_while_saving_and_nothing_is_lost(browser, server):
    site = server.site
    with readers(browser, f"http://127.0.0.1:{server.port}") as ours:
        page = ours.page("/admin/")
        submit_login(page, "alice")
        page.locator("a", has_text="Posts").first.click()
        page.get_by_role("link", name="The tea house").click()
        form = page.url
        type_text(page, HALF)
        assert_saved(page)
        assert HALF not in local_copy(page)

        server.kill()
        type_text(page, REST)
        assert_warning(page, "The site is not responding. This browser keeps your text")
        assert HALF + REST in local_copy(page)
        server.start()
        assert_saved(page)
        assert HALF not in local_copy(page)

        server.kill()
        type_text(page, " The end.")
        assert_warning(page, "The site is not responding.")
        page.close()
        server.start()
        site.change("assert Post.objects.get(slug='hers').body == 'Tea.'")
        page = ours.contexts[0].new_page()
        page.goto(form)
        wait_until(lambda: HALF not in local_copy(page), "the browser's copy to be sent")
        page.get_by_role("link", name="View", exact=True).first.click()
        expect(page.locator(".diff")).to_contain_text(HALF + REST + " The end.")
        page.get_by_role("link", name="Use this text").click()
        expect(page.locator("#id_body")).to_have_value("Tea." + HALF + REST + " The end.")
        page.wait_for_load_state()  # a link has led here: the keys work from then on
        page.keyboard.press("Control+s")
        expect(page.locator(".success")).to_be_visible()
        site.change(f"assert Post.objects.get(slug='hers').body == 'Tea.{HALF}{REST} The end.'")
        page.goto(form)
        expect(page.locator("#id_body")).to_have_value("Tea." + HALF + REST + " The end.")
        assert page.locator(".unsaved__line").count() == 0
        save_while_killed(page, server)
        said = [text for text in ours.said if "ERR_CONNECTION" not in text and "Failed to load" not in text]
        assert said == []


@pytest.fixture
def tea(transactional_db) -> Post:
    """A post of two authors, each with an account."""
    both = [factories.author(name.title(), user=factories.user(name, group="Author")) for name in ("alice", "bob")]
    return factories.post(body="One.\n\nTwo.\n\nThree.", authors=both)


def open_post(open_admin, live_server, name: str, post: Post) -> Page:
    page = open_admin(name=name)
    page.goto(live_server.url + change_url(post))
    return page


def test_the_session_ends_mid_sentence_and_after_signing_in_the_text_is_there_and_saved(open_admin, live_server, tea):
    page = open_post(open_admin, live_server, "alice", tea)
    type_text(page, HALF)
    assert_saved(page)
    Session.objects.all().delete()
    type_text(page, REST)
    assert_warning(page, "You are signed out. This browser keeps your text.")
    assert HALF + REST in local_copy(page)
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Sign in again").click()
    submit_login(other.value, "alice")
    other.value.wait_for_url(f"**{change_url(tea)}")
    expect(other.value.locator(".unsaved__line")).to_contain_text("Continue", timeout=SOON)
    page.bring_to_front()
    assert_saved(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".success")).to_be_visible()
    assert Post.objects.get().body.endswith(HALF + REST)
    assert not WorkingCopy.objects.open().exists()


def test_signed_in_as_somebody_else_no_text_reaches_them(open_admin, live_server, tea):
    page = open_post(open_admin, live_server, "alice", tea)
    Session.objects.all().delete()
    type_text(page, HALF)
    assert_warning(page, "You are signed out.")
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Sign in again").click()
    submit_login(other.value, "bob")
    other.value.wait_for_url(f"**{change_url(tea)}")
    page.bring_to_front()
    with page.expect_response("**/autosave/"):
        type_text(page, REST)
    assert_warning(page, "You are signed out.")
    assert not WorkingCopy.objects.exists()


def test_two_authors_see_each_other_and_the_second_to_save_loses_nothing(open_admin, live_server, tea):
    alice = open_post(open_admin, live_server, "alice", tea)
    bob = open_post(open_admin, live_server, "bob", tea)
    expect(bob.locator("[data-others]")).to_contain_text("alice has had this post open")
    type_text(alice, " Hers.")
    expect(alice.locator("[data-others]")).to_contain_text("bob has had this post open", timeout=SOON)
    alice.keyboard.press("Control+s")
    expect(alice.locator(".success")).to_be_visible()
    expect(bob.locator("[data-newer]")).to_contain_text("alice saved a new text at", timeout=SOON)

    bob.locator("#id_body").fill("His.\n\nTwo.\n\nThree.")
    bob.keyboard.press("Control+s")
    expect(bob.get_by_role("heading", name="Two of you edited this post")).to_be_visible()
    expect(bob.locator("#id_body")).to_have_value("His.\n\nTwo.\n\nThree.")
    expect(bob.locator(".conflict__theirs ins")).to_contain_text("Hers.")
    bob.get_by_role("button", name="Merge both texts").click()
    expect(bob.locator("#id_body")).to_have_value("His.\n\nTwo.\n\nThree. Hers.")
    assert Post.objects.get().body == "One.\n\nTwo.\n\nThree. Hers."
    bob.keyboard.press("Control+s")
    expect(bob.locator(".success")).to_be_visible()
    assert Post.objects.get().body == "His.\n\nTwo.\n\nThree. Hers."
    assert (alice.said, [text for text in bob.said if "409" not in text]) == ([], [])


def test_a_post_deleted_during_writing_leaves_its_author_a_new_draft(open_admin, live_server, tea):
    page = open_post(open_admin, live_server, "alice", tea)
    type_text(page, HALF)
    assert_saved(page)
    tea.delete()
    type_text(page, REST)
    assert_warning(page, "This post was deleted, or you can no longer edit it.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="continue with it as a new draft").click()
    expect(page.locator("#id_body")).to_have_value(f"One.\n\nTwo.\n\nThree.{HALF}{REST}")
    page.wait_for_load_state()
    page.keyboard.press("Control+s")
    expect(page.locator(".success")).to_be_visible()
    assert Post.objects.get().body.endswith(HALF + REST)


def test_leaving_asks_while_something_is_unsaved_and_saving_does_not(open_admin, live_server, tea):
    page = open_post(open_admin, live_server, "alice", tea)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    type_text(page, HALF)
    page.get_by_role("link", name="Home").click(no_wait_after=True)
    expect(page.locator("#id_body")).to_have_value(f"One.\n\nTwo.\n\nThree.{HALF}")
    assert_saved(page)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".success")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**/admin/")
    assert asked == ["beforeunload"]


def test_a_draft_that_two_tabs_begin_is_two_drafts(open_admin, live_server, tea):
    page = open_admin(name="alice")
    other = page.context.new_page()
    for tab, title in [(page, "First"), (other, "Second")]:
        tab.goto(f"{live_server.url}/admin/blog/post/add/")
        tab.locator("#id_title").fill(title)
        assert_saved(tab)
    assert {copy.text("title") for copy in WorkingCopy.objects.open()} == {"First", "Second"}


def test_the_enter_key_in_the_title_discards_nothing(open_admin, live_server, tea):
    page = open_post(open_admin, live_server, "alice", tea)
    type_text(page, HALF)
    assert_saved(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(live_server.url + change_url(tea))
    expect(page.get_by_role("button", name="Discard")).to_be_visible()
    page.locator("#id_title").press("Enter")
    expect(page.locator("#id_body")).to_be_focused()
    page.locator("#id_summary").fill("Tea.")
    page.locator("#id_published_at_0").press("Enter")
    expect(page.locator(".success")).to_be_visible()
    assert WorkingCopy.objects.open().get().text("body").endswith(HALF)
    page.goto(live_server.url + change_url(tea))
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".success")).to_contain_text("Discarded.")
    assert not WorkingCopy.objects.open().exists()

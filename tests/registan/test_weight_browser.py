"""A post of the demo, as `make run` serves it, is light, and its bundles work under their names with a digest."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import expect

from bench.weight import MAX_BYTES, MAX_REQUESTS, Reading, begin_to_write, total
from tests.comments.browsers import stored
from tests.comments.processes import PATIENCE, answers, free_port, wait_until


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Where `manage.py serve` shows the demo, from an empty folder and with nothing configured."""
    port, folder = free_port(), tmp_path_factory.mktemp("served")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--demo", "--bind", f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env={**kept, "DATA_DIR": str(folder), "SITE_URL": address},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert any(line.startswith("Registan is at") for line in process.stdout), "the site was not made"
        wait_until(lambda: process.poll() is not None or answers(port), "the web server")
        yield address
    finally:
        process.terminate()
        process.stdout.read()
        process.wait(PATIENCE)


def address_of(browser, served: str, title: str) -> str:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{served}/archive/")
    address = page.get_by_role("link", name=title, exact=True).first.get_attribute("href")
    page.context.close()
    return served + address


@pytest.fixture
def post(browser, served):
    """A post of the demo without pictures, with eleven comments, opened cold and read to its end."""
    reading = Reading(browser, address_of(browser, served, "An argument about rice"))
    assert reading.page.locator(".comment").count() > 9
    assert reading.page.locator("img:not([hidden])").count() == 0
    yield reading
    reading.page.context.close()


def names(reading: Reading, kind: str) -> list[str]:
    """The files of that kind without their digests."""
    urls = [url for url, answer in reading.sent.items() if answer.kind == kind]
    return sorted(url.rsplit("/", 1)[1].split(".")[0] for url in urls)


def test_a_post_read_to_its_end_takes_few_requests_and_few_bytes(post):
    assert post.page.locator("link[rel=icon]").evaluate("icon => icon.href") in post.sent
    assert (names(post, "scripts"), names(post, "style sheets")) == (["reader"], ["site"])
    assert len(post.sent) <= MAX_REQUESTS
    assert total(post.sent) <= MAX_BYTES


def test_who_begins_to_write_and_to_quote_gets_a_script_for_each(post):
    begin_to_write(post.page)
    assert names(post, "scripts") == ["in-place", "quote", "reader"]
    wait_until(lambda: "Quite" in str(stored(post.page)), "the draft")


def test_the_connection_may_break_before_a_draft_is_begun(post):
    post.page.context.set_offline(True)
    post.page.locator("#respond [name=body]").press_sequentially("In the tunnel")
    wait_until(lambda: "In the tunnel" in str(stored(post.page)), "the draft")
    assert names(post, "scripts") == ["reader"]  # what writers alone need never came


def test_the_shortcuts_work_as_they_are_served(post):
    post.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    post.page.keyboard.press("j")
    expect(post.page.locator(".comment").first).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/search/?q=rice", "/nothing-here/"])
def test_any_other_page_has_one_script_and_one_style_sheet(browser, served, address):
    reading = Reading(browser, served + address)
    expect(reading.page.locator("link[rel=stylesheet], style, script")).to_have_count(2)
    assert (names(reading, "scripts"), names(reading, "style sheets")) == (["site"], ["pages"])
    reading.page.context.close()

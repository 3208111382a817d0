"""What checkers of HTML and of accessibility say of every kind of page: nothing."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from comments import passes
from tests.site import states, texts
from tests.site.checkers import NARROW, Axe, complaints_of_nu

WIDE = {"width": 1280, "height": 800}
# Said of what Django's own admin templates hold; the checker calls it information, no fault.
NO_FAULT = "Trailing slash on void elements"
# Where a page of its own is not expected.
MISSING = frozenset({"404", "decide-unknown"})
# Selects the words of a comment, as a hand does: the page hears of it.
SELECT = """() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector("[data-quotable] p"));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def site(transactional_db, monkeypatch):
    """A small site, whose lists and conversations have a second page all the same."""
    monkeypatch.setattr("blog.views.lists.POSTS_PER_PAGE", 1)
    monkeypatch.setattr("comments.threads.PER_PAGE", 12)
    monkeypatch.setattr("comments.views.whole.PIECE", 12)
    monkeypatch.setattr("comments.views.you.PER_PAGE", 3)
    return states.make()


def got(client: Client, addresses: dict[str, str]) -> dict[str, str]:
    return {name: client.get(address).text for name, address in addresses.items()}


def answers(post) -> dict[str, str]:
    """All that readers are answered, other than by an address alone."""
    return texts.comment_forms(post) | texts.other_forms(post) | texts.forms_of_rustam(post) | texts.failures()


def test_the_nu_html_checker_finds_nothing(site, root, tmp_path):
    ann = Client()
    where, ann.cookies[passes.COOKIE] = states.subscriptions_of_ann()
    pages = {
        **got(Client(), states.pages(site) | states.further_pages(site)),
        **got(ann, {"subscriptions": where}),
        **got(states.rustam(), states.readers_pages(site)),
        **got(states.queue(), states.DESK),
        **got(states.queue("editor", "Editor"), states.history_pages()),
        **answers(site),
        **texts.letters_to_readers(site),
        **texts.letters_to_moderators(site),
        "away": (root / "deploy" / "away.html").read_text(),
        "too long": (root / "deploy" / "too-long.html").read_text(),
    }
    complaints = [text for text in complaints_of_nu(root, pages, where=tmp_path) if NO_FAULT not in text]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_from_right_to_left_every_page_fits_its_window(site, live_server, browser, settings, viewport):
    settings.LANGUAGE_CODE = "ar"
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    wide = []
    for name, address in (states.pages(site) | states.further_pages(site)).items():
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        wide += [name] * page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert wide == []


def test_axe_finds_nothing(site, eye):
    eye.look_at(states.pages(site), missing=MISSING)
    look_at_what_scripts_make(eye, site)
    eye.look_at_texts(texts.failures())
    look_at_refusals_in_the_browser(eye, site)
    readers = states.readers_pages(site)
    del readers["data"]  # a file to take away
    eye.carry(passes.COOKIE, states.rustam().cookies[passes.COOKIE].value)
    eye.look_at(readers)
    where, his_pass = states.subscriptions_of_ann()
    eye.carry(passes.COOKIE, his_pass)
    eye.look_at({"subscriptions": where})
    eye.carry("registan_session", states.queue().cookies["registan_session"].value)
    eye.look_at(states.DESK)
    eye.carry("registan_session", states.queue("editor", "Editor").cookies["registan_session"].value)
    eye.look_at(states.history_pages())
    assert not eye.complaints, "\n".join(eye.complaints)


def test_axe_finds_nothing_in_the_states_that_share_their_markup_with_others(site, eye):
    eye.look_at(states.further_pages(site), missing=MISSING)
    eye.look_at_texts({name: text for name, text in answers(site).items() if name not in texts.failures()})
    eye.go(site.get_absolute_url()).click("[data-theme-switch]")
    expect(eye.page.locator("html")).to_have_attribute("data-theme", "dark")
    eye.look("night by choice")
    assert not eye.complaints, "\n".join(eye.complaints)


def look_at_what_scripts_make(eye: Axe, post) -> None:
    page = eye.go(post.get_absolute_url())
    page.click(".cite__open")
    page.check(".passages")
    eye.look("cite")
    page.locator(".branch__fold").first.click()
    eye.look("folded")
    page.reload()
    page.evaluate(SELECT)
    expect(page.locator(".quote-button")).to_be_visible()
    eye.look("quote button")
    page.reload()
    page.fill("#respond [name=body]", "A word.")
    page.get_by_role("button", name="Keys").click()
    eye.look("keys")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-draft-line]")).to_contain_text("was put back")
    eye.look("draft")


def look_at_refusals_in_the_browser(eye: Axe, post) -> None:
    eye.go(post.get_absolute_url()).click("button[value=send]")
    eye.look("sent empty")
    page = eye.go("/subscribe/mail/")
    page.evaluate("document.querySelector('.form--mail').noValidate = true")
    page.click(".form--mail button")
    expect(page.locator(".form--mail .errors")).to_be_visible()
    eye.look("not subscribed")

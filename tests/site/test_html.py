"""What checkers of HTML and of accessibility say of every kind of page: nothing."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from comments import passes
from tests.site import states, texts

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What WCAG 2.2 asks of (1.4.10): 320 CSS pixels are also a window of 1280 at 400 % zoom.
NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 800}
# Said of what Django's own admin templates hold; the checker calls it information, no fault.
NO_FAULT = "Trailing slash on void elements"
# Where a page of its own is not expected.
MISSING = {"404", "decide-unknown"}
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


@pytest.mark.skipif(not shutil.which("java"), reason="Java is not installed: the HTML checker did not run")
def test_the_nu_html_checker_finds_nothing(site, root, tmp_path):
    jar = root / "node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        pytest.skip("vnu-jar is not installed (make check installs it): the HTML checker did not run")
    ann = Client()
    where, ann.cookies[passes.COOKIE] = states.subscriptions_of_ann()
    pages = {
        **got(Client(), states.pages(site) | states.further_pages(site)),
        **got(ann, {"subscriptions": where}),
        **got(states.rustam(), states.readers_pages(site)),
        **got(states.queue(), states.DESK),
        **answers(site),
        **texts.letters_to_readers(site),
        **texts.letters_to_moderators(site),
        "away": (root / "deploy" / "away.html").read_text(),
        "too long": (root / "deploy" / "too-long.html").read_text(),
    }
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text)

    found = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")],
        capture_output=True,
        text=True,
        check=True,
    )

    messages = json.loads(found.stderr)["messages"]
    complaints = [f"{m['url'].rsplit('/')[-1]}:{m.get('lastLine')}: {m['message']}" for m in messages]
    complaints = [text for text in complaints if NO_FAULT not in text]
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


class Axe:
    """One browser's window, and what axe finds in what is shown there, by the name of each state."""

    def __init__(self, context: BrowserContext, base_url: str, root: Path) -> None:
        file = root / "node_modules/axe-core/axe.min.js"
        if not file.is_file():
            pytest.skip("axe-core is not installed (make check installs it): accessibility was not checked")
        self.context, self.base_url, self.script = context, base_url, file.read_text()
        self.page: Page = context.new_page()
        self.found: dict[str, list[str]] = {}

    def go(self, address: str) -> Page:
        self.page.goto(self.base_url + address)
        return self.page

    def carry(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.base_url}])

    def look(self, name: str) -> None:
        self.page.evaluate(self.script)
        result = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
        found += ["scrolls sideways"] * self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert name not in self.found
        self.found[name] = found

    def look_at(self, addresses: dict[str, str]) -> None:
        for name, address in addresses.items():
            response = self.page.goto(self.base_url + address)
            assert response.status != 404 or name in MISSING, name
            self.look(name)

    def look_at_texts(self, pages: dict[str, str]) -> None:
        """As if the site had answered so."""
        for name, text in pages.items():
            where = f"/answer/{name}/"
            self.page.route(
                f"**{where}", lambda route, _, text=text: route.fulfill(body=text, content_type="text/html")
            )
            self.look_at({name: where})

    @property
    def complaints(self) -> dict[str, list[str]]:
        return {name: complaints for name, complaints in self.found.items() if complaints}


@pytest.fixture
def axe(browser, live_server, root):
    """Makes one for a theme; its window is closed with the test."""
    contexts = []

    def make(theme: str) -> Axe:
        contexts.append(browser.new_context(bypass_csp=True, color_scheme=theme, viewport=NARROW))
        return Axe(contexts[-1], live_server.url, root)

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(site, axe, theme):
    eye = axe(theme)
    eye.look_at(states.pages(site))
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
    assert eye.complaints == {}


def test_axe_finds_nothing_in_the_states_that_share_their_markup_with_others(site, axe):
    eye = axe("light")
    eye.look_at(states.further_pages(site))
    eye.look_at_texts({name: text for name, text in answers(site).items() if name not in texts.failures()})
    eye.go(site.get_absolute_url()).click("[data-theme-switch]")
    expect(eye.page.locator("html")).to_have_attribute("data-theme", "dark")
    eye.look("night by choice")
    assert eye.complaints == {}


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

"""The checkers of HTML and of accessibility find nothing in any kind of page."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from comments.readers import session
from tests.comments.browsers import fill
from tests.registan import form_and_email_pages, site_urls
from tests.registan.html_checkers import NARROW, AxeWindow, run_nu_checker

WIDE = {"width": 1280, "height": 800}
# Said of what Django's own admin templates hold, which the checker calls information, and of a frame of another site: a
# frame of this site could free itself, that one cannot, and is kept from leading the whole window elsewhere.
NO_FAULT = ("Trailing slash on void elements", "Setting both “allow-scripts” and “allow-same-origin”")
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
    """A small site with short pages, so that lists and conversations have a second page."""
    monkeypatch.setattr("blog.views.lists.POSTS_PER_PAGE", 1)
    monkeypatch.setattr("comments.threads.layout.COMMENTS_PER_PAGE", 12)
    monkeypatch.setattr("comments.views.full_thread.COMMENTS_PER_SECTION", 12)
    monkeypatch.setattr("comments.views.my_comments.PER_PAGE", 3)
    return site_urls.create_site()


def got(client: Client, addresses: dict[str, str]) -> dict[str, str]:
    return {name: client.get(address).text for name, address in addresses.items()}


def answers(post) -> dict[str, str]:
    """Every answer to readers that takes more than a URL."""
    return (
        form_and_email_pages.comment_form_pages(post)
        | form_and_email_pages.other_form_pages(post)
        | form_and_email_pages.known_reader_form_pages(post)
        | form_and_email_pages.device_pages(post)
        | form_and_email_pages.error_pages()
    )


def test_the_nu_html_checker_finds_nothing(site, root, tmp_path):
    ann = Client()
    where, ann.cookies[session.COOKIE] = site_urls.bouncing_subscriptions()
    pages = {
        **got(Client(), site_urls.public_urls(site) | site_urls.further_urls(site)),
        **got(Client(), {"video played": f"{site_urls.video_url()}?play"}),
        **got(ann, {"subscriptions": where}),
        **got(site_urls.rustam_client(), site_urls.reader_urls(site)),
        **got(site_urls.queue_client(), site_urls.STAFF_URLS),
        **got(site_urls.queue_client("editor", "Editor"), site_urls.history_urls()),
        **answers(site),
        **form_and_email_pages.reader_emails(site),
        **form_and_email_pages.moderator_emails(site),
        **form_and_email_pages.colleague_emails(),
        "away": (root / "deploy" / "away.html").read_text(),
        "too long": (root / "deploy" / "too-long.html").read_text(),
    }
    found = run_nu_checker(root, pages, where=tmp_path)
    complaints = [text for text in found if not any(words in text for words in NO_FAULT)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_from_right_to_left_every_page_fits_its_window(site, live_server, browser, settings, viewport):
    settings.LANGUAGE_CODE = "ar"
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    wide = []
    for name, address in (site_urls.public_urls(site) | site_urls.further_urls(site)).items():
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        wide += [name] * page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert wide == []


def test_axe_finds_nothing(site, axe):
    axe.check_urls(site_urls.public_urls(site), missing=MISSING)
    look_at_what_scripts_make(axe, site)
    axe.check_texts(form_and_email_pages.error_pages())
    look_at_refusals_in_the_browser(axe, site)
    readers = site_urls.reader_urls(site)
    del readers["data"]  # a file to take away
    axe.set_cookie(session.COOKIE, site_urls.rustam_client().cookies[session.COOKIE].value)
    axe.check_urls(readers)
    where, token = site_urls.bouncing_subscriptions()
    axe.set_cookie(session.COOKIE, token)
    axe.check_urls({"subscriptions": where})
    axe.set_cookie("registan_session", site_urls.queue_client().cookies["registan_session"].value)
    axe.check_urls(site_urls.STAFF_URLS | site_urls.moderation_urls(site))
    axe.set_cookie("registan_session", site_urls.queue_client("editor", "Editor").cookies["registan_session"].value)
    axe.check_urls(site_urls.history_urls())
    assert not axe.violations, "\n".join(axe.violations)


def test_axe_finds_nothing_in_the_states_that_share_their_markup_with_others(site, axe):
    axe.check_urls(site_urls.further_urls(site), missing=MISSING)
    axe.check_texts(
        {name: text for name, text in answers(site).items() if name not in form_and_email_pages.error_pages()}
    )
    axe.go(site.get_absolute_url()).select_option("[data-theme-switch]", "dark")
    expect(axe.page.locator("html")).to_have_attribute("data-theme", "dark")
    axe.check("night by choice")
    assert not axe.violations, "\n".join(axe.violations)


def look_at_what_scripts_make(axe: AxeWindow, post) -> None:
    page = axe.go(post.get_absolute_url())
    page.click(".cite__summary")
    page.check(".show-anchors")
    axe.check("cite")
    page.locator(".branch__fold").first.click()
    axe.check("folded")
    page.reload()
    page.evaluate(SELECT)
    expect(page.locator(".quote-button")).to_be_visible()
    axe.check("quote button")
    look_at_what_is_done_in_place(axe, page)
    page.reload()
    page.fill("#respond [name=body]", "A word.")
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    axe.check("keys")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-draft-status]")).to_contain_text("We have restored your draft")
    axe.check("draft")


def look_at_what_is_done_in_place(axe: AxeWindow, page) -> None:
    page.reload()
    page.locator(".comment__reply").first.click()
    expect(page.locator(".comment #respond [name=body]")).to_be_focused()
    axe.check("reply in place")
    fill(page, name=" ", body="A word.")
    page.click("#respond [value=send]")
    expect(page.locator(".comment #respond .errors")).to_be_focused()
    axe.check("refused in place")
    page.keyboard.press("Escape")
    page.locator(".comment__report").first.click()
    expect(page.locator(".respond--page")).to_be_visible()
    axe.check("report in place")
    page.evaluate("localStorage.clear()")


def look_at_refusals_in_the_browser(axe: AxeWindow, post) -> None:
    axe.go(post.get_absolute_url()).click("button[value=send]")
    axe.check("sent empty")
    page = axe.go("/subscribe/mail/")
    page.evaluate("document.querySelector('.form--subscribe').noValidate = true")
    page.click(".form--subscribe button")
    expect(page.locator(".form--subscribe .errors")).to_be_visible()
    axe.check("not subscribed")

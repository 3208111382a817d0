"""A post scheduled in a browser, across both nights in which the clocks of the site are changed."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from blog.models import Post
from tests import factories
from tests.registan.keyboard import IS_FOCUSED, fill_field, press_control, tab_to

pytestmark = pytest.mark.django_db(transaction=True)

# Berlin's clocks go from 02:00 to 03:00 in the one night, and from 03:00 back to 02:00 in the other.
SPRING, AUTUMN = "2027-03-28", "2027-10-31"


@pytest.fixture
def at(monkeypatch):
    """Moves the site's clock to a moment, written in UTC."""

    def moved(moment: str) -> None:
        there = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: there)

    return moved


@pytest.fixture
def form(open_admin, live_server, settings, at):
    """The form of a new post in Berlin, some weeks before the spring's night."""
    settings.TIME_ZONE = "Europe/Berlin"
    at("2027-03-20 12:00")
    factories.author("Root", user=factories.user("root", is_superuser=True, group="Administrator"))
    page = open_admin()
    page.goto(f"{live_server.url}/admin/blog/post/add/")
    yield page
    assert page.said == []


@pytest.fixture
def front(browser, live_server):
    """A reader's look at the front page: the titles there."""
    context = browser.new_context()
    page = context.new_page()

    def titles() -> list[str]:
        page.goto(live_server.url)
        return page.locator("main h2").all_inner_texts()

    yield titles
    context.close()


def schedule(page: Page, title: str, day: str, time: str) -> None:
    """Write a post and give it a time, by keyboard."""
    fill_field(page, page.locator("#id_title"), title)
    fill_field(page, page.locator("#id_body"), f"{title}: typed for an hour.")
    press_control(page, page.locator("[data-open-panel]"))
    appoint(page, day, time)


def appoint(page: Page, day: str, time: str) -> None:
    tab_to(page, page.locator("#id_published_at_0"), back=page.locator("#id_published_at_1").evaluate(IS_FOCUSED))
    fill_field(page, page.locator("#id_published_at_0"), day)
    fill_field(page, page.locator("#id_published_at_1"), time)
    page.keyboard.press("Enter")


def assert_saved(page: Page, words: str) -> None:
    expect(page.locator(".success")).to_contain_text(words)


def test_in_spring_the_hour_that_never_comes_is_refused_and_the_next_one_is_kept_to(form, front, at):
    schedule(form, "In spring", SPRING, "02:30")
    refusal = form.locator(".field-published_at .errorlist")
    expect(refusal).to_have_text(
        "The clocks go from 02:00 to 03:00 that night, so 02:30 does not exist. Choose another time."
    )
    expect(form.locator("#id_title")).to_have_value("In spring")
    expect(form.locator("#id_body")).to_have_value("In spring: typed for an hour.")
    expect(form.locator("#id_published_at_1")).to_have_value("02:30")
    assert not Post.objects.exists()
    appoint(form, SPRING, "03:00")
    assert_saved(form, "Scheduled for 28 March 2027, 03:00 (Europe/Berlin)")
    at("2027-03-28 00:59:59")
    assert front() == []
    at("2027-03-28 01:00")
    assert front() == ["In spring"]


def test_in_autumn_the_first_of_two_equal_hours_is_meant_and_said(form, front, at):
    schedule(form, "In autumn", AUTUMN, "02:30")
    assert_saved(form, "Scheduled for")
    expect(form.locator(".save-bar .warning").first).to_have_text(
        "The clocks go back that night, so this hour occurs twice. The post uses the first."
    )
    at("2027-10-31 00:29:59")
    assert front() == []
    at("2027-10-31 00:30")  # 02:30 of Berlin's summer
    assert front() == ["In autumn"]
    post = Post.objects.get()
    assert post.get_absolute_url() == "/2027/10/31/in-autumn/"


def test_an_unpublished_post_leaves_the_front_page_and_its_time_with_it(form, front, at, live_server):
    schedule(form, "Too early", SPRING, "03:00")
    assert_saved(form, "Scheduled for")
    at("2027-03-28 01:00")
    assert front() == ["Too early"]
    form.reload()
    press_control(form, form.get_by_role("button", name="Unpublish"))
    assert_saved(form, "Unpublished.")
    assert front() == []

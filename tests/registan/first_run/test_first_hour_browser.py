"""The owner's first hour in a browser: from `manage.py serve` on nothing to a signed post that readers have."""

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from bench.site import create_database, drop_database
from registan.first_run import link
from tests.blog.images.uploads import picture
from tests.comments.processes import PATIENCE, answers, free_port, wait_until
from tests.registan.accounts.passkeys import add_device

LINK = re.compile(r"http://localhost:\d+/first-run/\S+")
NAME, TITLE = "Zulfiya Isroilova", "The first kettle"
PASSWORD = "plum-and-walnut-7"
# From the form of the first run to the published post.
MAX_ACTS = 5


@pytest.fixture
def empty_database(tmp_path):
    """The address of an empty database of the kind this run is on."""
    config = settings.DATABASES["default"]
    if config["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{tmp_path}/registan.sqlite3"
        return
    person = ":".join(part for part in (config["USER"], config["PASSWORD"]) if part)
    url = f"postgres://{person}@{config['HOST']}:{config['PORT'] or 5432}/first_hour_{os.getpid()}"
    create_database(url)
    yield url
    drop_database(url)


@pytest.fixture
def served(empty_database, tmp_path):
    """The link that `manage.py serve` prints where nothing is yet."""
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env={
            **kept,
            "DATABASE_URL": empty_database,
            "DATA_DIR": str(tmp_path / "data"),
            "SITE_URL": f"http://localhost:{port}",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        found = next((found for line in process.stdout if (found := LINK.search(line))), None)
        assert found, "no link was printed"
        wait_until(lambda: process.poll() is not None or answers(port), "the web server")
        yield found[0]
    finally:
        process.terminate()
        process.stdout.read()
        process.wait(PATIENCE)


@pytest.fixture
def open_window(browser):
    """A function that opens a window in Tashkent; what its console complains of is in `page.said`."""
    contexts = []

    def open_one(width: int, *, script: bool = True, zone: str = "Asia/Tashkent") -> Page:
        size = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, timezone_id=zone, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "way"), [(360, "passkey"), (1280, "password")])
def test_from_nothing_to_a_signed_post(width, way, served, open_window, tmp_path):
    address = served.partition("/first-run/")[0]
    owner, reader = open_window(width), open_window(width)
    for page in (owner, reader):
        page.goto(address)
        expect(page.get_by_role("heading", name="This site is not set up yet")).to_be_visible()
        assert_fits(page)
    set_up(owner, served, way)
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("Nothing has been published yet.")
    assert write_first_post(owner) <= MAX_ACTS
    reader.goto(address)
    reader.get_by_role("link", name=TITLE).first.click()
    expect(reader.locator("h1")).to_have_text(TITLE)
    expect(reader.locator(".byline").first).to_contain_text(NAME)
    owner.goto(f"{address}/admin/")
    expect(owner.locator(".next-steps__item--done")).to_have_text([re.compile("Write your first post")])
    assert_fits(owner)
    if way == "password":
        add_picture(owner, address, tmp_path / "kettle.jpg")
        reader.reload()
        expect(reader.locator(".prose img")).to_have_attribute("alt", "A kettle")
    sign_in_again(owner, address, way)
    owner.goto(served)
    expect(owner.get_by_role("heading", name="This site is set up already")).to_be_visible()
    refused = [said for said in owner.said if "410 (Gone)" in said]
    assert (reader.said, owner.said) == ([], refused)


def set_up(page: Page, url: str, way: str) -> None:
    """Fill in what has no value yet: four fields, or three and a passkey."""
    if way == "passkey":
        page.device = add_device(page)
    page.goto(url)
    assert_fits(page)
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tashkent")
    page.get_by_label("Name of the site").fill("Choyxona")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("Your email address").fill("zulfiya@example.net")
    if way == "passkey":
        page.get_by_role("button", name="Create a passkey instead").click()
        page.get_by_label("Name of the passkey").fill("My phone")
        assert_fits(page)
        page.get_by_role("button", name="Create a passkey").click()
    else:
        page.get_by_label("Choose a password").fill(PASSWORD)
        page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("heading", name="Next steps")).to_be_visible()
    expect(page.locator("#site-name")).to_have_text("Choyxona")


def write_first_post(page: Page) -> int:
    """Write and publish; returns the number of acts: things pressed, chosen or written."""
    acts: list[Callable[[], object]] = [
        lambda: page.get_by_role("link", name="Write your first post").click(),
        lambda: page.locator("#id_title").press_sequentially(TITLE),
        lambda: page.locator("#id_body").fill("Water first, then patience."),
        lambda: page.get_by_role("link", name="Publish…").click(),
        lambda: page.get_by_role("button", name="Publish", exact=True).click(),
    ]
    for act in acts:
        act()
    expect(page.locator(".success")).to_have_text("Published. View it")
    return len(acts)


def add_picture(page: Page, address: str, file) -> None:
    file.write_bytes(picture(size=(640, 320)))
    page.goto(f"{address}/admin/blog/post/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Add an image").click()
    page.locator("dialog [type=file]").set_input_files(file)
    page.locator("dialog [name=alt]").fill("A kettle")
    page.get_by_role("button", name="Add to the text").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".success")).to_contain_text("Updated at")


def sign_in_again(page: Page, address: str, way: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/accounts/login/")
    if way == "passkey":
        page.get_by_role("button", name="Sign in with a passkey").click()
    else:
        page.locator("[name=login]").fill("zulfiya@example.net")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")


def assert_fits(page: Page) -> None:
    """No page scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# The time zone


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("zone", "script", "chosen"),
    [("Asia/Tashkent", True, "Asia/Tashkent"), ("Asia/Kolkata", True, "Asia/Kolkata"), ("Asia/Tashkent", False, "UTC"),
     ("UTC", True, "UTC")],
)  # fmt: skip
def test_the_zone_of_the_browser_is_chosen_or_else_that_of_the_environment(
    zone, script, chosen, live_server, open_window
):
    page = open_window(360, script=script, zone=zone)
    page.goto(live_server.url + link.first_run_url().removeprefix(settings.SITE_URL))
    # Browsers report the zone of Kolkata by its old name.
    expect(page.get_by_label("Time zone")).to_have_value(chosen)
    assert page.said == []


@pytest.mark.django_db(transaction=True)
def test_a_zone_that_was_chosen_stays_when_the_form_comes_back(live_server, open_window):
    page = open_window(360)
    page.goto(live_server.url + link.first_run_url().removeprefix(settings.SITE_URL))
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Name of the site").fill("Choyxona")
    page.locator("form").first.evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("Enter your name.")).to_be_visible()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    expect(page.get_by_label("Name of the site")).to_have_value("Choyxona")

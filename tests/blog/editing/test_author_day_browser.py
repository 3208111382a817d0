"""An author's whole day with the keyboard alone: from the sign-in to the post that readers have."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from blog.models import Image, Post
from tests import factories
from tests.blog.images.uploads import picture
from tests.registan.keyboard import fill_field, press_control, sign_in_by_keyboard, tab_to, use_tool

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCE = "The keeper of the tea house fills the bowl by a third and waits until it comes back to him"
# 2,000 words in paragraphs of a hundred or so.
BULK = "\n\n".join(" ".join([f"{SENTENCE}."] * 6) for _ in range(18))
TITLE = "A bowl filled by a third"
LISTENING = "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.blockedURI))"


@pytest.fixture
def day(browser, live_server):
    """A window of an author who has not signed in. Nothing may be complained of in it, whatever page it shows."""
    user = factories.user("alice", group="Author")
    factories.author("Alice", user=user, slug="alice")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.add_init_script(LISTENING)
    said = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    page = context.new_page()
    page.on("filechooser", lambda _: None)  # handed over from now on: asked for as it opens, it may be too late
    page.goto(f"{live_server.url}/admin/")
    yield page
    context.close()
    assert said == []


def test_a_post_is_written_illustrated_and_published_with_the_keyboard_alone(day, tmp_path, live_server):
    write_illustrate_and_preview(day, tmp_path)
    save(day)
    assert_told_what_it_lacks(day)
    publish(day)
    assert_readers_have_it(day, live_server.url)


def test_a_post_is_written_illustrated_previewed_and_scheduled_with_the_keyboard_alone(day, tmp_path, settings):
    settings.TIME_ZONE = "Asia/Tashkent"
    write_illustrate_and_preview(day, tmp_path)
    press_control(day, day.locator("[data-open-panel]"))
    fill_field(day, day.locator("#id_published_at_0"), "2099-12-24")
    fill_field(day, day.locator("#id_published_at_1"), "09:00")
    press_control(day, day.get_by_role("button", name="Schedule", exact=True))
    expect(day.locator(".success")).to_have_text("Scheduled for 24 December 2099, 09:00 (Asia/Tashkent)")
    post = Post.objects.get()
    assert (post.published_at, post.is_public) == (datetime(2099, 12, 24, 4, tzinfo=UTC), False)
    assert len(post.body.split()) >= 2_000
    assert post.image_uses.count() == 2


def write_illustrate_and_preview(day: Page, folder) -> None:
    sign_in_by_keyboard(day, "alice")
    press_control(day, day.get_by_role("link", name="Write", exact=True).first)
    day.wait_for_url("**/post/add/")
    head(day)
    write(day)
    illustrate(day, folder)
    assert_preview(day)


def head(page: Page) -> None:
    """The title, from which the address is made, and a tag that was not there before."""
    fill_field(page, page.locator("#id_title"), TITLE)
    tab_to(page, page.locator(".field-tags .select2-search__field"))
    page.keyboard.type("Tea houses")
    expect(page.locator(".select2-results__option", has_text="Add “Tea houses”")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".field-tags .select2-selection__choice")).to_have_text(["×Tea houses"])


def write(page: Page) -> None:
    """Two thousand words with a heading, a list, a table, a quotation with its source, and a footnote."""
    keys = page.keyboard
    tab_to(page, page.locator("#id_title"), back=True)
    keys.press("Enter")
    expect(page.locator("#id_body")).to_be_focused()
    keys.type("Nobody here fills a bowl")
    keys.press("Control+Shift+ArrowLeft")
    keys.press("Control+b")
    keys.press("ArrowRight")
    keys.press("End")
    keys.type(" to the brim.\n\nWhat it needs")
    use_tool(page, "heading")
    keys.press("End")
    keys.insert_text(f"\n\n{BULK}\n\n")
    keys.press("Control+Shift+8")
    keys.type("green tea\n")
    keys.press("Tab")
    keys.type("from the north\n")
    keys.press("Shift+Tab")
    keys.type("a bowl\n\n\n")

    use_tool(page, "table")
    for word in ("City", "Tea", "Bowl", "Bukhara", "green", "a third"):
        keys.type(word)
        keys.press("Tab")
    keys.press("Enter")  # the row that is left empty ends it

    keys.press("Control+Shift+9")
    keys.type("Pour for a friend as the river pours.")
    keys.press("ArrowDown")
    keys.press("End")
    keys.type("Navoiy, *Xamsa*, 1485, p. 12")
    keys.press("Control+End")
    keys.type("\nSo it is told.")
    keys.press("Control+Shift+3")
    keys.type("By four people, each in another way.")
    keys.press("Control+Shift+3")
    keys.type(" Always.")


def illustrate(page: Page, folder) -> None:
    """One picture that says something, by its keys, and one that is mere decoration, by the tool."""
    page.keyboard.press("Control+Shift+4")
    choose(page, folder / "bowl.jpg", picture(size=(900, 450)))
    describe(page, {"alt": "A mended bowl", "caption": "With nine staples", "credit": "Photo: Ann"})
    use_tool(page, "figure")
    choose(page, folder / "band.png", picture("PNG", size=(400, 40)))
    tab_to(page, page.locator("dialog [name=is_decorative]"))
    page.keyboard.press("Space")
    describe(page, {"caption": "A band of tiles", "credit": "Drawn by Bob"})
    assert Image.objects.count() == 2


def choose(page: Page, file, content: bytes) -> None:
    file.write_bytes(content)
    expect(page.get_by_role("dialog", name="Add an image")).to_be_visible()
    tab_to(page, page.locator("dialog [type=file]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)


def describe(page: Page, words: dict[str, str]) -> None:
    for name, text in words.items():
        fill_field(page, page.locator(f"dialog [name={name}]"), text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#id_body")).to_be_focused()


def assert_preview(page: Page) -> None:
    """The preview beside the text, which the keys take away and bring back, and the one in a tab of its own."""
    drawn = page.locator("[data-rendered]")
    expect(drawn.locator("figure img")).to_have_count(2)
    page.keyboard.press("Control+Shift+6")
    expect(drawn).to_be_hidden()
    page.keyboard.press("Control+Shift+6")
    expect(drawn).to_be_visible()
    with page.expect_popup() as opened:
        press_control(page, page.get_by_role("button", name="Preview", exact=True))
    expect(opened.value.locator("h1")).to_have_text(TITLE)
    expect(opened.value.locator("figure.quotation figcaption")).to_contain_text("Navoiy")
    opened.value.close()
    tab_to(page, page.locator("#id_body"), back=True)
    with page.expect_response("**/autosave/") as kept:  # it goes on, whatever was looked at
        page.keyboard.type("\n\nIt is kept.")
    assert kept.value.json()["outcome"] == "kept"


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/")
    expect(page.locator("#id_body")).to_be_focused()
    expect(page.locator("#id_slug")).to_have_value("a-bowl-filled-by-a-third")


def assert_told_what_it_lacks(page: Page) -> None:
    """Kept as a draft, with all its words and its tag."""
    expect(page.locator(".checklist li")).to_have_text([
        "There is no summary, so lists and feeds show the opening words.",
        "1 image has no alternative text. Describe it, unless it is only decorative.",
    ])  # fmt: skip
    post = Post.objects.get()
    assert (post.status, [tag.name for tag in post.tags.all()]) == ("draft", ["Tea houses"])
    assert len(post.body.split()) >= 2_000


def publish(page: Page) -> None:
    press_control(page, page.locator("[data-open-panel]"))
    fill_field(page, page.locator("#id_summary"), "On bowls, and why they come back.")
    press_control(page, page.get_by_role("button", name="Publish", exact=True))
    expect(page.locator(".success")).to_have_text("Published. View it")
    expect(page.locator(".save-bar .warning")).to_have_text([re.compile("^1 image has no alternative text")])
    expect(page.locator(".checklist li")).to_have_count(1)


def assert_readers_have_it(page: Page, site: str) -> None:
    """What readers have."""
    press_control(page, page.get_by_role("link", name="The post as readers see it"))
    page.wait_for_url(site + Post.objects.get().get_absolute_url())
    prose = page.locator(".prose")
    expect(prose.locator("p strong").first).to_have_text("bowl")
    expect(prose.locator("h2").first).to_contain_text("What it needs")
    expect(prose.locator("ul > li > ul > li")).to_contain_text("from the north")
    expect(prose.locator("table tbody tr")).to_have_count(1)
    expect(prose.locator("table tbody td")).to_have_text(["Bukhara", "green", "a third"])
    pictures = prose.locator("figure img[width][height]")
    expect(pictures).to_have_count(2)
    assert [image.get_attribute("alt") for image in pictures.all()] == ["A mended bowl", ""]
    expect(prose.locator("figure.figure figcaption").first).to_have_text("With nine staples Photo: Ann")
    quotation = prose.locator("figure.quotation")
    expect(quotation.locator("blockquote")).to_contain_text("as the river pours")
    expect(quotation.locator("figcaption cite, figcaption em")).to_contain_text("Xamsa")
    press_control(page, prose.locator(".footnote-ref a"))
    expect(page).to_have_url(re.compile(r"#fn"))
    expect(page.locator(":target")).to_contain_text("By four people")
    page.goto(f"{site}/sources/")
    expect(page.locator("main")).to_contain_text("Navoiy")
    expect(page.locator("main")).to_contain_text("Xamsa")


@pytest.mark.parametrize("script", [True, False])
def test_a_new_post_begins_with_its_title_and_no_script_takes_the_keys_away(script, open_admin, live_server):
    page = open_admin(name="alice", script=script)
    page.goto(f"{live_server.url}/admin/blog/post/add/")
    page.keyboard.type("Green tea")  # whatever has the focus gets the keys
    expect(page.locator("#id_title")).to_have_value("Green tea")

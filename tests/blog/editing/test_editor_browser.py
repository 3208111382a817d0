"""The editor in a browser: every tool and key, undo, the preview beside it, the whole screen, and no script at all."""

import re

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post
from tests import factories
from tests.boxes import box_of
from tests.registan.login_form import submit_login

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/blog/post/add/"

# Puts a text in, where ¦ is the caret, or « and » the ends of what is selected; and tells the text in that way.
PUT = """(text) => {
  const field = document.querySelector("[data-text]");
  const from = text.search(/[¦«]/);
  const to = text.includes("»") ? text.indexOf("»") - 1 : from;
  field.value = text.replace(/[¦«»]/g, "");
  field.focus();
  field.setSelectionRange(from, to);
}"""
TELL = """() => {
  const { value, selectionStart: from, selectionEnd: to } = document.querySelector("[data-text]");
  const marks = from === to ? ["¦", ""] : ["«", "»"];
  return value.slice(0, from) + marks[0] + value.slice(from, to) + marks[1] + value.slice(to);
}"""
VALUE = "document.querySelector('[data-text]').value"


def text(page: Page):
    return page.locator("#id_body")


def tool(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def drawn(page: Page):
    return page.locator("[data-rendered]")


def put(page: Page, words: str) -> None:
    page.evaluate(PUT, words)


def told(page: Page) -> str:
    return page.evaluate(TELL)


def bare(words: str) -> str:
    return re.sub("[¦«»]", "", words)


@pytest.fixture
def writing(open_admin, live_server):
    """Opens a new post's form; at the end nothing may have been complained of."""
    pages = []

    def opened(address: str = ADD, **options) -> Page:
        page = open_admin(**options)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.blockedURI))"
        )
        # An image whose address is still to be typed: a slow machine shows the preview before it is undone.
        page.route("**/media/", lambda route: route.fulfill(status=204))
        page.goto(live_server.url + address)
        pages.append(page)
        return page

    yield opened
    assert [line for page in pages for line in page.said] == []


TOOLS = [
    ("Bold", "a «word» b", "a **«word»** b"),
    ("Bold", "a wo¦rd b", "a **wo¦rd** b"),
    ("Bold", "a **wo¦rd** b", "a wo¦rd b"),
    ("Bold", "a *«word»* b", "a ***«word»*** b"),
    ("Bold", "a « word » b", "a  **«word»**  b"),
    ("Italic", "a **«word»** b", "a ***«word»*** b"),
    ("Italic", "a ***«word»*** b", "a **«word»** b"),
    ("Italic", "сло¦во", "*сло¦во*"),
    ("Italic", "a ¦ b", "a *¦* b"),
    ("Bold", "«One.\n\nTwo.»", "«**One.**\n\n**Two.**»"),
    ("Heading", "a\n\nb¦c", "a\n\n## b¦c"),
    ("Heading", "## b¦c", "### b¦c"),
    ("Heading", "### b¦c", "b¦c"),
    ("Heading", "«a\n\nb»", "«## a\n\n## b»"),
    ("Link", "see «this»", "see [this](¦)"),
    ("Link", "see ¦", "see [¦]()"),
    ("Link", "see «this »now", "see [this](¦) now"),
    ("Link", "see «https://a.org/b_(c)»", "see [¦](<https://a.org/b_(c)>)"),
    ("List", "«a\n\nb»", "«- a\n\n- b»"),
    ("List", "«- a\n- b»", "«a\nb»"),
    ("Numbered list", "«- a\n- b»", "«1. a\n2. b»"),
    ("List", "¦", "- ¦"),
    ("List", "- a\n  1. b¦", "- a\n  - b¦"),
    ("List", "- a\n  - b¦", "- a\n  b¦"),
    ("Numbered list", "- a\n«  - b\n  - c»", "- a\n«  1. b\n  2. c»"),
    ("Numbered list", "«- a\n  - b\n- c»", "«1. a\n   - b\n2. c»"),
    ("Quotation with its source", "a\n\n«b\nc»\n\nd", "a\n\n> b\n> c\n> — ¦\n\nd"),
    ("Quotation with its source", "a\n¦", "a\n\n> ¦\n> — \n"),
    ("Quotation with its source", "«> b\n> — c»", "«b\n— c»"),
    ("Footnote, or back to the text", "a¦ b", "a[^1] b\n\n[^1]: ¦"),
    ("Footnote, or back to the text", "a[^1] b¦\n\n[^1]: c\n", "a[^1] b[^2]\n\n[^1]: c\n[^2]: ¦"),
    ("Image", "a\n\n¦", 'a\n\n![«description of the image»](/media/ "A caption")\n'),
    ("Image", "a «camel» b", 'a camel b\n\n![«camel»](/media/ "A caption")\n'),
    ("Image", "a¦\n\n    b", 'a\n\n![«description of the image»](/media/ "A caption")\n\n    b'),
    (
        "Table",
        "a\n¦",
        "a\n\n| «Heading» | Heading | Heading |\n| ------- | ------- | ------- |\n"
        "|         |         |         |\n|         |         |         |\n",
    ),
]


def test_every_tool_does_its_action_and_one_undo_reverts_it(writing):
    page = writing()
    # Where nobody brings pictures, the tool writes what a picture takes.
    page.evaluate("document.addEventListener('editor:figure', (event) => event.stopImmediatePropagation(), true)")
    for name, before, after in TOOLS:
        put(page, before)
        tool(page, name).click()
        assert told(page) == after, f"{name} on {before!r}"
        expect(text(page)).to_be_focused()
        if page.evaluate(VALUE) != bare(before):
            page.keyboard.press("Control+z")
            assert page.evaluate(VALUE) == bare(before), f"{name} on {before!r}, undone"
            page.keyboard.press("Control+Shift+z")
            assert page.evaluate(VALUE) == bare(after), f"{name} on {before!r}, done again"


KEYS = [
    # Lists and quotations go on, count on, and end.
    ("Enter", "- a¦", "- a\n- ¦"),
    ("Enter", "  * a ¦b", "  * a \n  * ¦b"),
    ("Enter", "1. a¦\n2. b\n   - c\n3. d\n\ne", "1. a\n2. ¦\n3. b\n   - c\n4. d\n\ne"),
    ("Enter", "9) a¦", "9) a\n10) ¦"),
    ("Enter", "- a\n- ¦", "- a\n¦"),
    ("Enter", "- a\n  - ¦", "- a\n- ¦"),
    ("Enter", "> a¦", "> a\n> ¦"),
    ("Enter", "> a\n> ¦", "> a\n¦"),
    ("Enter", "> - a¦", "> - a\n> - ¦"),
    ("Enter", "a¦", "a\n¦"),
    ("Enter", "---¦", "---\n¦"),
    ("Enter", "* * *¦", "* * *\n¦"),
    ("Enter", "- - -¦", "- - -\n¦"),
    ("Enter", "¦- a", "\n¦- a"),
    ("Shift+Enter", "- a¦", "- a\n¦"),
    # They indent, and back.
    ("Tab", "- a\n- b¦", "- a\n  - b¦"),
    ("Tab", "1. a\n2. b¦", "1. a\n   2. b¦"),
    ("Tab", "- a\n«- b\n- c»", "- a\n  «- b\n  - c»"),
    ("Shift+Tab", "- a\n  - b¦", "- a\n- b¦"),
    # Tables: from cell to cell, and the pipes under each other.
    ("Tab", "|a¦|b|\n|-|-:|\n|c|d|", "| a   | «b» |\n| --- | --: |\n| c   |   d |".replace("| «b»", "|   «b»")),
    ("Tab", "| a | b¦ |\n|---|---|\n| c | d |", "| a   | b   |\n| --- | --- |\n| «c»   | d   |"),
    ("Tab", "| a |\n|---|\n| c¦ |", "| a   |\n| --- |\n| c   |\n| ¦    |"),
    ("Shift+Tab", "| a |\n|---|\n| c¦ |", "| «a»   |\n| --- |\n| c   |"),
    (
        "Tab",
        "| 茶¦ | b |\n|---|---|\n| чай\u0301 | c \\| d |",
        "| 茶  | «b»      |\n| --- | ------ |\n| чай\u0301 | c \\| d |",
    ),
    ("Enter", "| a | b¦ |\n|---|---|\n| c | d |", "| a   | b   |\n| --- | --- |\n| ¦    |     |\n| c   | d   |"),
    ("Enter", "| a |\n|---|\n| c |\n|  ¦ |", "| a   |\n| --- |\n| c   |\n\n¦"),
    ("ArrowDown", "| abcd |\n|---|\n| ef¦ |", "| abcd |\n| ---- |\n| ef   |¦"),
    ("Tab", "| 😀¦ |\n|---|\n| 😁😀 |", "| 😀   |\n| ---- |\n| «😁😀» |"),
    # Text with a pipe is no table.
    ("Enter", "a | b¦", "a | b\n¦"),
    # Keys of the tools.
    ("Control+b", "«a»", "**«a»**"),
    ("Control+i", "«a»", "*«a»*"),
    ("Control+k", "«a»", "[a](¦)"),
    ("Control+Shift+Digit1", "a¦", "## a¦"),
    ("Control+Shift+Digit3", "a¦", "a[^1]\n\n[^1]: ¦"),
    ("Control+Shift+Digit3", "a[^x] b\n\n[^x]: c¦", "a[^x]¦ b\n\n[^x]: c"),
    ("Control+Shift+Digit3", "a[^¦x] b\n\n[^x]: c", "a[^x] b\n\n[^x]: c¦"),
    ("Control+Shift+Digit7", "a¦", "1. a¦"),
    ("Control+Shift+Digit8", "a¦", "- a¦"),
    ("Control+Shift+Digit9", "«a»", "> a\n> — ¦\n"),
]


def test_every_key_does_its_action_and_undo_reverts_it(writing):
    page = writing()
    for key, before, after in KEYS:
        put(page, before)
        page.keyboard.press(key)
        assert told(page) == after, f"{key} in {before!r}"
        page.keyboard.press("Control+z")
        if page.evaluate(VALUE) != bare(before):  # the caret alone moved
            assert bare(before) == bare(after), f"{key} in {before!r}, undone"


def test_an_address_pasted_over_words_makes_them_a_link(writing):
    page = writing()
    paste = """(words) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", words);
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      return document.querySelector("[data-text]").dispatchEvent(event);
    }"""
    put(page, "see «this» now")
    assert page.evaluate(paste, " https://a.org/b ") is False
    assert told(page) == "see [this](https://a.org/b)¦ now"
    page.keyboard.press("Control+z")
    expect(text(page)).to_have_value("see this now")
    # A double click has taken the space along.
    put(page, "see «this »now")
    assert page.evaluate(paste, "https://a.org/b") is False
    assert told(page) == "see [this](https://a.org/b)¦ now"
    # What is no address, or stands over nothing or over an address, is pasted by the browser.
    for before, clip in [("«a»", "b c"), ("a¦", "https://a.org"), ("«https://b.org»", "https://a.org")]:
        put(page, before)
        assert page.evaluate(paste, clip) is True


def test_words_become_the_epigraph_and_undo_brings_them_back(writing):
    page = writing()
    put(page, "One. «Two.» Three.")
    page.keyboard.press("Control+Shift+Digit2")
    motto = page.locator("#id_epigraph")
    expect(motto).to_be_focused()
    expect(motto).to_have_value("Two.")
    expect(text(page)).to_have_value("One.  Three.")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(motto).to_have_value("")
    expect(text(page)).to_have_value("One. Two. Three.")


def test_accounts_that_add_images_may_replace_the_tool(writing):
    page = writing()
    page.evaluate("document.addEventListener('editor:figure', (event) => event.preventDefault())")
    put(page, "a¦")
    tool(page, "Image").click()
    expect(text(page)).to_have_value("a")


def test_the_keyboard_alone_reaches_every_tool_and_is_never_held(writing):
    page = writing()
    page.locator("#id_title").focus()
    page.keyboard.press("Tab")
    expect(tool(page, "Bold")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(tool(page, "Heading")).to_be_focused()
    page.keyboard.press("End")
    expect(tool(page, "Keyboard shortcuts")).to_be_focused()
    page.keyboard.press("Enter")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("CtrlShift9")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(tool(page, "Keyboard shortcuts")).to_be_focused()
    page.keyboard.press("Tab")
    expect(text(page)).to_be_focused()
    page.keyboard.type("words")
    page.keyboard.press("Shift+Tab")  # outside lists and tables Tab is the browser's
    expect(tool(page, "Keyboard shortcuts")).to_be_focused()
    put(page, "- a\n- b¦")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(text(page)).not_to_be_focused()
    expect(text(page)).to_have_value("- a\n- b")
    assert page.locator("[role=toolbar] [tabindex='0']").count() == 1


def test_the_preview_is_the_servers_own_and_only_what_changed_is_rendered_again(writing):
    page = writing()
    page.get_by_text("Address and epigraph").click()
    page.fill("#id_epigraph", "Drink *slowly*.")
    page.fill("#id_epigraph_source", "Navoiy")
    text(page).fill("Tea is *good*.[^1]\n\n> Yes.\n>\n> -- Bob\n\n[^1]: So they say.\n\n<script>alert(1)</script>")
    expect(drawn(page).locator(".prose > p").first).to_contain_text("Tea is good.")
    expect(drawn(page).locator("figure.quotation figcaption")).to_have_text("Bob")
    expect(drawn(page).locator(".epigraph figcaption")).to_have_text("Navoiy")
    assert drawn(page).locator("script, [data-line]").count() == 0
    drawn(page).locator(".prose > p").first.evaluate("one => { one.isTheSame = true; }")
    text(page).press("Control+End")
    page.keyboard.type("\n\nMore.")
    expect(drawn(page).locator(".prose > p").nth(1)).to_have_text("More.")
    assert drawn(page).locator(".prose > p").first.evaluate("one => one.isTheSame") is True
    drawn(page).get_by_role("link", name="Footnote 1").click()
    expect(page).to_have_url(re.compile(r"/add/$"))
    assert not Post.objects.exists()


def test_after_any_change_the_preview_equals_a_fresh_rendering(writing):
    page = writing()
    expect(page.locator("[data-status]")).to_have_text("Nothing written yet.")  # the first answer is not one of these
    start = "# One\n\nTwo[^1] <b>b\n\n<div>\n\nThree\n\n</div>\n\n<script>a</script>\n\n- a\n- b\n\n[^1]: Note"
    flat = "# One\n\nTwo[^1] & &nbsp; <b>b</b>\n\n| a |\n|---|\n| b |\n\n- a\n- b\n\n[^1]: Note"
    changes = [("Two", "Twofold"), ("- b", "- b\n- c"), ("Note", "Notes"), ("# One", "## One\n\nHalf"), ("[^1]", "")]
    changes += [("# One", "> One"), ("| b |", "| c |"), ("One", ""), ("- a", "a"), ("Two", "<div>Two"), ("& ", "&lt;")]
    for number, (body, (old, new)) in enumerate((body, change) for body in (start, flat) for change in changes):
        for words in (body, body.replace(old, new), body.replace(old, f"{new}!"), body):
            with page.expect_response("**/preview/") as answer:
                text(page).fill(f"{words}\n\nRound {number}.")
            plain = re.sub(r'<span data-line="\d+"></span>', "", answer.value.text())
            page.evaluate(SAME, plain)


def test_a_refusal_and_an_absent_server_are_said_and_the_preview_comes_back(writing, live_server):
    page = writing()
    text(page).fill("Tea.")
    expect(drawn(page)).to_contain_text("Tea.")
    said = page.locator("[data-status]")
    page.evaluate(f"{VALUE} = '> '.repeat(50) + 'a'")
    text(page).press("End")
    page.keyboard.type("b")
    expect(said).to_contain_text("nested too deeply")
    page.route("**/preview/", lambda route: route.abort())
    text(page).fill("Milk.")
    expect(said).to_contain_text("unavailable")
    assert any("ERR_FAILED" in line for line in page.said)
    page.unroute("**/preview/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(drawn(page)).to_contain_text("Milk.")
    expect(said).to_be_empty()
    page.context.clear_cookies()
    text(page).fill("Salt.")
    expect(said).to_contain_text("You are signed out")
    expect(text(page)).to_have_value("Salt.")
    other = page.context.new_page()
    other.goto(live_server.url + "/admin/")
    submit_login(other, "root")
    other.wait_for_url("**/admin/")
    text(page).press("End")
    page.keyboard.type(" Pepper.")
    expect(drawn(page)).to_contain_text("Salt. Pepper.")
    expect(said).to_be_empty()
    page.said[:] = [line for line in page.said if "ERR_FAILED" not in line and "status of 4" not in line]


def test_an_older_answer_is_never_rendered_over_a_newer_one(writing):
    page = writing()
    held = []

    def hold(route):
        if "Older" in route.request.post_data:
            held.append(route)
        else:
            route.continue_()

    page.route("**/preview/", hold)
    with page.expect_request(lambda request: "Older" in (request.post_data or "")):  # not that of the empty form
        text(page).fill("Older.")
    text(page).fill("Newer.")
    expect(drawn(page)).to_contain_text("Newer.")
    for route in held:
        route.fulfill(status=200, body='<div class="prose"><p>Older.</p></div>')
    text(page).press("End")
    page.keyboard.type(" Newest.")
    expect(drawn(page)).to_contain_text("Newest.")
    assert len(held) == 1
    assert "Older" not in drawn(page).inner_text()


LONG = "\n\n".join(
    f"{'### ' if n % 7 == 0 else ''}Paragraph {n} " + "of some length " * (n % 9 * 5) for n in range(120)
)


# Waits until what is drawn is, but for where its links open, what the browser makes of that HTML.
SAME = """(html) => new Promise((done, failed) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const link of holder.content.querySelectorAll('a[href]:not([href^="#"])')) link.target = "_blank";
  const wanted = holder.content.querySelector(".prose").innerHTML;
  let frames = 600;
  const look = () => {
    const prose = document.querySelector("[data-page]").shadowRoot.querySelector(".prose");
    if (prose?.innerHTML === wanted) done();
    else if (frames--) requestAnimationFrame(look);
    else failed(new Error(`${prose?.innerHTML}\\nis not\\n${wanted}`));
  };
  look();
})"""
TOP_OF_PANE = """() => {
  const pane = document.querySelector("[data-page]");
  const top = pane.getBoundingClientRect().top;
  const blocks = [...pane.shadowRoot.querySelectorAll(".prose > *")];
  return Number(blocks.find((one) => one.getBoundingClientRect().bottom > top + 1).textContent.match(/\\d+/)[0]);
}"""
# Which line of the text stands at the top of the text area, in a copy of it whose lines can be asked.
TOP_LINE = """() => {
  const field = document.querySelector("[data-text]");
  const { font, paddingInlineStart, paddingBlockStart } = getComputedStyle(field);
  const copy = document.createElement("div");
  const inlineSize = `${field.clientWidth - 2 * parseFloat(paddingInlineStart)}px`;
  Object.assign(copy.style, { font, inlineSize, position: "absolute", whiteSpace: "pre-wrap" });
  for (const line of field.value.split("\\n")) {
    copy.append(Object.assign(document.createElement("div"), { textContent: line || " " }));
  }
  document.body.append(copy);
  const at = field.scrollTop - parseFloat(paddingBlockStart);
  return [...copy.children].findIndex((line) => line.offsetTop + line.offsetHeight > at);
}"""
# Waits for a condition frame by frame: the page's policy lets Playwright evaluate nothing there by itself.
UNTIL = """() => new Promise((done, failed) => {
  const [field, pane] = [document.querySelector("[data-text]"), document.querySelector("[data-page]")];
  let frames = 600;
  const look = () => {
    if (%s) done();
    else if (frames--) requestAnimationFrame(look);
    else failed(new Error(`text at ${field.scrollTop}, preview at ${pane.scrollTop}`));
  };
  look();
})"""


def test_the_panes_scroll_in_step_whichever_is_moved(writing):
    page = writing()
    text(page).fill(LONG)
    expect(drawn(page).locator(".prose > *").last).to_contain_text("Paragraph 119")
    text(page).evaluate("one => { one.scrollTop = (one.scrollHeight - one.clientHeight) / 2; }")
    line = page.evaluate(TOP_LINE)
    lines = LONG.split("\n")
    paragraph = int(re.search(r"\d+", lines[line] or lines[line + 1])[0])
    assert 50 < paragraph < 70
    page.evaluate(UNTIL % f"Math.abs(({TOP_OF_PANE})() - {paragraph}) <= 1")
    text(page).evaluate("one => { one.scrollTop = one.scrollHeight; }")
    page.evaluate(UNTIL % "pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2")
    page.locator("[data-page]").hover()
    page.mouse.wheel(0, -100_000)
    page.evaluate(UNTIL % "pane.scrollTop === 0 && field.scrollTop === 0")


def test_rows_and_places_are_counted_as_a_browser_lays_them_out(writing):
    page = writing()
    rows = page.evaluate("""async () => {
      const { rowsOf, between } = await import("/static/js/editor/scroll-sync.js");
      return [rowsOf("", 10), rowsOf("one two", 10), rowsOf("one two three", 10), rowsOf("a".repeat(25), 10),
        between([[0, 0], [10, 100], [20, 120]], 5), between([[0, 0], [10, 100], [20, 120]], 15),
        between([[0, 0], [9, 9]], 99)];
    }""")
    assert rows == [1, 1, 2, 3, 50, 110, 9]


def test_words_and_characters_are_counted_in_any_script(writing):
    page = writing()
    text(page).fill("## Чай — o'zi, 2 пиалы\n\n- ok 👍")
    expect(page.locator("[data-words]")).to_have_text("5")
    expect(page.locator("[data-characters]")).to_have_text("30")


def test_the_whole_screen_keeps_the_focus_hides_the_rest_and_ends_with_escape(writing):
    page = writing(width=1100)
    put(page, "Tea. ¦")
    page.keyboard.press("Control+Shift+Enter")
    expect(text(page)).to_be_focused()
    page.keyboard.type("More.")
    expect(page.get_by_role("button", name="Save draft")).to_be_in_viewport()
    box = box_of(page.locator(".editor"))
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1100, 800)
    expect(drawn(page)).to_contain_text("Tea. More.")
    expect(page.locator("[data-page]")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#id_title').closest('[inert]') !== null")
    page.keyboard.press("Escape")
    expect(text(page)).to_be_focused()
    assert page.locator("[inert]").count() == 0
    assert box_of(page.locator(".editor"))["width"] < 1100


def test_on_a_phone_everything_fits_a_thumb_and_the_preview_takes_the_texts_place(writing):
    page = writing(width=320, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    text(page).fill("Tea *first*.")
    expect(page.locator("[data-page]")).to_be_hidden()
    for button in page.locator("[role=toolbar] button:visible, .save-bar :is(button, a)").all():
        box = box_of(button)
        assert min(box["width"], box["height"]) >= 44
    tool(page, "More").tap()
    expect(tool(page, "More")).to_have_attribute("aria-expanded", "true")
    assert page.locator("[role=toolbar] button:visible").count() == page.locator("[role=toolbar] button").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    tool(page, "Show the preview").tap()
    expect(drawn(page).locator("em")).to_have_text("first")
    expect(tool(page, "Show the preview")).to_have_attribute("aria-pressed", "true")
    tool(page, "Show the preview").tap()
    expect(text(page)).to_be_focused()
    expect(page.locator("[data-page]")).to_be_hidden()


def test_pages_and_bios_use_the_same_editor(writing):
    alice = factories.author("Alice")
    page = writing(f"/admin/blog/author/{alice.pk}/change/")
    page.locator("#id_bio").fill("She *writes*.")
    expect(drawn(page).locator("em")).to_have_text("writes")
    expect(tool(page, "Make it the epigraph")).to_be_hidden()


def test_without_script_a_plain_text_area_saves_and_a_button_shows_the_preview(writing):
    page = writing(script=False)
    page.fill("#id_title", "On tea")
    page.fill("#id_body", "Tea *first*.")
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_hidden()
    expect(page.locator("[data-side]")).to_be_hidden()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview", exact=True).click()
    expect(opened.value.locator("h1")).to_have_text("On tea")
    expect(opened.value.locator(".prose em")).to_have_text("first")
    assert not Post.objects.exists()
    expect(page.locator("#id_body")).to_have_value("Tea *first*.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Saved at")
    assert Post.objects.get().body == "Tea *first*."

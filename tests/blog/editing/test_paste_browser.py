"""Rich text pasted and documents inserted in a browser: one undo, the caret after it, and never a lost word."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.blog.editing.conversion.documents import word_document
from tests.blog.images.uploads import picture

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/blog/post/add/"
CONVERT = "**/convert/"
VALUE = "document.querySelector('#id_body').value"
CARET = "document.querySelector('#id_body').selectionEnd"

# What another program put on the clipboard: no browser lets a script put all of it there, so the event is made.
PASTE = """([html, plain, files]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (plain) data.setData("text/plain", plain);
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: name.endsWith("jpg") ? "image/jpeg" : "" }));
  }
  const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data });
  return !document.querySelector("#id_body").dispatchEvent(event);
}"""
DROP = """([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0))], name));
  const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data });
  return !document.querySelector("#id_body").dispatchEvent(event);
}"""
RICH = "<h1 style='color: red'>Walls</h1><p>They are <b>old</b>.</p>"
RICH_MARKDOWN = "## Walls\n\nThey are **old**."


@pytest.fixture
def writing(open_admin, live_server):
    """Opens a new post with a text in it and the caret at the end; no policy is violated by what is pasted."""
    pages = []

    def opened(text: str = "Before.", **options) -> Page:
        page = open_admin(**options)
        page.on("filechooser", lambda _: None)  # handed over from now on: asked for as it opens, it may be too late
        page.goto(live_server.url + ADD)
        page.locator("#id_body").fill(text)
        page.locator("#id_body").press("Control+End")
        pages.append(page)
        return page

    yield opened
    assert [line for page in pages for line in page.said if "policy" in line.lower()] == []


def paste(page: Page, html: str, plain: str = "plain", files: dict[str, bytes] | None = None) -> bool:
    sent = [[name, base64.b64encode(content).decode()] for name, content in (files or {}).items()]
    return page.evaluate(PASTE, [html, plain, sent])


def status(page: Page):
    return page.locator("[data-paste-status]")


def test_rich_text_becomes_markdown_and_one_undo_takes_it_away(writing):
    page = writing()
    assert paste(page, RICH)
    expect(page.locator("#id_body")).to_have_value(f"Before.\n\n{RICH_MARKDOWN}\n")
    assert page.evaluate(CARET) == len(f"Before.\n\n{RICH_MARKDOWN}")
    expect(status(page)).to_contain_text("Inserted")
    page.locator("#id_body").press("Control+z")
    assert page.evaluate(VALUE) == "Before."
    page.locator("#id_body").press("Control+Shift+z")
    assert page.evaluate(VALUE) == f"Before.\n\n{RICH_MARKDOWN}\n"


def test_words_with_marks_stay_in_their_sentence_and_replace_the_selection(writing):
    page = writing("One two three")
    page.evaluate("document.querySelector('#id_body').setSelectionRange(4, 7)")
    assert paste(page, "<span style='font-weight:700'>2</span>")
    expect(page.locator("#id_body")).to_have_value("One **2** three")
    assert page.evaluate(CARET) == len("One **2**")


def test_the_browsers_own_clipboard_is_converted_and_pasted_plain_with_shift(writing, live_server):
    page = writing("")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.evaluate(
        """(html) => navigator.clipboard.write([new ClipboardItem({
          "text/html": new Blob([html], { type: "text/html" }),
          "text/plain": new Blob(["Walls, plain"], { type: "text/plain" }),
        })])""",
        RICH.replace(" style='color: red'", ""),  # the browser would report our own page
    )
    page.locator("#id_body").press("Control+v")
    expect(page.locator("#id_body")).to_have_value(f"{RICH_MARKDOWN}\n")
    page.locator("#id_body").fill("")
    page.locator("#id_body").press("Control+Shift+v")
    expect(page.locator("#id_body")).to_have_value("Walls, plain")


def test_one_paragraph_without_formatting_and_code_from_an_editor_are_left_to_the_browser(writing):
    page = writing()
    page.route(CONVERT, lambda route: pytest.fail("nothing is asked"))
    assert not paste(page, "<meta charset='utf-8'><p style='font-weight:400'>just *words*</p>")
    assert not paste(page, "", "a\n\nb")


def test_an_address_over_words_is_still_a_link(writing):
    page = writing("see this")
    page.evaluate("document.querySelector('#id_body').setSelectionRange(4, 8)")
    assert paste(page, "<a href='https://example.org/'>x</a>", "https://example.org/")
    assert page.evaluate(VALUE) == "see [this](https://example.org/)"


def test_notes_go_on_counting(writing):
    page = writing("Before[^3].\n\n[^3]: x")
    paste(page, '<p>a<a href="#n" id="r">1</a></p><p id="n"><a href="#r">1</a> note</p>')
    expect(page.locator("#id_body")).to_have_value("Before[^3].\n\n[^3]: x\n\na[^4]\n\n[^4]: note\n")


def test_while_the_site_is_away_the_plain_text_is_pasted_and_it_says_so(writing):
    page = writing("")
    page.route(CONVERT, lambda route: route.abort())
    paste(page, RICH, "Walls\nThey are old.")
    expect(page.locator("#id_body")).to_have_value("Walls\nThey are old.")
    expect(status(page)).to_have_text("The site cannot be reached, so nothing was converted. Pasted as plain text.")
    page.locator("#id_body").press("Control+z")
    assert page.evaluate(VALUE) == ""


def test_what_is_refused_is_pasted_plain_with_the_reason(writing):
    page = writing("")
    paste(page, "<b><p>" * 3_000, "many")
    expect(page.locator("#id_body")).to_have_value("many")
    expect(status(page)).to_contain_text("broken HTML")


def test_what_is_typed_meanwhile_keeps_its_place(writing):
    page = writing("One. Two.")
    held = []
    page.route(CONVERT, lambda route: held.append(route))
    page.evaluate("document.querySelector('#id_body').setSelectionRange(5, 5)")
    with page.expect_request(CONVERT):
        paste(page, "<p>the <b>new</b> </p>")
    page.locator("#id_body").press("Control+Home")
    page.keyboard.type("Zero. ")
    held[0].continue_()
    expect(page.locator("#id_body")).to_have_value("Zero. One. the **new**Two.")


def test_pictures_on_the_clipboard_are_offered_one_by_one(writing):
    page = writing("")
    content = base64.b64encode(picture()).decode()
    image = f'<img src="data:image/jpeg;base64,{content}">'
    paste(page, f"<p>One <b>picture</b></p>{image}{image}")
    expect(page.locator("#id_body")).to_have_value("One **picture**")
    page.get_by_label("What it shows").fill("A camel")
    page.get_by_role("button", name="Add to the text").click()
    expect(page.locator("#id_body")).to_have_value(re.compile(r"One \*\*picture\*\*\n\n!\[A camel\]\(/media/images/"))
    page.get_by_label("What it shows").fill("A second camel")


def test_a_document_is_dropped_or_chosen_by_keyboard(writing):
    page = writing("")
    assert page.evaluate(DROP, ["walls.docx", base64.b64encode(word_document()).decode()])
    expect(page.locator("#id_body")).to_have_value(re.compile(r"\*\*Old\*\* walls"))
    page.locator("#id_body").press("Control+z")
    assert page.evaluate(VALUE) == ""
    page.get_by_role("button", name="Insert a file").focus()
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files({"name": "tea.md", "mimeType": "text/markdown", "buffer": b"# Tea"})
    expect(page.locator("#id_body")).to_have_value("# Tea\n")


def test_a_damaged_document_changes_nothing_and_says_why(writing):
    page = writing()
    page.evaluate(DROP, ["walls.odt", base64.b64encode(b"PK").decode()])
    expect(status(page)).to_contain_text("damaged")
    assert page.evaluate(VALUE) == "Before."

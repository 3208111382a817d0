"""Notes on a passage in a browser: from the selection in the text to a note, and from a note to its words."""

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

BODY = "A 🫖 of tea, a cup of tea.\n\n" + "Then we talk.\n\n" * 60


def selected(page) -> str:
    return page.evaluate("(() => { const f = document.activeElement;"
                         " return f.value.slice(f.selectionStart, f.selectionEnd); })()")  # fmt: skip


def test_the_selected_words_become_a_note_and_the_note_selects_them(open_admin, live_server):
    post = factories.draft(body=BODY)
    page = open_admin(width=1280)
    page.goto(f"{live_server.url}/admin/blog/post/{post.pk}/change/")
    second = BODY.replace("🫖", "xx").rindex("tea")  # the browser counts the teapot as two
    page.locator("#id_body").evaluate(f"field => {{ field.focus(); field.setSelectionRange({second}, {second + 4}); }}")
    page.keyboard.press("Control+Alt+m")
    expect(page.locator("#id_review_note")).to_be_focused()
    expect(page.get_by_label("About these words")).to_have_value("tea.")
    page.keyboard.type("Green or black?")
    page.keyboard.press("Control+s")
    expect(page.locator(".review-notes")).to_contain_text("Green or black?")
    expect(page.locator("#id_review_note")).to_have_value("")  # or the next save would store it again
    page.get_by_role("button", name="Show in the text").click()
    assert selected(page) == "tea."
    page.locator("#id_body").fill("Nothing of it.")
    page.get_by_role("button", name="Show in the text").click()
    expect(page.get_by_text("These words are no longer in the text.")).to_be_visible()
    assert page.said == []


@pytest.mark.parametrize("width", [320, 1280])
def test_without_script_a_note_is_written_answered_and_resolved(open_admin, live_server, width):
    post = factories.draft(title="Tea" * 20, body=BODY + "W" * 200)
    page = open_admin(width=width, script=False)
    page.goto(f"{live_server.url}/admin/blog/post/{post.pk}/notes/")
    page.get_by_label("About these words").fill("a cup of tea")
    page.get_by_label("Note", exact=True).fill("Or two?")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("mark")).to_have_text("a cup of tea")
    page.get_by_label("Reply").first.fill("One.")
    page.get_by_role("button", name="Reply to note 1").click()
    expect(page.locator(".note__replies")).to_contain_text("One.")
    page.get_by_role("button", name="Resolve note 1").click()
    expect(page.get_by_role("button", name="Reopen note 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width

"""Quoting in a browser: by selecting, with mouse, keys and thumb; and by the links where no script runs."""

import re
from urllib.parse import quote as urlquote

import pytest
from playwright.sync_api import Page, expect

from comments.models import Comment, Quotation
from comments.status import Via
from tests import factories
from tests.boxes import box_of

pytestmark = pytest.mark.django_db(transaction=True)
# Selects from the beginning of one text to the end of another, as a hand does: the page hears of it.
SELECT = """([first, last]) => {
  const range = document.createRange();
  range.setStart(document.querySelector(first), 0);
  const end = document.querySelector(last);
  range.setEnd(end, end.childNodes.length);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture
def thread():
    """A post with two comments; the second is by somebody whose words need care."""
    post = factories.post(body="Tea *first*, then talk.[^1]\n\nAnd 5 \\* 3 cups\nof it.\n\n[^1]: A note.")
    bob = factories.comment(post, name="Bahrom", body="Salt goes in first.\n\nAlways.")
    factories.comment(post, name="Vera", body="I never saw anybody do that.")
    return bob


@pytest.fixture
def reader(browser, live_server):
    """Opens the browser of a reader; what its console complains of is in `page.said`."""
    contexts = []

    def opened(*, script: bool = True, **options) -> Page:
        context = browser.new_context(java_script_enabled=script, base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page

    yield opened
    said = [line for context in contexts for page in context.pages for line in page.said]
    for context in contexts:
        context.close()
    assert said == []


def body(page: Page):
    return page.locator("#respond [name=body]")


def words(comment: Comment) -> str:
    return f"#comment-{comment.pk} .comment__body"


def quote(page: Page):
    return page.locator(".quote-button")


def send(page: Page, name: str = "Eve") -> None:
    page.fill("#respond [name=name]", name)
    page.fill("#respond [name=email]", f"{name.lower()}@example.net")
    page.click("#respond button[value=send]")
    expect(page.locator("h1, .comment__outcome").last).to_contain_text(re.compile("a moderator"))


def published() -> Comment:
    comment = Comment.objects.latest("id")
    factories.approve(comment, via=Via.DESK)
    return comment


def test_selected_words_of_a_comment_go_into_its_reply_form_and_are_marked(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    expect(quote(page)).to_have_count(0)
    page.evaluate(SELECT, [f"{words(thread)} p", f"{words(thread)} p:last-child"])
    quote(page).click()
    expect(page.locator(f"#comment-{thread.pk} #respond [name=body]")).to_have_value(
        "> Salt goes in first.\n>\n> Always.\n\n"
    )
    expect(page).to_have_url(re.compile(r"/$"))
    expect(body(page)).to_be_focused()
    assert body(page).evaluate("field => field.selectionStart === field.value.length")
    page.keyboard.type("Never.")
    send(page)
    assert Quotation.objects.get().source == thread
    comment = published()
    page.goto(comment.get_absolute_url())
    mark = page.locator(f"#comment-{comment.pk} figure.said-by figcaption a")
    expect(mark).to_contain_text("Bahrom, ")
    mark.click()
    expect(page).to_have_url(re.compile(rf"#comment-{thread.pk}$"))


def test_selected_words_of_the_post_go_into_the_open_form_and_keep_their_signs(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.evaluate(SELECT, [".prose p", ".prose p:nth-of-type(2)"])
    quote(page).click()
    expect(body(page)).to_have_value("> Tea first, then talk.\n>\n> And 5 \\* 3 cups of it.\n\n")
    page.keyboard.type("Quite so.")
    send(page)
    assert Quotation.objects.get().source is None
    page.goto(published().get_absolute_url())
    mark = page.locator("figure.said-by figcaption a")
    expect(mark).to_contain_text("Alice, in the post")
    expect(page.locator("figure.said-by blockquote")).to_contain_text("And 5 * 3 cups of it.")


def test_a_selection_is_widened_to_whole_words(reader):
    post = factories.post(body="Don't you know, dear Bahrom?\n\nMen oʻzim bilaman, do‘stim.\n\nSalt goes in first.")
    page = reader()
    page.goto(post.get_absolute_url())
    select = """([paragraph, first, last]) => {
      const text = document.querySelectorAll(".prose p")[paragraph].lastChild;
      getSelection().setBaseAndExtent(text, first, text, last);
    }"""
    for place, words in [
        ([2, 5, 9], "goes"),
        ([2, 4, 10], "goes"),
        ([1, 5, 22], "oʻzim bilaman, do‘stim"),
        ([0, 3, 12], "Don’t you know"),
    ]:
        body(page).fill("")
        page.evaluate(select, place)
        quote(page).click()
        expect(body(page)).to_have_value(f"> {words}\n\n")
    page.keyboard.type("Indeed.")
    send(page)
    page.goto(published().get_absolute_url())
    link = page.locator("figure.said-by figcaption a")
    expect(link).to_have_attribute("href", f"#main:~:text={urlquote('Don’t you know')}")


def test_typed_text_stays_and_the_quotation_goes_to_the_caret(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    body(page).click()
    page.keyboard.type("Before. After.")
    for _ in range(len(" After.")):
        page.keyboard.press("ArrowLeft")
    page.click("h1")
    page.evaluate(SELECT, [f"{words(thread)} p", f"{words(thread)} p"])
    quote(page).click()
    expect(body(page)).to_have_value("Before.\n\n> Salt goes in first.\n\nAfter.")
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("#respond [name=sources]")).to_have_value(str(thread.pk))
    page.keyboard.type("Between.\n\n")
    expect(body(page)).to_have_value("Before.\n\n> Salt goes in first.\n\nBetween.\n\nAfter.")


def test_a_name_typed_already_is_not_lost_either(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.fill("#respond [name=name]", "Eve")
    page.evaluate(SELECT, [f"{words(thread)} p", f"{words(thread)} p"])
    quote(page).click()
    expect(page.locator("#respond [name=name]")).to_have_value("Eve")
    expect(body(page)).to_have_value("> Salt goes in first.\n\n")


def test_the_button_is_reached_and_pressed_by_keys_and_goes_with_escape(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.evaluate(SELECT, [f"{words(thread)} p", f"{words(thread)} p"])
    expect(quote(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(quote(page)).to_be_hidden()
    page.evaluate(SELECT, [f"{words(thread)} p", f"{words(thread)} p:last-child"])
    expect(quote(page)).to_be_visible()
    page.keyboard.press("Tab")
    expect(quote(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("> Salt goes in first.\n>\n> Always.\n\n")


def test_the_button_is_wide_enough_for_a_thumb_and_stays_on_the_page(reader, thread):
    page = reader(viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True)
    page.goto(thread.post.get_absolute_url())
    for first in (".prose p", f"{words(thread)} p"):
        page.evaluate(SELECT, [first, first])
        expect(quote(page)).to_be_visible()
        box = box_of(quote(page))
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    quote(page).tap()
    expect(body(page)).to_have_value("> Salt goes in first.\n\n")


def test_the_button_disappears_with_the_selection_and_ignores_other_text(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.evaluate(SELECT, [".prose p", ".prose p"])
    expect(quote(page)).to_be_visible()
    page.evaluate("getSelection().removeAllRanges()")
    expect(quote(page)).to_be_hidden()
    page.evaluate(SELECT, [".post__title", ".post__title"])
    expect(quote(page)).to_be_hidden()


def test_a_selection_that_reaches_beyond_the_text_means_the_text_alone(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.evaluate(SELECT, [f"{words(thread)} p:last-child", ".conversation"])
    quote(page).click()
    expect(body(page)).to_have_value("> Always.\n\n")


def test_nothing_of_the_quoting_is_fetched_before_it_is_needed(reader, thread):
    page = reader()
    asked = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    page.goto(thread.post.get_absolute_url())
    assert "quote.js" not in asked
    page.evaluate(SELECT, [".prose p", ".prose p"])
    expect(quote(page)).to_be_visible()
    assert asked.count("quote.js") == 1


def test_a_closed_conversation_offers_no_button(reader, thread):
    thread.post.conversation = "closed"
    thread.post.save()
    page = reader()
    page.goto(thread.post.get_absolute_url())
    with page.expect_response("**/quote.js"):
        page.evaluate(SELECT, [".prose p", ".prose p"])
    expect(quote(page)).to_have_count(0)


def test_the_link_beside_reply_sets_the_caret_after_the_quotation(reader, thread):
    page = reader()
    page.goto(thread.post.get_absolute_url())
    page.locator(f"#comment-{thread.pk}").get_by_role("link", name="Quote Bahrom").click()
    expect(body(page)).to_be_focused()
    page.keyboard.type("Never.")
    expect(body(page)).to_have_value("> Salt goes in first.\n>\n> Always.\n\nNever.")


def test_without_script_a_comment_is_quoted_answered_and_marked(reader, thread):
    page = reader(script=False)
    page.goto(thread.post.get_absolute_url())
    page.locator(f"#comment-{thread.pk}").get_by_role("link", name="Quote Bahrom").click()
    expect(page.locator(f"#comment-{thread.pk} #respond .respond__heading")).to_contain_text("Bahrom")
    expect(body(page)).to_have_value("> Salt goes in first.\n>\n> Always.\n\n")
    page.fill("#respond [name=body]", body(page).input_value() + "Never.")
    send(page)
    comment = published()
    page.goto(comment.get_absolute_url())
    expect(page.locator(f"#comment-{comment.pk} figure.said-by figcaption")).to_contain_text("Bahrom, ")
    factories.remove(thread, via=Via.DESK)
    page.reload()
    expect(page.locator(f"#comment-{comment.pk} figure.said-by figcaption")).to_have_text(
        "From a comment that is no longer shown."
    )


def test_without_script_a_paragraph_of_the_post_is_chosen_and_quoted(reader, thread):
    page = reader(script=False)
    page.goto(thread.post.get_absolute_url())
    page.get_by_text("Reading", exact=True).click()
    page.get_by_role("link", name="Quote the post").click()
    page.get_by_role("link", name="Tea first, then talk.").click()
    expect(body(page)).to_have_value("> Tea first, then talk.\n\n")
    page.fill("#respond [name=body]", body(page).input_value() + "Quite so.")
    send(page)
    page.goto(published().get_absolute_url())
    expect(page.locator("figure.said-by figcaption")).to_contain_text("Alice, in the post")


def test_without_script_a_moderator_finds_and_settles_what_carries_hidden_words(open_admin, live_server, thread):
    factories.comment(thread.post, name="Eve", parent=thread, body="> Salt goes in first.\n\nNever.")
    page = open_admin(script=False, width=360)
    page.goto(f"{live_server.url}/admin/comments/comment/queue/?at={thread.pk}")
    factories.remove(thread, via=Via.DESK)
    page.goto(f"{live_server.url}/admin/comments/comment/queue/")
    page.get_by_role("link", name="Hidden quotes 1").click()
    expect(page.locator(".queue-item__name")).to_have_text("Eve")
    page.get_by_role("button", name=re.compile("[Kk]eep")).click()
    expect(page.locator(".notice__text")).to_have_text("Quotes kept: Eve on “The tea house”.")
    expect(page.locator(".queue-item")).to_have_count(0)

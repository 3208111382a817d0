"""While somebody reads, a line says how many comments have come; a branch folds by the rule beside it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comments.models import Comment
from tests import factories
from tests.boxes import box_of

MINUTE = 60_000  # milliseconds


@pytest.fixture
def post(transactional_db):
    return factories.post(slug="tea")


@pytest.fixture
def old(post) -> Comment:
    comment = factories.comment(post, body="Long since read. " * 300)
    Comment.objects.update(decided_at=timezone.now() - timedelta(days=1))
    return comment


def hide(page, is_hidden: bool) -> None:
    """What a browser tells a page whose tab goes into the background, or comes back."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def test_new_comments_are_counted_once_a_minute_and_shown_without_losing_a_draft(people, post, old):
    page = people.context().new_page()
    page.clock.install()
    asked = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith("/comments/count/") else None)
    page.goto(post.get_absolute_url())
    line = page.locator(".new-comments")
    page.get_by_label("Comment", exact=True).fill("Half a thought")
    assert not [url for url in page.evaluate(LOADED) if "new-comments" in url]  # nothing before the first minute
    with page.expect_response(re.compile("/comments/count/$")):
        page.clock.run_for(MINUTE)
    expect(line).to_have_text("")

    first = factories.comment(post, parent=old, body="The first new words.")
    factories.comment(post)
    with page.expect_response(re.compile("/comments/count/$")):
        page.clock.run_for(MINUTE)
    expect(line).to_have_text("2 new comments: show")
    expect(line).to_have_role("status")
    expect(line.get_by_role("link")).to_be_in_viewport()
    assert all("cookie" not in request.all_headers() for request in asked)

    hide(page, True)
    page.clock.run_for(5 * MINUTE)
    assert len(asked) == 2
    with page.expect_response(re.compile("/comments/count/$")):
        hide(page, False)
    assert len(asked) == 3

    line.get_by_role("link", name="show").click()
    expect(page).to_have_url(re.compile(rf"\?since=\d+#comment-{first.pk}$"))
    expect(page.locator(f"#comment-{first.pk}")).to_be_in_viewport()
    expect(page.locator(".comment--new")).to_have_count(2)
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Half a thought")

    # The marks stay where they are when more arrive.
    last = factories.comment(post, body="Still more words.")
    with page.expect_response(re.compile("/comments/count/$")):
        page.clock.run_for(MINUTE)
    expect(line).to_have_text("1 new comment: show")
    line.get_by_role("link", name="show").click()
    expect(page.locator(f"#comment-{last.pk}")).to_be_in_viewport()
    expect(page.locator(".comment--new")).to_have_count(3)
    assert people.said == []


LOADED = "performance.getEntriesByType('resource').map(({ name }) => name)"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_branch_folds_by_its_rule_and_by_keyboard(people, post, old, direction):
    reply = factories.comment(post, parent=old, body="A reply. " * 400)
    after = factories.comment(post, body="Another thread.")
    page = people.page(post.get_absolute_url())
    page.evaluate("(direction) => { document.documentElement.dir = direction; }", direction)
    branch = page.locator(".branch")
    page.locator(f"#comment-{reply.pk} .comment__reply").scroll_into_view_if_needed()
    box = box_of(branch)
    x = box["x"] + 16 if direction == "ltr" else box["x"] + box["width"] - 16
    page.mouse.click(x, box["y"] + box["height"] - 20)
    expect(page.locator(f"#comment-{reply.pk}")).not_to_be_visible()
    expect(branch.locator("summary")).to_be_in_viewport()
    expect(page.locator(f"#comment-{after.pk}")).to_be_in_viewport()
    branch.locator("summary").press("Enter")
    expect(page.locator(f"#comment-{reply.pk}")).to_be_visible()
    name = page.locator(f"#comment-{reply.pk} h3").inner_text()
    assert re.search(r"\(reply to .+, level 2\)", name)

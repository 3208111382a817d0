"""The desk in a browser: no page breaks its own policy, and the queue works by thumb and without script."""

import pytest

from comments.models import Comment
from comments.moderation import Status
from tests import factories

PAGES = [
    "/admin/", "/admin/blog/post/", "/admin/blog/post/add/", "/admin/blog/tag/add/", "/admin/blog/author/add/",
    "/admin/comments/comment/", "/admin/comments/comment/queue/", "/admin/auth/user/", "/admin/auth/user/add/",
]  # fmt: skip
QUEUE = "/admin/comments/comment/queue/"
pytestmark = pytest.mark.django_db(transaction=True)


def waiting(count: int) -> list[Comment]:
    post = factories.post()
    parent = factories.comment(post)
    return [factories.comment(post, parent=parent, status=Status.PENDING, name="W" * 60) for _ in range(count)]


def test_no_page_of_the_desk_breaks_its_own_policy_or_scrolls_sideways(desk, live_server):
    waiting(2)
    for width in (320, 1280):
        page = desk(width=width)
        for address in PAGES:
            page.goto(live_server.url + address)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (address, page.said, wide <= width) == (address, [], True)


def test_without_script_the_queue_is_chosen_whole_and_decided(desk, live_server):
    comments = waiting(3)
    page = desk(width=360, script=False)
    page.goto(live_server.url + QUEUE)
    page.get_by_role("link", name="Choose all on this page").click()
    page.get_by_role("button", name="Spam chosen").click()
    assert "Nothing waits." in page.content()
    assert set(Comment.objects.filter(pk__in=[one.pk for one in comments]).values_list("status", flat=True)) == {"spam"}


def test_every_target_of_the_queue_is_wide_enough_for_a_thumb(desk, live_server):
    waiting(2)
    page = desk(width=360, has_touch=True, is_mobile=True)
    for query in ("", "?post=1", "?show=reported"):
        page.goto(live_server.url + QUEUE + query)
        for fold in page.locator("main details.act, main .sieve__more").all():
            fold.evaluate("one => { one.removeAttribute('name'); one.open = true; }")
        targets = "button, label.queued__choose, .bulk a, summary.verb, .act__body :is(select, input)"
        for target in page.locator(f"main :is({targets})").all():
            if not target.is_visible():
                continue
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 44, target.evaluate("one => one.outerHTML")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_enter_key_in_a_note_decides_nothing_by_itself(desk, live_server):
    comment = waiting(1)[0]
    page = desk(script=False)
    page.goto(live_server.url + QUEUE)
    page.locator(".queued summary.verb--remove").click()
    page.locator(".queued [name=note]").fill("Known")
    page.locator(".queued [name=note]").press("Enter")
    page.locator(".queued").get_by_role("button", name="Remove it").click()
    assert "Nothing waits." in page.content()
    assert [one.note for one in comment.decisions.all()] == ["Known", ""]


def test_what_is_typed_for_one_comment_outlives_the_decision_on_another(desk, live_server):
    first, second = waiting(2)
    page = desk()
    page.goto(live_server.url + QUEUE)
    page.locator(f"#waiting-{second.pk} summary", has_text="Answer").click()
    page.locator(f"#waiting-{second.pk} [name=answer]").fill("Half a sentence")
    page.locator(f"#waiting-{first.pk}").get_by_role("button", name="Approve").first.click()
    page.locator(f"#waiting-{first.pk}").wait_for(state="detached")
    assert page.locator(f"#waiting-{second.pk} [name=answer]").input_value() == "Half a sentence"
    assert page.locator(f"#waiting-{second.pk} [name=answer]").is_visible()


def test_when_the_site_does_not_answer_nothing_typed_is_lost(desk, live_server):
    comment = waiting(1)[0]
    page = desk()
    page.goto(live_server.url + QUEUE)
    page.locator(".queued summary", has_text="Answer").click()
    page.locator(".queued [name=answer]").fill("My answer.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Approve and answer").click()
    page.get_by_text("The site did not answer").first.wait_for()
    assert page.locator(".queued [name=answer]").input_value() == "My answer."
    page.context.set_offline(False)
    page.get_by_role("button", name="Approve and answer").click()
    page.get_by_text("Approved and answered").first.wait_for()
    assert comment.replies.get().body == "My answer."


def test_a_colleague_is_seen_at_her_comment_and_passed_over(desk, live_server):
    first, second = waiting(2)
    mona, nora = desk(name="mona"), desk(name="nora")
    mona.goto(live_server.url + QUEUE)
    with mona.expect_response("**/claim/"):
        mona.keyboard.press("j")
    nora.goto(live_server.url + QUEUE)
    nora.get_by_text("being looked at by mona").wait_for()
    with nora.expect_response("**/claim/"):
        nora.keyboard.press("j")
    assert nora.locator(".queued[aria-current]").get_attribute("id") == f"waiting-{second.pk}"
    with mona.expect_response("**/claim/"):
        mona.keyboard.press("j")
    assert mona.locator(f"#waiting-{second.pk} [data-claim]").inner_text() == "being looked at by nora"
    assert (mona.said, nora.said) == ([], [])
    assert first.decisions.count() == 1

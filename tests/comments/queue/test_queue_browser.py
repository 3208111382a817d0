"""The queue in a browser: no page breaks its own policy, and it works by touch and without script."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment, Finding
from comments.status import Status
from tests import factories
from tests.boxes import box_of
from tests.comments.processes import wait_until
from tests.registan.login_form import submit_login

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


def test_no_admin_page_breaks_its_own_policy_or_scrolls_sideways(open_admin, live_server):
    waiting(2)
    for width in (320, 1280):
        page = open_admin(width=width)
        for address in PAGES:
            page.goto(live_server.url + address)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (address, page.said, wide <= width) == (address, [], True)


def test_without_script_the_queue_is_chosen_whole_and_decided(open_admin, live_server):
    comments = waiting(3)
    page = open_admin(width=360, script=False)
    page.goto(live_server.url + QUEUE)
    page.get_by_role("link", name="Select all on this page").click()
    page.get_by_role("button", name="Mark selected as spam").click()
    assert "Nothing is waiting." in page.content()
    assert set(
        Comment.objects.filter(pk__in=[comment.pk for comment in comments]).values_list("status", flat=True)
    ) == {"spam"}


def test_every_target_of_the_queue_is_wide_enough_for_a_thumb(open_admin, live_server):
    waiting(2)
    page = open_admin(width=360, has_touch=True, is_mobile=True)
    for query in ("", "?post=1", "?show=reported"):
        page.goto(live_server.url + QUEUE + query)
        for fold in page.locator("main details.action, main .filters__more").all():
            fold.evaluate("one => { one.removeAttribute('name'); one.open = true; }")
        targets = "button, label.queue-item__select, .bulk a, summary.verb, .action__body :is(select, input)"
        for target in page.locator(f"main :is({targets})").all():
            if not target.is_visible():
                continue
            box = box_of(target)
            assert min(box["width"], box["height"]) >= 44, target.evaluate("one => one.outerHTML")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_each_verb_is_as_high_as_its_neighbours_when_one_takes_two_lines(open_admin, live_server):
    waiting(1)
    page = open_admin(width=500)
    page.goto(live_server.url + QUEUE)
    lower = box_of(page.locator(".queue-item .verbs .verb:visible").first)["height"]
    page.locator(".verbs button").first.evaluate("one => { one.innerText = 'Two\\nlines\\nor three'; }")
    boxes = [box_of(verb) for verb in page.locator(".queue-item .verbs .verb:visible").all()]
    assert len(boxes) == 3
    assert boxes[0]["height"] > lower
    assert {(box["y"], box["height"]) for box in boxes} == {(boxes[0]["y"], boxes[0]["height"])}


def test_the_enter_key_in_a_note_decides_nothing_by_itself(open_admin, live_server):
    comment = waiting(1)[0]
    page = open_admin(script=False)
    page.goto(live_server.url + QUEUE)
    page.locator(".queue-item summary.verb--remove").click()
    page.locator(".queue-item [name=note]").fill("Known")
    page.locator(".queue-item [name=note]").press("Enter")
    page.locator(".queue-item").get_by_role("button", name="Remove comment").click()
    assert "Nothing is waiting." in page.content()
    assert [decision.note for decision in comment.decisions.all()] == ["Known", ""]


def test_text_typed_for_one_comment_survives_a_decision_on_another(open_admin, live_server):
    first, second = waiting(2)
    page = open_admin()
    page.goto(live_server.url + QUEUE)
    page.locator(f"#waiting-{second.pk} summary", has_text=re.compile(r"^\s*Reply\s*$")).click()
    page.locator(f"#waiting-{second.pk} [name=answer]").fill("Half a sentence")
    page.locator(f"#waiting-{first.pk}").get_by_role("button", name="Approve").first.click()
    page.locator(f"#waiting-{first.pk}").wait_for(state="detached")
    assert page.locator(f"#waiting-{second.pk} [name=answer]").input_value() == "Half a sentence"
    assert page.locator(f"#waiting-{second.pk} [name=answer]").is_visible()


def test_when_the_site_does_not_answer_nothing_typed_is_lost(open_admin, live_server):
    comment = waiting(1)[0]
    page = open_admin()
    page.goto(live_server.url + QUEUE)
    page.locator(".queue-item summary", has_text=re.compile(r"^\s*Reply\s*$")).click()
    page.locator(".queue-item [name=answer]").fill("My answer.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Approve and reply").click()
    page.get_by_text("The site did not respond").first.wait_for()
    assert page.locator(".queue-item [name=answer]").input_value() == "My answer."
    page.context.set_offline(False)
    page.get_by_role("button", name="Approve and reply").click()
    page.get_by_text("Approved, and replied to").first.wait_for()
    assert comment.replies.get().body == "My answer."


def test_a_comment_under_review_by_another_moderator_is_marked_and_skipped(open_admin, live_server):
    first, second = waiting(2)
    mona, nora = open_admin(name="mona"), open_admin(name="nora")
    mona.goto(live_server.url + QUEUE)
    with mona.expect_response("**/claim/"):
        mona.keyboard.press("j")
    nora.goto(live_server.url + QUEUE)
    nora.get_by_text("being reviewed by mona").wait_for()
    with nora.expect_response("**/claim/"):
        nora.keyboard.press("j")
    assert nora.locator(".queue-item[aria-current]").get_attribute("id") == f"waiting-{second.pk}"
    with mona.expect_response("**/claim/"):
        mona.keyboard.press("j")
    assert mona.locator(f"#waiting-{second.pk} [data-claim]").inner_text() == "being reviewed by nora"
    assert (mona.said, nora.said) == ([], [])
    assert first.decisions.count() == 1


def hold_answers(page) -> list:
    """What the queue sends waits in this list until the test lets it go on.

    Called before the page is opened: Chromium may let through what an open page sends soon after.
    """
    held = []
    page.route(
        re.compile(r"/queue/(\?|$)"),
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    return held


def let_go(page, held: list) -> None:
    # The browser's word of what was sent comes in with any answer of it.
    wait_until(lambda: page.title() and held, "what the queue sends")
    held.pop().continue_()


def states(comments: list[Comment]) -> list[str]:
    found = dict(Comment.objects.values_list("pk", "status"))
    return [found[comment.pk] for comment in comments]


def test_letters_typed_while_an_answer_is_on_its_way_are_words_and_decide_nothing(open_admin, live_server):
    comments = waiting(3)
    page = open_admin()
    held = hold_answers(page)
    page.goto(live_server.url + QUEUE)
    answer = page.locator(f"#waiting-{comments[1].pk} [name=answer]")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.keyboard.type("thnks")
    for _letter in "nks":
        page.keyboard.press("ArrowLeft")
    let_go(page, held)
    page.locator(f"#waiting-{comments[0].pk}").wait_for(state="detached")
    expect(answer).to_be_focused()
    page.keyboard.type("a")
    page.keyboard.press("End")
    page.keyboard.type(" a lot")
    expect(answer).to_have_value("thanks a lot")
    expect(answer).to_be_visible()
    assert held == []
    assert states(comments) == ["approved", "pending", "pending"]


def test_a_comment_decided_by_another_moderator_stays_in_sight(open_admin, live_server):
    first, second = comments = waiting(2)
    page = open_admin()
    held = hold_answers(page)
    page.goto(live_server.url + QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.keyboard.type("than")
    factories.mark_spam(Comment.objects.get(pk=second.pk), via="desk", by=factories.user("nora", group="Moderator"))
    let_go(page, held)
    page.locator(f"#waiting-{first.pk}").wait_for(state="detached")
    page.keyboard.type("ks")
    page.keyboard.press("Control+Enter")
    let_go(page, held)
    expect(page.locator("[data-confirmation] [name=answer]")).to_have_value("thanks")
    assert states(comments) == ["approved", "spam"]


def test_actions_in_quick_succession_each_apply_to_their_own_comment(open_admin, live_server):
    comments = waiting(4)
    page = open_admin()
    held = hold_answers(page)
    page.goto(live_server.url + QUEUE)
    page.keyboard.press("j")
    page.keyboard.press("a")
    for key in "ajsj":  # the same key twice is meant once
        page.keyboard.press(key)
    for _answer in range(2):
        let_go(page, held)
    page.locator(f"#waiting-{comments[1].pk}").wait_for(state="detached")
    expect(page.locator(f"#waiting-{comments[2].pk}")).to_be_focused()
    assert held == []
    assert states(comments) == ["approved", "spam", "pending", "pending"]


def test_signed_out_meanwhile_nothing_typed_is_lost_and_the_next_press_decides(open_admin, live_server):
    comment = waiting(1)[0]
    page = open_admin()
    page.goto(live_server.url + QUEUE)
    page.locator(".queue-item summary", has_text=re.compile(r"^\s*Reply\s*$")).click()
    page.locator(".queue-item [name=answer]").fill("My answer.")
    other = page.context.new_page()
    page.context.clear_cookies(name=re.compile("session"))
    for _press in range(2):
        with page.expect_response("**/queue/"):
            page.get_by_role("button", name="Approve and reply").click()
        page.get_by_text("You are signed out.").first.wait_for()
        expect(page.locator(".queue-item [name=answer]")).to_have_value("My answer.")
    other.goto(f"{live_server.url}/admin/")
    submit_login(other, "root")
    other.wait_for_url("**/admin/")
    page.get_by_role("button", name="Approve and reply").click()
    page.get_by_text("Approved, and replied to").first.wait_for()
    assert comment.replies.get().body == "My answer."


def test_no_key_decides_while_the_focus_is_outside_the_comments(open_admin, live_server):
    comments = waiting(2)
    page = open_admin()
    held = hold_answers(page)
    page.goto(live_server.url + QUEUE)
    page.keyboard.press("j")
    page.locator(".queue__tools button").first.focus()
    expect(page.locator(".queue-item[aria-current]")).to_have_count(0)
    page.keyboard.press("s")
    expect(page.locator(f"#waiting-{comments[0].pk}")).to_be_focused()
    assert held == []
    assert states(comments) == ["pending", "pending"]


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("words", [5, 500])
def test_on_a_phone_the_first_buttons_are_on_the_first_screen(open_admin, live_server, words, script):
    post = factories.post("A dome three centuries late", body="It was never finished. " * 20)
    parent = factories.comment(post, body="Who said that it was? " * 20)
    comment = factories.comment(post, parent=parent, status=Status.PENDING, body="Bricks and tiles. " * words)
    Finding.objects.create(comment=comment, kind="first")
    page = open_admin(width=360, script=script, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live_server.url + QUEUE)
    for verb in page.locator(".queue-item .verbs .verb").all():
        box = box_of(verb)
        assert box["y"] + box["height"] <= 740
    assert box_of(page.locator(".queue-item"))["y"] <= 180
    page.locator(".verb--remove").first.click()
    sure = box_of(page.get_by_role("button", name="Remove comment"))
    assert sure["y"] + sure["height"] <= 740

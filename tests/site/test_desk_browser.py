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


@pytest.fixture
def desk(browser, live_server):
    """A function that opens a signed-in page of that width; what its console complains of is in `page.said`."""
    contexts = []

    def opened(*, width: int = 1280, script: bool = True):
        if not factories.User.objects.filter(username="root").exists():
            factories.user("root", is_superuser=True, group="Administrator")
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(f"{live_server.url}/admin/")
        page.get_by_label("Login").or_(page.locator("input[name=login]")).first.fill("root")
        page.locator("input[name=password]").fill("root")
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/admin/")
        return page

    yield opened
    for context in contexts:
        context.close()


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
    page = desk(width=360)
    page.goto(live_server.url + QUEUE)
    page.get_by_role("link", name="Choose all on this page").click()
    for target in page.locator("main button:visible, main label:visible, .bulk a, main .reason:visible").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44, target.evaluate("one => one.outerHTML")


def test_the_enter_key_in_a_reason_decides_nothing_by_itself(desk, live_server):
    comment = waiting(1)[0]
    page = desk()
    page.goto(live_server.url + QUEUE)
    page.locator(".queued .reason").fill("Rude")
    page.locator(".queued .reason").press("Enter")
    page.wait_for_timeout(300)
    assert comment.decisions.count() == 1
    page.locator(".queued").get_by_role("button", name="Remove").click()
    page.wait_for_url(f"**{QUEUE}")
    assert comment.decisions.first().reason == "Rude"

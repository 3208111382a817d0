"""The writing page in a browser: where things are, and what a save does, answered, refused or lost."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from blog.models import Image, Post, WorkingCopy
from blog.models.working_copy import new_form_key
from tests import factories
from tests.blog.images.uploads import picture
from tests.boxes import box_of
from tests.registan.login_form import submit_login

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/blog/post/add/"
# Pixels from the top of the page to the text.
MAX_ABOVE_TEXT = 300
# Milliseconds: a save is tried again after three seconds, and the machine may be busy.
SOON = 30_000


def status(page: Page):
    return page.locator("[data-save-status]")


def keep_copy(user, post: Post | None = None) -> None:
    form_data = {"title": ["A title of several words, longer than the line"], "body": ["Begun."]}
    WorkingCopy.objects.keep(user=user, key=new_form_key(), turn=1, post=post, edition=1, form_data=form_data)


@pytest.fixture
def tea(transactional_db) -> Post:
    both = [factories.author(name.title(), user=factories.user(name, group="Author")) for name in ("alice", "bob")]
    return factories.draft(title="Tea", body="Water first.", authors=both)


@pytest.fixture
def alice(open_admin, live_server, tea):
    """Opens a page of Alice's."""

    def opened(address: str = ADD, **options) -> Page:
        page = open_admin(name="alice", **options)
        page.goto(live_server.url + address)
        return page

    return opened


# Places


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_text_begins_near_the_top_and_the_buttons_are_in_sight(width, script, alice, open_admin, live_server, tea):
    user = tea.authors.get(name="Alice").user
    for post in (None, None, tea, tea, tea):
        keep_copy(user, post)
    change = f"/admin/blog/post/{tea.pk}/change/"
    open_admin(name="bob").goto(live_server.url + change)
    page = alice(width=width, script=script, **({"has_touch": True, "is_mobile": True} if width < 1280 else {}))
    continued = f"{change}?copy={WorkingCopy.objects.filter(post=tea).latest('pk').key}"
    for address, count in ((ADD, 2), (change, 3), (continued, 2)):
        page.goto(live_server.url + address)
        expect(page.locator(".unsaved__all summary")).to_contain_text(f"{count} unsaved texts, the latest from")
        title, text = (box_of(page.locator(name)) for name in ("#id_title", "#id_body"))
        assert title["y"] < text["y"] < MAX_ABOVE_TEXT
        assert text["width"] > 0.3 * width
        for name in ("Save draft", "Preview"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="Publish…")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-others]")).to_contain_text("bob has had this post open")


def test_the_toolbar_and_the_buttons_stay_in_sight_of_a_long_text(alice):
    page = alice(width=360, has_touch=True, is_mobile=True)
    page.locator("#id_body").fill("Tea.\n\n" * 200)
    page.mouse.wheel(0, 400)
    expect(page.locator("[data-tool=strong]")).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-tool=more]")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Save draft")).to_be_in_viewport(ratio=1)


def test_a_group_stays_as_its_author_left_it(alice):
    page = alice()
    expect(page.locator("#id_slug")).to_be_hidden()
    page.get_by_text("Address and epigraph").click()
    expect(page.locator("#id_slug")).to_be_visible()
    page.reload()
    expect(page.locator("#id_slug")).to_be_visible()


# A whole post


def test_a_post_is_written_illustrated_previewed_and_scheduled_on_a_small_touch_screen(alice, tmp_path, settings):
    settings.TIME_ZONE = "Asia/Tashkent"
    page = alice(width=360, has_touch=True, is_mobile=True)
    page.keyboard.type("A bowl of tea")
    page.keyboard.press("Enter")
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("Poured by a third.")
    page.locator("[data-tool=figure]").tap()
    (tmp_path / "bowl.jpg").write_bytes(picture(size=(400, 200)))
    page.locator("dialog [type=file]").set_input_files(tmp_path / "bowl.jpg")
    page.locator("dialog [name=alt]").fill("A bowl")
    page.get_by_role("button", name="Add to the text").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview", exact=True).tap()
    expect(opened.value.locator(".prose img")).to_have_attribute("alt", "A bowl")
    opened.value.close()
    page.get_by_role("link", name="Publish…").tap()
    page.locator("#id_published_at_0").fill("2099-12-24")
    page.locator("#id_published_at_1").fill("09:00")
    page.locator("#id_summary").fill("By a third.")
    page.get_by_role("button", name="Schedule").tap()
    expect(status(page)).to_contain_text("Scheduled for 24 December 2099, 09:00 (Asia/Tashkent)")
    post = Post.objects.get(title="A bowl of tea")
    assert (post.status, post.summary, post.slug) == ("published", "By a third.", "a-bowl-of-tea")
    assert Image.objects.get().uses.get().post == post
    assert page.said == []


# Saving in place


def test_a_new_post_goes_on_as_the_stored_one_with_the_caret_where_it_was(alice):
    page = alice()
    page.keyboard.type("Green tea")
    page.keyboard.press("Enter")
    page.keyboard.type("Water, leaves")
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved at")
    post = Post.objects.get(title="Green tea")
    assert page.url.endswith(f"/admin/blog/post/{post.pk}/change/")
    page.keyboard.type("good ")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-others]")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('[name=edition]').value === '2'")
    post.refresh_from_db()
    assert post.body == "Water, good leaves"
    page.keyboard.press("Control+z")
    expect(page.locator("#id_body")).not_to_have_value("Water, good leaves")
    page.locator("#id_title").press_sequentially(" again")
    expect(page.locator("#id_slug")).to_have_value("green-tea")
    assert page.said == []


def test_what_is_typed_while_the_site_saves_stays(alice):
    page = alice()
    page.locator("#id_title").fill("Green tea")
    page.locator("#id_body").fill("Water")

    def answer_late(route):
        page.locator("#id_body").press_sequentially(" and leaves")
        route.continue_()

    page.route(f"**{ADD}", answer_late, times=1)
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved at")
    expect(page.locator("#id_body")).to_have_value("Water and leaves")


def test_errors_are_shown_where_they_are_and_the_text_stays(alice):
    page = alice()
    page.locator("#id_body").fill("Water")
    page.keyboard.press("Control+s")
    expect(page.locator(".field-title .errorlist")).to_have_text("This field is required.")
    expect(page.locator("#id_title")).to_be_focused()
    expect(status(page)).to_have_text("Not saved. See above.")
    page.keyboard.type("Green tea")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Saved at")
    expect(page.locator(".errorlist, .errornote")).to_have_count(0)
    assert Post.objects.get(title="Green tea").body == "Water"


def test_a_save_whose_answer_got_lost_is_repeated_and_makes_one_post(alice):
    page = alice()
    page.locator("#id_title").fill("Green tea")
    page.locator("#id_body").fill("Water")

    def lose_answer(route):
        route.fetch(max_redirects=0)
        route.abort()

    page.route(f"**{ADD}", lose_answer, times=1)
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Not saved yet: the site is not responding. Trying again…")
    assert Post.objects.filter(title="Green tea").count() == 1
    page.locator("#id_body").press_sequentially(" and leaves")
    expect(status(page)).to_contain_text("Saved at", timeout=SOON)
    assert Post.objects.get(title="Green tea").body == "Water and leaves"
    assert not WorkingCopy.objects.open().exists()


def test_a_session_that_ended_is_said_beside_the_button_and_the_save_follows_the_sign_in(alice):
    page = alice()
    page.locator("#id_title").fill("Green tea")
    page.locator("#id_body").fill("Water")
    Session.objects.all().delete()
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("Not saved yet: you are signed out.", timeout=SOON)
    assert "Water" in page.evaluate("JSON.stringify(localStorage)")
    with page.context.expect_page() as other:
        status(page).get_by_role("link", name="Sign in again").click()
    submit_login(other.value, "alice")
    other.value.wait_for_url(f"**{ADD}")
    page.bring_to_front()
    expect(status(page)).to_contain_text("Saved at", timeout=SOON)
    assert Post.objects.get(title="Green tea").body == "Water"


def test_a_save_after_somebody_else_signed_in_reaches_nobody(alice):
    page = alice()
    page.locator("#id_title").fill("Green tea")
    page.locator("#id_body").fill("Water")
    Session.objects.all().delete()
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("you are signed out.", timeout=SOON)
    with page.context.expect_page() as other:
        status(page).get_by_role("link", name="Sign in again").click()
    submit_login(other.value, "bob")
    other.value.wait_for_url(f"**{ADD}")
    page.bring_to_front()
    with page.expect_response(re.compile(f"{ADD}$")):
        page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("you are signed out.", timeout=SOON)
    assert not Post.objects.filter(title="Green tea").exists()
    assert not WorkingCopy.objects.exists()


def test_a_text_that_is_too_long_for_the_site_stays_in_the_form(alice, settings):
    page = alice()
    page.locator("#id_title").fill("Green tea")
    page.locator("#id_body").fill("Water " * 2_000)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Not saved: this is more than the site can store.")
    expect(page.locator("#id_body")).to_have_value("Water " * 2_000)


def test_a_contributor_hands_in_and_an_editor_publishes(open_admin, live_server):
    factories.author("Carol", user=factories.user("carol", group="Contributor"))
    factories.user("ed", group="Editor")
    page = open_admin(name="carol")
    page.goto(live_server.url + ADD)
    page.keyboard.type("Green tea")
    page.keyboard.press("Enter")
    page.keyboard.type("Water")
    page.get_by_role("link", name="Hand in…").click()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    page.locator("#id_review_note").fill("Ready.")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(status(page)).to_contain_text("Handed in. An editor will read it.")
    expect(page.locator(".review-notes")).to_contain_text("Ready.")
    expect(page.locator("#id_review_note")).to_have_value("")
    editor = open_admin(name="ed")
    editor.goto(page.url)
    editor.get_by_role("link", name="Publish…").click()
    editor.get_by_role("button", name="Publish", exact=True).click()
    expect(status(editor)).to_contain_text("Published. View it")
    status(editor).get_by_role("link", name="View it").click()
    expect(editor.locator("h1")).to_have_text("Green tea")

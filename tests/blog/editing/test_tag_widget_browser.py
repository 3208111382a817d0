"""Adds a tag while writing a post, and asks first when a similar tag exists."""

import pytest
from playwright.sync_api import Page, expect

from blog.models import Post, Tag
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def form(open_admin, live_server):
    """The form of a new post, signed in as an author."""
    factories.user("writer", group="Author")
    page = open_admin(name="writer")
    page.goto(f"{live_server.url}/admin/blog/post/add/")
    yield page
    assert page.said == []


def typed(page: Page, name: str) -> None:
    """Type a name among the tags and wait for what is offered."""
    search = page.locator(".field-tags .select2-search__field")
    search.click()
    search.press_sequentially(name)
    expect(page.locator(".select2-results__option", has_text=f"Add “{name}”")).to_be_visible()


def chosen(page: Page):
    return page.locator(".field-tags .select2-selection__choice")


def test_a_name_typed_and_entered_is_a_tag_of_the_post(form):
    typed(form, "Чайхана")
    form.keyboard.press("Enter")
    expect(chosen(form)).to_have_text(["×Чайхана"])
    form.locator("#id_title").fill("Noon")
    form.locator("#id_body").fill("Tea first.")
    form.keyboard.press("Control+s")
    expect(form.locator(".save-bar .success")).to_be_visible()
    assert [tag.slug for tag in Post.objects.get().tags.all()] == ["chaykhana"]


def test_an_existing_tag_comes_before_the_new_one(form):
    factories.tag("Tea house")
    typed(form, "tea")
    form.keyboard.press("Enter")
    expect(chosen(form)).to_have_text(["×Tea house"])
    assert Tag.objects.count() == 1


def test_before_a_similar_tag_is_added_both_choices_are_offered(form):
    factories.tag("Tea house")
    typed(form, "tea-houses")
    form.keyboard.press("Enter")
    told = form.locator(".field-tags .tag-create")
    expect(told).to_contain_text("“tea-houses” is similar to an existing tag:")
    told.get_by_role("button", name="Use “Tea house”").click()
    expect(chosen(form)).to_have_text(["×Tea house"])
    expect(told).to_be_hidden()
    expect(form.locator(".field-tags .select2-search__field")).to_be_focused()
    typed(form, "tea-houses")
    form.keyboard.press("Enter")
    told.get_by_role("button", name="Add “tea-houses” anyway").click()
    expect(chosen(form)).to_have_text(["×Tea house", "×tea-houses"])
    expect(form.locator(".field-tags .select2-search__field")).to_be_focused()
    assert Tag.objects.count() == 2


def test_a_name_of_figures_is_no_number_of_a_tag(form):
    tag = factories.tag("Tea")
    typed(form, str(tag.pk))
    form.keyboard.press("Enter")
    expect(chosen(form)).to_have_text([f"×{tag.pk}"])
    assert Tag.objects.filter(name=str(tag.pk)).exists()


def test_an_invalid_tag_name_is_reported(form):
    typed(form, "x" * 81)
    form.keyboard.press("Enter")
    expect(form.locator(".field-tags .tag-create")).to_contain_text("80 characters")
    expect(chosen(form)).to_have_count(0)
    form.said.clear()  # the answer 400, which the browser notes


def test_without_a_connection_the_author_sees_it(form):
    form.route("**/admin/blog/tag/new/", lambda route: route.abort())
    form.reload()  # Chromium may let through what an open page sends soon after
    typed(form, "Samovar")
    form.keyboard.press("Enter")
    expect(form.locator(".field-tags .tag-create")).to_contain_text("try again")
    form.said.clear()

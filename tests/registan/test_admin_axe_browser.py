"""The admin as its scripts leave it: axe finds nothing in the list and the forms of any model, light and dark."""

import pytest
from django.contrib import admin

from blog.models import Image, OldAddress, Post, Series, Tag
from comments.subscriptions.wishes import add_wish
from registan.transfer.models import Element
from tests import factories
from tests.boxes import box_of
from tests.registan import site_urls, staff_pages
from tests.registan.html_checkers import AxeWindow, without_known
from tests.registan.test_html_rare_pages import AXE_OF_DJANGO

WIDE = {"width": 1280, "height": 800}
# Their page to change one is the same as the page to look at it, or they have none.
WITHOUT_FORM = {"decision", "trashentry"}
# Those with a form for a new one.
ADDABLE = {*staff_pages.EDITABLE_MODELS, Series, Image, OldAddress}


@pytest.fixture
def post(transactional_db) -> Post:
    """A post of a small site in which every model of the admin has a row."""
    post = site_urls.create_site()
    staff_pages.create_rows(post)
    Series.objects.create(name="Walls", slug="walls")
    post.corrections.create(text="In June.", corrected_at=factories.NOON, edition=1)
    return post


def urls_of_models() -> dict[str, str]:
    """The list, the empty form and the form of a row of every model that has them."""
    urls = {}
    for model in admin.site._registry:
        name, at = model._meta.model_name, f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        urls[f"{name} list"] = at
        if name not in WITHOUT_FORM:
            row = staff_pages.first_row(model) or model(pk=1)  # the site's row is made when it is saved
            urls[f"{name} change"] = f"{at}{row.pk}/change/"
        if model in ADDABLE:
            urls[f"{name} add"] = f"{at}add/"
    return urls


def test_axe_finds_nothing_in_the_lists_and_forms_of_the_admin(post, axe):
    client = staff_pages.signed_in_client("root", "Administrator", is_superuser=True)
    axe.set_cookie("registan_session", client.cookies["registan_session"].value)
    axe.page.set_viewport_size(WIDE)
    axe.check_urls({"dashboard": "/admin/", "section": "/admin/comments/", "health": "/admin/health/"})
    add_wish("shirin@example.net", "all", origin="https://old.example", now=factories.NOON)
    axe.check_urls({"subscribers": "/admin/subscribers/"})
    axe.check_urls(urls_of_models())
    axe.go(f"/admin/transfer/run/{Element.objects.first().run_id}/change/")
    assert box_of(axe.page.locator(".moving-in__scroll"))["width"] > 300, (
        "the ledger is beside the form, where nothing fits"
    )
    axe.check_urls({"history": f"/admin/blog/post/{post.pk}/history/"})
    axe.check_urls({"to review": f"/admin/blog/post/{factories.draft(status='review').pk}/change/"})
    axe.check_urls(
        {f"calendar {month}": f"/admin/blog/post/calendar/?month={month}" for month in ("2026-03", "2190-02")}
    )
    axe.check_urls({"deletion": f"/admin/blog/tag/{Tag.objects.first().pk}/delete/"})
    look_at_what_scripts_open(axe, post)
    found = without_known(axe.violations, but=AXE_OF_DJANGO)
    assert not found, "\n".join(found)


def look_at_what_scripts_open(axe: AxeWindow, post: Post) -> None:
    """The calendar and the times to choose from."""
    page = axe.go(f"/admin/blog/post/{post.pk}/change/")
    page.locator(".date-icon").first.click()
    axe.check("calendar")
    page.keyboard.press("Escape")
    page.locator(".clock-icon").first.click()
    axe.check("times")

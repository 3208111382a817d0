"""The draft of the privacy page says what this site stores as it is set, and notices when that has changed."""

import pytest
from django.test import Client

from blog.models import Page, Site
from registan.privacy_page import privacy_draft
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

PAGE = "/admin/privacy-page/"


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(factories.user("root", group="Administrator"))
    return client


def set_site(**fields) -> None:
    row = Site.get()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def test_it_says_how_long_things_are_kept():
    set_site(address_days=31, token_days=200)
    body = privacy_draft().body
    assert "After 31 days it is shortened" in body
    assert "until you have not come for 200 days" in body
    set_site(address_days=0, token_days=0)
    body = privacy_draft().body
    assert "It is kept as long as the comment." in body
    assert "until you have not come for 400 days" in body


def test_it_names_third_parties_only_where_there_are_some(settings):
    assert "Nobody. Everything is stored on the machine" in privacy_draft().body
    settings.MAIL = {"OPTIONS": {"host": "mail.example.org"}}
    settings.STORAGES = {**settings.STORAGES, "default": {"OPTIONS": {"endpoint_url": "https://s3.example"}}}
    factories.webhook(has_text=True)
    set_site(link_cards=True)
    body = privacy_draft().body
    for words in (
        "`mail.example.org`",
        "`https://s3.example`",
        "the beginning of the text",
        "visits the linked page once",
    ):
        assert words in body
    assert "Nobody." not in body


def test_a_page_is_made_of_it_and_replaced_on_request(root, visitor):
    assert "The site has no privacy page yet." in page(root.get(PAGE))
    assert root.post(PAGE).status_code == 302
    row = Page.objects.get(slug="privacy")
    assert "registan_reader" in page(visitor.get("/privacy/"))
    row.body = "My own words."
    row.save()
    assert "registan_reader" in page(root.get(PAGE))
    assert root.post(PAGE).status_code == 302
    row.refresh_from_db()
    assert "registan_reader" in row.body
    assert Page.objects.filter(slug="privacy").count() == 1


def test_changed_settings_are_noticed_until_the_draft_is_used_again(root):
    root.post(PAGE)
    note = "Settings have changed since you used the draft"
    assert note not in page(root.get(PAGE))
    set_site(address_days=7)
    assert note in page(root.get(PAGE))
    root.post(PAGE)
    assert note not in page(root.get(PAGE))


def test_a_page_in_the_trash_stays_there(root):
    root.post(PAGE)
    row = Page.objects.get()
    factories.user("eve", group="Editor")
    from blog.editing.trash_actions import move_to_trash

    move_to_trash(row, by=factories.user())
    assert root.post(PAGE).status_code == 200
    assert not Page.objects.exists()

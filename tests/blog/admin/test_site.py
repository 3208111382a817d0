"""The Site page: what the owner changes there shows at once, everywhere, and its history says what it was."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from blog.models import MenuLink, Site
from blog.text.site_values import site
from tests import factories
from tests.blog.images.uploads import picture

pytestmark = pytest.mark.django_db
PAGE = "/admin/blog/site/1/change/"
FIELDS = {"name": "The tea house", "tagline": "Over tea", "language": "en", "time_zone": "Asia/Tashkent"}
NO_LINKS = {"links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}


@pytest.fixture
def owner(client):
    client.force_login(factories.user("olga", group="Administrator"))
    return client


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the links' lines."""
    sent = dict(re.findall(r'<input type="hidden" name="(links-[\w-]+)" value="(\w*)"', page))
    for name, options in re.findall(r'<select name="(links-[\w-]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for tag in re.findall(r'<input [^>]*name="links-[^>]+>', page):
        name, value = re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)
        sent.setdefault(name, value[1] if value else "")
    return {name: value for name, value in sent.items() if "__prefix__" not in name}


def save(client, **fields):
    answer = client.post(PAGE, {**FIELDS, **NO_LINKS, **fields})
    assert answer.status_code == 302, re.findall(r"errorlist.*?</ul>", answer.content.decode(), re.DOTALL)
    return client.get("/").content.decode()


def test_until_it_is_saved_it_shows_what_the_environment_says(owner, settings):
    settings.SITE_NAME = "Rasta"
    page = owner.get("/admin/blog/site/", follow=True).content.decode()
    assert 'value="Rasta"' in page
    assert not Site.objects.exists()


def test_the_name_and_the_tagline_show_at_once(owner, visitor):
    assert "The tea house" not in visitor.get("/").content.decode()
    save(owner)
    home = visitor.get("/").content.decode()
    assert "The tea house" in home
    assert "Over tea" in home
    assert "<title>The tea house" in visitor.get("/feed/").content.decode()
    assert "The tea house" in owner.get("/admin/").content.decode()


def test_the_language_shows_at_once_and_readers_may_choose_another(owner, visitor):
    assert '<html lang="en"' in visitor.get("/").content.decode()
    save(owner, language="ru")
    assert '<html lang="ru"' in visitor.get("/").content.decode()
    visitor.cookies["language"] = "uz"
    assert '<html lang="uz"' in visitor.get("/").content.decode()


def test_the_time_zone_shows_at_once_and_addresses_stay(owner, visitor, post):
    address, before = post.get_absolute_url(), visitor.get(post.get_absolute_url()).content.decode()
    save(owner, time_zone="Pacific/Kiritimati")
    assert post.get_absolute_url() == address
    assert visitor.get(address).content.decode() != before


def test_a_zone_that_this_machine_does_not_know_is_replaced_by_that_of_the_environment(owner, visitor, post):
    save(owner)
    Site.objects.update(time_zone="Asia/Atlantis", version=1)
    assert visitor.get(post.get_absolute_url()).status_code == 200


def test_the_accent_is_a_sheet_that_may_be_kept_for_ever(owner, visitor):
    home = save(owner, accent="#7A2E8C")
    assert '<link rel="stylesheet" href="/accent-7a2e8c.css">' in home
    answer = visitor.get("/accent-7a2e8c.css")
    assert b"--lapis:light-dark(#7a2e8c,#" in answer.content
    assert "immutable" in answer["Cache-Control"]


def test_cards_for_links_are_off_until_the_owner_turns_them_on(owner, settings):
    assert not site().makes_cards
    save(owner, link_cards="on")
    assert site().makes_cards
    settings.LINK_CARDS = False
    page = owner.get(PAGE).content.decode()
    assert 'name="link_cards"' not in page
    assert "Turned off on the server (LINK_CARDS)." in page
    assert not site().makes_cards
    save(owner)
    settings.LINK_CARDS = True
    assert site().makes_cards  # a choice that could not be changed stays


@pytest.mark.parametrize("colour", ["#e0a526", "red", "#12345", "#1f4e8c;}"])
def test_a_colour_that_cannot_be_read_or_is_none_is_refused(owner, colour):
    answer = owner.post(PAGE, {**FIELDS, **NO_LINKS, "accent": colour})
    assert "errorlist" in answer.content.decode()
    assert not Site.objects.exists()


def test_a_logo_and_an_icon_are_encoded_again_shown_and_removed(owner, visitor):
    files = {name: SimpleUploadedFile("a.png", picture("PNG", size=(900, 300))) for name in ("new_logo", "new_icon")}
    home = save(owner, **files)
    site = Site.objects.get()
    assert (site.logo_width, site.logo_height) == (640, 213)
    assert f'src="{default_storage.url(site.logo)}"' in home
    assert f'<link rel="icon" href="{default_storage.url(site.icon)}">' in home
    home = save(owner, drops_logo="on", drops_icon="on")
    assert "masthead__logo" not in home
    assert "star.svg" in home


def test_a_file_that_is_no_picture_is_refused(owner):
    files = {"new_logo": SimpleUploadedFile("a.png", b"<script>")}
    assert "cannot be used as an image" in owner.post(PAGE, {**FIELDS, **NO_LINKS, **files}).content.decode()


def test_profiles_elsewhere_and_the_licence_are_in_the_footer(owner):
    home = save(owner, social_links="https://example.org/@olga\nhttps://www.example.com/olga/",
                licence="https://creativecommons.org/licenses/by/4.0/")  # fmt: skip
    assert '<a href="https://example.org/@olga" rel="me">example.org/@olga</a>' in home
    assert '<a href="https://www.example.com/olga/" rel="me">example.com/olga</a>' in home
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in home


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "two\nlines"), ("language", "xx"), ("time_zone", "Asia/Nowhere"),
        ("social_links", "javascript:alert(1)"), ("social_links", "https://a.example\"onclick=x"), ("sender", "nobody"),
        ("licence", "https://example.org/"), ("second_factor_roles", "King"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_stored(owner, field, value):
    answer = owner.post(PAGE, {**FIELDS, **NO_LINKS, field: value})
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True)
    assert not Site.objects.exists()


def test_the_standard_links_are_offered_and_stored_with_the_first_change(owner, visitor):
    factories.page(title="About us", slug="about")
    sent = form_of(owner.get(PAGE).content.decode())
    targets = [value for name, value in sorted(sent.items()) if name.endswith("-target") and value]
    assert len(targets) == 12
    last = max(int(name.split("-")[1]) for name in sent if name.endswith("-target"))
    sent[f"links-{last}-target"], sent[f"links-{last}-address"] = "address", "https://example.org/shop/"
    sent[f"links-{last}-label"], sent[f"links-{last}-position"] = "Shop", "9"
    save(owner, **sent)
    assert MenuLink.objects.count() == 13
    home = visitor.get("/").content.decode()
    assert '<a href="https://example.org/shop/" dir="auto">Shop</a>' in home
    assert home.index(">Archive<") < home.index(">About us<") < home.index(">Shop<")


def test_a_line_that_leads_nowhere_is_deleted(owner, visitor):
    save(owner, **form_of(owner.get(PAGE).content.decode()))
    sent = form_of(owner.get(PAGE).content.decode())
    tags = next(name for name, value in sent.items() if value == "part:blog:tags")
    save(owner, **{**sent, tags: ""})
    assert "/tags/" not in visitor.get("/").content.decode().partition("</header>")[0]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//example.org/", "/a b", 'https://example.org/"', ""])
def test_a_link_to_what_is_no_address_is_refused(owner, address):
    sent = {
        "links-TOTAL_FORMS": 1, "links-INITIAL_FORMS": 0, "links-0-place": "menu", "links-0-position": 1,
        "links-0-target": "address", "links-0-address": address,
    }  # fmt: skip
    assert "errorlist" in owner.post(PAGE, {**FIELDS, **sent}).content.decode()
    assert not MenuLink.objects.exists()


def test_a_target_that_was_never_offered_changes_nothing(owner):
    link = MenuLink.objects.create(part="blog:tags", position=1)
    sent = form_of(owner.get(PAGE).content.decode())
    sent["links-0-target"] = "page:999"
    assert "errorlist" in owner.post(PAGE, {**FIELDS, **sent}).content.decode()
    assert MenuLink.objects.get() == link


def test_the_history_says_what_a_value_was(owner):
    save(owner)
    save(owner, name="The coffee house")
    changes = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert "“The tea house” → “The coffee house”" in changes[-1]
    assert "The coffee house" in owner.get("/admin/blog/site/1/history/").content.decode()


def test_what_the_environment_locks_is_said_and_cannot_be_changed(owner, settings):
    settings.SET_BY_ENVIRONMENT, settings.DEFAULT_FROM_EMAIL = {"MAIL_FROM"}, "fixed@example.org"
    page = owner.get(PAGE).content.decode()
    assert "MAIL_FROM: fixed@example.org" in page
    assert 'name="sender"' not in page
    save(owner, sender="other@example.org")
    assert Site.objects.get().sender == ""


def test_a_page_costs_no_query_more_with_a_site_page(owner, visitor, post, django_assert_num_queries):
    save(owner)
    visitor.get(post.get_absolute_url())
    with django_assert_num_queries(1):
        visitor.get(post.get_absolute_url())

"""The form of a new site: the Site page, the owner's account and their byline are stored together, or not at all."""

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Author, Clock, Site
from registan.first_run import link
from tests import factories
from tests.registan.first_run.test_link import GOOD, is_untouched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def path(settings) -> str:
    return link.first_run_url().removeprefix(settings.SITE_URL)


def test_the_form_sets_the_site_up_and_signs_its_owner_in(path, visitor):
    answer = visitor.post(path, {**GOOD, "site-tagline": "Tea and talk", "site-language": "uz"})
    assert (answer.status_code, answer.url) == (303, "/admin/")
    site, owner = Site.objects.get(), User.objects.get()
    assert (site.name, site.tagline, site.language, site.time_zone) == (
        "Choyxona",
        "Tea and talk",
        "uz",
        "Asia/Tashkent",
    )
    assert (owner.username, owner.email, owner.get_full_name()) == ("zulfiya", GOOD["email"], GOOD["name"])
    assert (owner.is_superuser, owner.is_active, owner.check_password(GOOD["password"])) == (True, True, True)
    assert Author.objects.get(user=owner).name == GOOD["name"]
    page = visitor.get("/admin/")
    assert (page.status_code, "Choyxona" in page.text) == (200, True)
    for name in ("zulfiya", GOOD["email"]):
        later = Client()
        later.post("/accounts/login/", {"login": name, "password": GOOD["password"]})
        assert later.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("site-name", ""), ("site-name", "a\nb"), ("site-name", "x" * 81), ("site-tagline", "x" * 161),
     ("site-language", "xx"), ("site-language", ""), ("site-time_zone", "Asia/Nowhere"), ("site-time_zone", ""),
     ("name", ""), ("name", "a\0b"), ("name", "x" * 121), ("email", ""), ("email", "x@y"),
     ("email", "a@b.org\nBcc: c@d.org"), ("password", ""), ("password", "short"), ("password", "password1"),
     ("password", "zulfiya@example.net"), ("password", "Zulfiya Isroilova")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_everything_else_stays_typed(field, value, path, visitor):
    answer = visitor.post(path, {**GOOD, field: value})
    assert (answer.status_code, is_untouched()) == (400, True)
    form = answer.context["site_form" if field.startswith("site-") else "owner_form"]
    assert list(form.errors) == [field.removeprefix("site-")]
    others = {"site-name", "name", "email"} - {field}
    assert all(f'value="{GOOD[other]}"' in answer.text for other in others)
    assert GOOD["password"] not in answer.text


def test_the_form_begins_with_the_language_of_the_page_and_the_zone_of_the_environment(path, settings, visitor):
    settings.TIME_ZONE = "Europe/Berlin"
    visitor.cookies["language"] = "ru"
    form = visitor.get(path).context["site_form"]
    assert (form["language"].value(), form["time_zone"].value()) == ("ru", "Europe/Berlin")


@pytest.mark.parametrize("zone", ["UTC", "US/Pacific", "Etc/GMT+3"])
def test_whatever_zone_the_environment_has_is_offered_once(zone, path, settings, visitor):
    settings.TIME_ZONE = zone
    assert visitor.get(path).text.count(f'<option value="{zone}" selected>') == 1
    assert visitor.post(path, {**GOOD, "site-time_zone": zone}).status_code == 303


def test_only_a_name_that_somebody_set_is_filled_in(path, settings, visitor):
    fields = visitor.get(path).context["site_form"]
    assert (fields["name"].value(), fields["tagline"].value()) == ("", "")
    settings.SET_BY_ENVIRONMENT, settings.SITE_NAME = {"SITE_NAME"}, "Choyxona"
    fields = visitor.get(path).context["site_form"]
    assert (fields["name"].value(), fields["tagline"].value()) == ("Choyxona", "")


@pytest.mark.parametrize(
    ("host", "is_https", "is_offered"),
    [("localhost:8000", False, True), ("blog.localhost", False, True), ("blog.example.org", True, True),
     ("blog.example.org", False, False), ("127.0.0.1:8000", False, False), ("203.0.113.7", True, False),
     ("[::1]:8000", False, False)],
)  # fmt: skip
def test_a_passkey_is_offered_where_browsers_can_create_one(host, is_https, is_offered, path, settings, visitor):
    settings.ALLOWED_HOSTS = ["*"]
    answer = visitor.get(path, headers={"Host": host}, secure=is_https)
    assert ("create_passkey" in answer.text) == is_offered
    empty = visitor.post(path, {}, headers={"Host": host}, secure=is_https)
    assert ("or create a passkey instead" in empty.text) == is_offered


def test_asking_for_a_passkey_stores_nothing(path, visitor):
    form = {**GOOD, "password": "", "create_passkey": "yes"}
    answer = visitor.post(path, form, headers={"Host": "localhost"})
    assert (answer.status_code, "creation_options" in answer.text, is_untouched()) == (200, True, True)
    refused = visitor.post(path, {**form, "email": ""}, headers={"Host": "localhost"})
    assert (refused.status_code, "Enter your email address." in refused.text) == (400, True)


@pytest.mark.parametrize("credential", ["", "x", "{}", "[]", '{"id": "x", "response": {}}', '{"id": 1, "type": "x"}'])
@pytest.mark.parametrize("is_asked", [True, False])
def test_what_is_no_passkey_sets_nothing_up(credential, is_asked, path, visitor):
    typed = {name: value for name, value in GOOD.items() if name != "password"}
    if is_asked:
        visitor.post(path, {**typed, "create_passkey": "yes"}, headers={"Host": "localhost"})
    answer = visitor.post(path, {**typed, "passkey-credential": credential}, headers={"Host": "localhost"})
    assert (answer.status_code, is_untouched()) == (400, True)


# The front page


def test_the_front_page_says_how_to_begin_and_never_shows_the_link(visitor):
    answer = visitor.get("/")
    assert "This site is not set up yet" in answer.text
    assert "manage.py first_run_link" in answer.text
    assert "/first-run/" not in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("way", ["in the browser", "by a command that tells nobody", "with a post"])
def test_nobody_is_shown_that_page_once_there_is_an_account_or_a_post(way, path, visitor):
    assert "not set up yet" in visitor.get("/").text
    before = Clock.read().site
    if way == "in the browser":
        Client().post(path, GOOD)
    elif way == "with a post":
        factories.post()
    else:
        factories.user("mona")
        assert Clock.read().site == before
    assert "not set up yet" not in visitor.get("/").text


def test_the_first_page_after_that_is_cached_as_ever(path, visitor, django_assert_num_queries):
    visitor.post(path, GOOD)
    first = Client().get("/")
    assert ("Nothing has been published yet." in first.text, "ETag" in first.headers) == (True, True)
    with django_assert_num_queries(1):
        assert Client().get("/").content == first.content


def test_the_time_zone_script_is_only_where_it_may_choose(path, visitor):
    assert "data-browser-zone" in visitor.get(path).text
    assert "data-browser-zone" not in visitor.post(path, {}).text
    assert site_settings.SECURE_CSP["script-src"] == ["'self'"]


def test_the_sign_in_page_of_a_site_without_accounts_says_how_to_begin(visitor):
    assert "manage.py first_run_link" in visitor.get("/admin/", follow=True).text
    factories.user("mona")
    assert "manage.py first_run_link" not in visitor.get("/admin/", follow=True).text

"""The owner's next steps: each ticks itself off, and the list goes when all are done or when it is hidden."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from blog.models import Redirect, Site
from registan.first_run import link
from registan.first_run.next_steps import next_steps
from registan.roles import ROLES
from tests import factories
from tests.registan.first_run.test_link import GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
HIDE = "/admin/next-steps/hide/"
DONE = re.compile(r'next-steps__item--done">\s*([^<]+)<')
OPEN = re.compile(r'<li class="next-steps__item">\s*<a href="([^"]+)">([^<]+)</a>')


@pytest.fixture
def owner(settings, tmp_path) -> Client:
    """The owner of a site that was just set up."""
    settings.DATA_DIR = tmp_path
    client = Client()
    client.post(link.first_run_url().removeprefix(settings.SITE_URL), GOOD)
    return client


def done(client: Client) -> list[str]:
    return DONE.findall(client.get("/admin/").text)


def test_a_new_owner_has_five_steps_and_each_leads_somewhere(owner):
    steps = OPEN.findall(owner.get("/admin/").text)
    names = ["Write your first post", "Invite somebody", "Say who writes here", "Make email work", "Make backups"]
    assert [name for _url, name in steps] == names
    assert {owner.get(url).status_code for url, _name in steps} == {200}


def test_each_step_is_ticked_off_by_what_is_there(owner, settings):
    assert done(owner) == []
    factories.draft()
    assert done(owner) == ["Write your first post"]
    factories.user("mona", is_active=False)  # invited
    assert done(owner) == ["Write your first post", "Invite somebody"]
    page = factories.page("about")
    assert done(owner) == ["Write your first post", "Invite somebody", "Say who writes here"]
    page.slug = "who-we-are"
    page.save()
    assert Redirect.objects.filter(path="/about/").exists()
    assert len(done(owner)) == 3, "it is in the menu still"
    page.delete()
    assert len(done(owner)) == 2
    factories.page("about")
    settings.MAIL = {"BACKEND": "x"}
    assert len(done(owner)) == 4
    (settings.DATA_DIR / "last_backup").touch()
    assert "Next steps" not in owner.get("/admin/").text


def test_the_list_can_be_hidden_for_good(owner):
    assert (answer := owner.post(HIDE)).status_code == 303
    assert answer.url == "/admin/"
    page = owner.get("/admin/").text
    assert ("The list of next steps is hidden." in page, "Write your first post" in page) == (True, False)
    assert Site.get().name == GOOD["site-name"]


def test_opening_the_address_hides_nothing(owner):
    assert owner.get(HIDE).status_code == 405
    assert Site.get().shows_next_steps


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_a_superuser_sees_or_hides_the_list(role, owner):
    mona = Client()
    mona.force_login(factories.user("mona", group=role))
    assert "Next steps" not in mona.get("/admin/").text
    assert mona.post(HIDE).status_code == 403
    assert Client().post(HIDE).status_code == 302
    assert Site.get().shows_next_steps


def test_another_site_cannot_hide_it(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post(HIDE).status_code == 403
    page = strict.get("/admin/").text
    form = page[page.index(HIDE) :]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    assert strict.post(HIDE, {"csrfmiddlewaretoken": token}).status_code == 303


def test_a_site_that_was_not_set_up_in_the_browser_shows_no_list(db):
    root = Client()
    root.force_login(factories.user("root", is_superuser=True, is_staff=True))
    Site.get().save()
    assert "Next steps" not in root.get("/admin/").text


def test_the_steps_cost_one_query(owner, django_assert_num_queries):
    user = User.objects.get()
    with django_assert_num_queries(1):
        assert len(next_steps(user)) == 5

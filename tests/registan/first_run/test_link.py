"""The link of a new site: it works once, for a day, for whoever has it, and not at all once there is an account."""

import string
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.db import connection
from django.test import Client

from blog.models import Author, Site
from comments.web import tokens
from registan.first_run import link
from registan.logs.masking import mask_tokens
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
GOOD = {
    "site-name": "Choyxona",
    "site-tagline": "",
    "site-language": "en",
    "site-time_zone": "Asia/Tashkent",
    "name": "Zulfiya Isroilova",
    "email": "zulfiya@example.net",
    "password": "plum-and-walnut-7",
}


@pytest.fixture
def path(settings) -> str:
    return link.first_run_url().removeprefix(settings.SITE_URL)


def is_untouched() -> bool:
    return not (User.objects.exists() or Site.objects.exists() or Author.objects.exists())


def test_the_link_leads_to_the_site_itself(settings):
    settings.SITE_URL = "https://blog.example.org"
    assert link.first_run_url().startswith("https://blog.example.org/first-run/")


@pytest.mark.parametrize("method", ["get", "head", "options", "put"])
def test_only_a_post_changes_anything(method, path, visitor):
    for _ in range(3):
        getattr(visitor, method)(path)
    assert is_untouched()
    assert visitor.post(path, GOOD).status_code == 303


def test_a_link_with_any_character_changed_opens_nothing(path, visitor):
    start = path.index("/first-run/") + len("/first-run/")
    for place in range(start, len(path) - 1):
        other = next(sign for sign in string.ascii_letters if sign.lower() != path[place].lower())
        flipped = path[place].swapcase() if path[place].isalpha() else other
        for changed in (path[:place] + sign + path[place + 1 :] for sign in (other, flipped, "")):
            answer = visitor.post(changed, GOOD)
            assert answer.status_code in {404, 410}, changed
            assert "Nothing was changed" in answer.text or answer.status_code == 404
    assert is_untouched()


def test_a_link_that_was_made_for_something_else_opens_nothing(visitor):
    for token in (tokens.make_token(tokens.SIGN_IN, 0), tokens.make_token(link.PURPOSE, 1), signing.dumps([0]), "x"):
        answer = visitor.post(f"/first-run/{token}/", GOOD)
        assert (answer.status_code, "This link does not work" in answer.text) == (404, True)
    assert is_untouched()


def test_a_link_of_another_key_opens_nothing(path, visitor, settings):
    settings.SECRET_KEY = "another site, which is also empty" * 2
    assert visitor.post(path, GOOD).status_code == 404
    assert is_untouched()


def test_the_link_works_for_a_day(path, visitor, monkeypatch):
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(hours=23, minutes=59).total_seconds())
    assert visitor.get(path).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(days=1, minutes=1).total_seconds())
    for answer in (visitor.get(path), visitor.post(path, GOOD)):
        assert (answer.status_code, "manage.py first_run_link" in answer.text) == (410, True)
    assert is_untouched()


def test_any_browser_may_use_the_link_but_only_once(path, visitor):
    visitor.get(path)
    assert Client().post(path, GOOD).status_code == 303
    stored = User.objects.values().get(), Site.objects.values().get()
    for client in (visitor, Client()):
        for answer in (client.get(path), client.post(path, {**GOOD, "email": "eve@example.net"})):
            assert (answer.status_code, "This site is set up already" in answer.text) == (410, True)
        assert client.get("/admin/").status_code == 302
    assert (User.objects.values().get(), Site.objects.values().get()) == stored


def test_a_used_link_stays_dead_when_every_account_is_deleted(path, visitor):
    visitor.post(path, GOOD)
    User.objects.all().delete()
    assert visitor.post(path, GOOD).status_code == 404
    assert not User.objects.exists()
    assert visitor.post(link.first_run_url().removeprefix("http://127.0.0.1:8000"), GOOD).status_code == 303


@pytest.mark.parametrize("fields", [{"group": "Contributor"}, {"is_active": False}])
def test_any_account_ends_the_link(fields, path, visitor):
    factories.user("mona", **fields)
    assert [visitor.get(path).status_code, visitor.post(path, GOOD).status_code] == [410, 410]
    assert User.objects.get().username == "mona"
    assert not Site.objects.exists()


def test_another_site_cannot_send_the_form(path, visitor):
    answer = visitor.post(path, GOOD, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "came from another site" in answer.text) == (403, True)
    assert is_untouched()


def test_the_page_is_stored_nowhere_and_the_link_is_in_no_log_or_referrer(path, visitor, root):
    answer = visitor.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert mask_tokens(f"GET {path}") == "GET /first-run/.../"
    assert (root / "deploy" / "nginx.conf").read_text().count("|first-run)") == 3


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_set_up_at_once_one_does(path):
    start, statuses = threading.Barrier(10), []

    def send(number: int) -> None:
        form = {**GOOD, "name": f"Owner {number}", "site-name": f"Site {number}", "email": f"owner{number}@example.net"}
        try:
            start.wait()
            statuses.append(Client().post(path, form).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Those who come when all is done find the account, or the Site page as it is now.
    assert (statuses.count(303), set(statuses) - {303} <= {404, 410}, len(statuses)) == (1, True, 10)
    owner, profile, site = User.objects.get(), Author.objects.get(), Site.objects.get()
    number = owner.first_name[-1]
    assert (owner.email, profile.name, site.name) == (f"owner{number}@example.net", owner.first_name, f"Site {number}")

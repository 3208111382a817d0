"""Read-only mode: every address that takes a form refuses it, pages show none, and everything can be read."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.core.cache import caches
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve

from blog import read_only
from blog.models import SearchMiss, Site, WorkerBeat
from comments.models import Comment, Message, Reader, ReaderSession, Subscription
from registan.management.commands import worker
from registan.read_only import refuse_write
from registan.transfer.models import Export
from registan.transfer.runs.export_job import advance_export, make_export
from tests import factories
from tests.comments.comment_pages import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

SENTENCE = "This site is read-only"
WORDS = "Words that took an hour to write."
# A group of a pattern that may be left out, without others within it.
_OPTION = re.compile(r"\(\?:(?:[^()]|\((?!\?:)(?:[^()]|\([^()]*\))*\))*\)\?")
# What may be sent all the same. Whoever adds to it says why in blog/read_only.py.
POSTABLE = {
    "registan.health.healthz",
    "registan.health.readyz",
    "registan.health.metrics",
    "language",
    "post-password",
    "csp-reports",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "admin:logout",
    "admin:read_only",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
# And these, unless whoever runs the machine has set READ_ONLY.
EXPORTABLE = {"admin:transfer_export_add", "admin:transfer_export_delete", "admin:transfer_export_offer"}
SAMPLES = {"year": "2026", "month": "03", "day": "20", "slug": "the-tea-house", "number": "1", "format": "atom",
           "order": "newest", "version": "0123456789abcdef", "public_id": "abcdefgh", "colour": "112233", "side": "192",
           "key": "a" * 22, "kind": "json", "section": "posts", "provider": "x"}  # fmt: skip


def turn(is_on: bool, words: str = "") -> None:
    row = Site.get()
    row.read_only, row.read_only_words = is_on, words
    row.save()


@pytest.fixture
def ended(post) -> None:
    """The blog has ended; there is a post with a comment."""
    factories.comment(post)
    turn(True, words="Thank you for twenty years.")


# Every address


def all_paths() -> Iterator[tuple[str, str]]:
    """A path for each address that there is, made from the URL configuration, and the name of its view."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern).removeprefix("^")
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            else:
                yield route

    for route in walk(get_resolver(), ""):
        without_options = route
        while (shorter := _OPTION.sub("", without_options)) != without_options:
            without_options = shorter
        path = simplify_regex(without_options).replace("\\", "").replace("(?!search/)", "")
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: SAMPLES.get(name[1], "1"), path)
        path = path.replace(".atom", ".csv")
        yield path, resolve(path).view_name


def test_every_address_but_a_few_refuses_a_form(ended):
    browser, found, wrong = Client(), set(), []
    for path, name in all_paths():
        found.add(name)
        response = browser.post(path, {"body": WORDS})
        html = page(response)
        refused = response.status_code == 403 and f"<title>{SENTENCE}" in html and WORDS in html
        if refused is (name in POSTABLE | EXPORTABLE):
            wrong.append((path, name, response.status_code))
    assert wrong == []
    assert found > {
        "comments:submit",
        "comments:verify-email",
        "comments:mail-decision",
        "admin:blog_post_change",
        "account",
    }


def test_what_may_be_sent_is_this_and_no_more():
    assert (read_only.POSTABLE, read_only.EXPORTABLE) == (POSTABLE, EXPORTABLE)


def test_a_site_that_has_ended_can_still_be_taken_away(ended, settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path
    ada, add = factories.staff_client("ada", "Administrator"), "/admin/transfer/export/add/"
    assert ada.post(add, {"kind": "site"}).status_code == 302
    export = Export.objects.get()
    make_export(export)  # as the worker's thread does
    assert ada.post(f"/admin/transfer/export/{export.pk}/offer/").status_code == 302
    assert Client().get("/archive.zip").status_code == 200
    assert ada.post(f"/admin/transfer/export/{export.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Export.objects.exists()


def test_with_the_environment_no_worker_would_make_an_export(ended, settings):
    settings.READ_ONLY = True
    ada = factories.staff_client("ada", "Administrator")
    assert ada.post("/admin/transfer/export/add/", {"kind": "site"}).status_code == 403
    assert not Export.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_method_writes(ended, visitor, post, method):
    assert getattr(visitor, method)(f"{post.get_absolute_url()}comments/").status_code == 403
    assert Comment.objects.count() == 1


def test_a_form_of_the_staff_is_refused_and_shown_again(ended, alice):
    fields = factories.post_form(title="A new post", body=WORDS)
    response = alice.post("/admin/blog/post/add/", fields)
    assert response.status_code == 403
    assert WORDS in page(response)
    assert "A new post" in page(response)
    assert "Thank you for twenty years." in page(response)
    assert response["Cache-Control"] == "no-store"


def test_passwords_are_never_shown_again(ended, visitor):
    response = visitor.post("/accounts/password/change/", {"password1": "one two three", "oldpassword": "four five"})
    assert response.status_code == 403
    assert "one two three" not in page(response)


def test_an_address_that_there_is_not_is_not_found(ended, visitor):
    assert visitor.post("/no/such/address/").status_code == 404


# Pages


def test_a_post_has_one_sentence_and_no_form(visitor, post):
    factories.comment(post)
    url = post.get_absolute_url()
    before = page(visitor.get(url))
    assert 'method="post"' in before
    assert SENTENCE not in before
    turn(True, words="Thank you for twenty years.")
    after = page(visitor.get(url))
    assert after.count(SENTENCE) == 1
    assert "Thank you for twenty years." in after
    assert not re.search(r'<form[^>]*method="post"(?![^>]*action="/language/")', after)
    assert "Write a comment" not in after
    assert "/report/" in before
    assert "/report/" not in after
    assert page(visitor.get(url)) == after  # from the cache
    turn(False)
    assert 'method="post"' in page(visitor.get(url))


def test_the_environment_changes_cached_pages_too(visitor, post, settings):
    url = post.get_absolute_url()
    response = visitor.get(url)
    from blog.page_cache import release_digest

    release_digest.cache_clear()
    settings.READ_ONLY = True
    later = visitor.get(url, headers={"If-None-Match": response["ETag"]})
    release_digest.cache_clear()
    assert later.status_code == 200
    assert SENTENCE in page(later)


PAGES = ["/", "/archive/", "/subscribe/", "/you/", "/search/?q=tea", "/moderation/", "/accounts/login/"]


@pytest.mark.parametrize("url", PAGES)
def test_other_pages_say_so_as_well(ended, visitor, url):
    html = page(visitor.get(url))
    assert html.count(SENTENCE) == 1
    actions = re.findall(r'<form[^>]*method="post"[^>]*>', html)
    assert all("/language/" in action or "login" in url for action in actions), actions


def test_feeds_stay_as_they_are(visitor, post):
    turn(True)
    response = visitor.get("/feed/")
    assert response.status_code == 200
    assert SENTENCE not in page(response)


@pytest.mark.counts_bytes
def test_a_finished_page_says_its_length(ended, visitor, post):
    response = visitor.get("/accounts/login/")
    assert int(response["Content-Length"]) == len(response.content)


def test_reading_writes_nothing(ended, post):
    reader = factories.reader("ann@example.net")
    browser = factories.reader_client(reader)
    ReaderSession.objects.update(last_seen_on="2020-01-01")
    for url in ("/search/?q=zzzz", "/2020/01/01/nothing/", "/you/", post.get_absolute_url()):
        browser.get(url)
    assert not SearchMiss.objects.exists()
    assert str(ReaderSession.objects.get().last_seen_on) == "2020-01-01"


@pytest.mark.parametrize(
    "sql", ["INSERT INTO x", " update x SET", "DELETE FROM x", "WITH a AS (SELECT 1) INSERT INTO x"]
)
def test_a_statement_that_writes_is_refused(sql):
    with pytest.raises(OperationalError, match="read-only"):
        refuse_write(lambda *_: None, sql, None, False, {})


@pytest.mark.parametrize(
    "sql", ["SELECT 1", "SELECT x FROM y FOR UPDATE", "WITH a AS (SELECT 1) SELECT * FROM a FOR UPDATE"]
)
def test_a_statement_that_reads_is_not(sql):
    assert refuse_write(lambda *_: "rows", sql, None, False, {}) == "rows"


# The switch


def test_staff_read_everything(ended):
    root = factories.staff_client("root", "Administrator")
    for url in ("/admin/", "/admin/blog/post/", f"/admin/comments/comment/{Comment.objects.get().pk}/change/",
                "/admin/comments/comment/queue/", "/admin/blog/site/1/change/", "/admin/health/"):  # fmt: skip
        response = root.get(url)
        assert response.status_code == 200, url
        assert page(response).count(SENTENCE) == 1, url


def test_an_administrator_signs_in_and_switches_it_off(ended, post):
    factories.user("root", group="Administrator")
    browser = Client()
    assert browser.post("/accounts/login/", {"login": "root", "password": "root"}).status_code == 302
    assert browser.post("/admin/read-only/", {"turn": "off", "read_only_words": "x"}).status_code == 303
    html = page(browser.get("/admin/blog/site/1/history/"))
    assert "Read-only mode switched off" in html
    assert SENTENCE not in html
    assert "Write a comment" in page(Client().get(post.get_absolute_url()))


@pytest.mark.parametrize("role", ["Editor", "Moderator"])
def test_nobody_else_switches_it(ended, role):
    assert factories.staff_client("eve", role).post("/admin/read-only/", {"turn": "off"}).status_code == 403
    assert Site.get().read_only


def test_the_command_switches_it_for_whoever_cannot_sign_in(db, capsys):
    call_command("read_only", "on")
    assert Site.get().read_only
    call_command("read_only", "off")
    assert not Site.get().read_only
    call_command("read_only", "status")
    assert "off in Site settings, off by READ_ONLY" in capsys.readouterr().out


def test_another_process_learns_of_it_with_the_next_form(visitor, post):
    from blog.text import site_values

    stale = site_values.Memo.values
    turn(True)
    site_values.Memo.values = stale
    assert visitor.post(f"{post.get_absolute_url()}comments/", factories.comment_form()).status_code == 403


# The worker


def test_what_was_owed_is_sent_and_nothing_new(ended, mailoutbox, post):
    Message.objects.create(key="1", to="ann@example.net", subject="Hello", text="x")
    reader = factories.reader("bob@example.net")
    factories.subscription(by=reader)
    factories.post("A new post", published_at=None)
    call_command("worker", "--once")
    assert [mail.to for mail in mailoutbox] == [["ann@example.net"]]
    assert Subscription.objects.exists()


def test_exports_are_made():
    assert advance_export in worker.OWED_JOBS


def test_each_job_that_goes_on_is_one_of_all_jobs():
    assert set(worker.OWED_JOBS) <= set(worker.JOBS)


def test_with_the_environment_the_worker_does_not_even_say_that_it_lives(db, settings):
    settings.READ_ONLY = True
    WorkerBeat.objects.all().delete()
    call_command("worker", "--once")
    assert not WorkerBeat.objects.exists()


# A database that takes no writes


@pytest.fixture
def frozen_database(transactional_db):
    """Make it by calling it, once the test's rows are there: a file opened to be read, a session that may not write."""
    file = connection.settings_dict["NAME"]

    def freeze() -> None:
        if connection.vendor == "sqlite":
            connection.close()
            connection.settings_dict["NAME"] = f"file:{file}?mode=ro"
        else:
            connection.cursor().execute("SET default_transaction_read_only = on")

    yield freeze
    connection.close()
    connection.settings_dict["NAME"] = file


def test_anonymous_pages_answer_on_a_database_that_takes_no_writes(frozen_database, settings):
    post = factories.post()
    factories.comment(post)
    frozen_database()
    settings.READ_ONLY = True
    with pytest.raises(Exception, match=r"read-?only"):
        Reader.of("new@example.net")
    caches["pages"].clear()
    at = post.get_absolute_url()
    for url in (*PAGES, at, f"{at}discussion/", "/feed/", "/tags/", "/sitemap.xml", "/search/?q=zzzz", "/readyz"):
        assert Client().get(url).status_code == 200, url
    assert Client().get("/2020/01/01/nothing/").status_code == 404
    assert Client().post(f"{at}comments/", {"body": WORDS}).status_code == 403

"""What was answered once is answered again before Django, in the same words, until something changes."""

import io
from datetime import timedelta

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections
from django.test import Client
from django.utils import timezone

from blog import schedule
from blog.models import OldAddress
from comments.lifecycle.decide import decide
from comments.status import Status, Via
from registan.fast_path import MAX_ANSWERS, FastPath
from tests import factories
from tests.registan import site_urls

pytestmark = [pytest.mark.django_db, pytest.mark.counts_bytes]


@pytest.fixture(autouse=True)
def open_connection():
    """A request that ends closes no connection of the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class CountingDjango:
    """Django's application, which counts how often it is asked."""

    def __init__(self):
        self.application, self.asked = get_wsgi_application(), 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.application(environ, start_response)


@pytest.fixture
def django_app():
    return CountingDjango()


@pytest.fixture
def site(django_app):
    return FastPath(django_app)


def ask(application, path: str, *, method: str = "GET", query: str = "", **more: str):
    """Status, headers without order, and body of the answer."""
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, **more,
    }  # fmt: skip
    said = []
    response = application(environ, lambda status, headers, exc_info=None: said.append((status, sorted(headers))))
    body = b"".join(response)
    if hasattr(response, "close"):
        response.close()
    return *said[0], body


def warm(application, path: str, **more: str):
    """The answer once it is known."""
    return [ask(application, path, **more) for _ in range(3)][-1]


def test_every_public_page_is_answered_as_django_answers_it_to_the_last_header(site, django_app):
    post = site_urls.create_site()
    kept = 0
    for address in {**site_urls.public_urls(post), **site_urls.further_urls(post)}.values():
        path, _, query = address.partition("?")
        if query:  # goes to Django, whose form holds the time
            continue
        for headers in ({}, {"HTTP_ACCEPT_ENCODING": "gzip, br"}, {"HTTP_ACCEPT_ENCODING": "gzip;q=0"}):
            expected = ask(django_app, path, **headers)
            for _ in range(2):
                ask(site, path, **headers)
            before = django_app.asked
            answer = ask(site, path, **headers)
            if django_app.asked == before:
                assert answer == expected, address
                kept += 1
    assert kept > 50


def test_a_known_page_takes_one_query_and_no_django(site, django_app, post, django_assert_num_queries):
    for path in ("/", "/feed/", post.get_absolute_url()):
        warm(site, path)
        before = django_app.asked
        with django_assert_num_queries(1):
            assert ask(site, path)[0] == "200 OK"
        assert django_app.asked == before


def test_whoever_has_the_page_is_told_so_in_the_same_words(site, django_app, post):
    path = post.get_absolute_url()
    etag = dict(warm(site, path)[1])["ETag"]
    expected = ask(django_app, path, HTTP_IF_NONE_MATCH=etag)
    assert expected[0] == "304 Not Modified"
    assert warm(site, path, HTTP_IF_NONE_MATCH=etag) == expected
    before = django_app.asked
    ask(site, path, HTTP_IF_NONE_MATCH=etag)
    assert django_app.asked == before
    assert warm(site, path, HTTP_IF_NONE_MATCH='W/"another"')[0] == "200 OK"


def test_every_change_shows_at_once(site, post):
    path = post.get_absolute_url()
    warm(site, path)
    comment = factories.comment(post, body="Melons, ripe.")
    assert b"Melons, ripe." in ask(site, path)[2]
    warm(site, path)
    decide([comment.pk], Status.SPAM, via=Via.DESK)
    assert b"Melons, ripe." not in ask(site, path)[2]
    warm(site, path)
    warm(site, "/")
    post.title = "Salt last"
    post.save()
    assert b"Salt last" in ask(site, path)[2]
    assert b"Salt last" in ask(site, "/")[2]


def test_a_scheduled_post_appears_at_its_moment(site, monkeypatch):
    later = timezone.now() + timedelta(hours=1)
    factories.post(title="Tomorrow's tea", published_at=later)
    assert b"Tomorrow" not in warm(site, "/")[2]
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(seconds=1))
    assert b"Tomorrow" in ask(site, "/")[2]


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "registan_session=x"},
        {"HTTP_COOKIE": "theme=dark; registan_read=x"},
        {"HTTP_COOKIE": "language=ru"},
        {"query": "since=1"},
        {"method": "HEAD"},
        {"method": "POST"},
        {"HTTP_X_FORWARDED_PROTO": "https", "REMOTE_ADDR": "203.0.113.9"},
    ],
)
def test_whatever_may_change_the_answer_goes_to_django(site, django_app, post, more):
    warm(site, "/")
    before = django_app.asked
    answers = [ask(site, "/", **more) for _ in range(2)]
    assert django_app.asked == before + 2
    assert answers[-1] == ask(django_app, "/", **more)


def test_another_host_or_scheme_gets_an_answer_of_its_own(site, settings, post):
    settings.ALLOWED_HOSTS = ["testserver", "blog.example.org"]
    warm(site, "/")
    assert ask(site, "/", HTTP_HOST="evil.example.org")[0] == "400 Bad Request"
    settings.SECURE_HSTS_SECONDS = 60
    headers = dict(warm(site, "/", HTTP_HOST="blog.example.org", **{"wsgi.url_scheme": "https"})[1])
    assert "Strict-Transport-Security" not in dict(ask(site, "/")[1])
    assert headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/nothing/", "/comments/report/1/", "/admin/", "/healthz"])
def test_no_other_answer_is_kept(site, django_app, post, path):
    warm(site, path)
    before = django_app.asked
    ask(site, path)
    assert django_app.asked == before + 1


def test_while_the_database_does_not_answer_django_does(site, django_app, post, monkeypatch):
    warm(site, "/")

    def fail(**_):
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "read_clock", fail)
        patch.setattr("registan.fast_path.connection.close", lambda: None)  # the test's own transaction
        assert ask(site, "/")[0].startswith("50")
    assert ask(site, "/")[0] == "200 OK"


def test_it_keeps_a_bounded_number_of_answers(site, post):
    for number in range(MAX_ANSWERS + 10):
        site.answers[number] = ("200 OK", [], b"")
    warm(site, "/")
    assert len(site.answers) < MAX_ANSWERS
    assert warm(site, "/")[2] == Client().get("/").content


def test_a_redirect_from_an_old_address_is_looked_up_each_time(site, django_app, post):
    OldAddress.objects.remember([("/?p=12", "post", post.pk), ("/old/tea/", "post", post.pk)], source="x")
    page = warm(site, "/")
    for path, query in (("/", "p=12"), ("/old/tea/", "")):
        for _ in range(3):
            before = django_app.asked
            status, headers, _body = ask(site, path, query=query)
            assert (status, dict(headers)["Location"]) == ("301 Moved Permanently", post.get_absolute_url())
            assert django_app.asked == before + 1
    assert ask(site, "/") == page

"""Every error page gives back what was typed, without a script, as far as the server could read it."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.test import Client, RequestFactory

from blog.models import Post
from registan import errors
from tests import factories
from tests.comments.comment_pages import send

WORDS = 'Words that took an hour.\r\n\r\n"And" <b>more</b> & ещё.'


@pytest.fixture
def reader() -> Client:
    """A reader who gets error pages instead of exceptions."""
    return Client(raise_request_exception=False)


def given_back(response) -> str:
    """The text in the field of the page that gives back what was typed."""
    (text,) = re.findall(r"<textarea [^>]*>\n?(.*?)</textarea>", response.content.decode(), re.DOTALL)
    return unescape(text)


def broken(monkeypatch, error: BaseException) -> None:
    """Make storing a comment fail with this error."""

    def fail(*_args, **_more):
        raise error

    monkeypatch.setattr("comments.views.submit_comment.store", fail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("x"), 500),
        (PermissionDenied("x"), 403),
        (OperationalError("database or disk is full"), 503),
        (OperationalError("database is locked"), 503),
        (OperationalError("attempt to write a readonly database"), 503),
        (OperationalError("FATAL: sorry, too many clients already"), 503),
    ],
)
def test_a_comment_that_could_not_be_stored_is_given_back(reader, post, monkeypatch, error, status):
    broken(monkeypatch, error)
    response = send(reader, post, body=WORDS)
    assert (response.status_code, given_back(response)) == (status, WORDS)
    assert ("Retry-After" in response) == (status == 503)
    assert "locked" not in response.content.decode()


@pytest.mark.django_db
def test_a_post_deleted_meanwhile_gives_the_text_back(reader, post):
    Post.objects.update(status="draft")
    response = send(reader, post, body=WORDS)
    assert (response.status_code, given_back(response)) == (404, WORDS)


def test_a_form_cut_off_gives_back_what_arrived():
    sent = urlencode({"name": "Bob", "body": WORDS}).encode()
    form = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/x-www-form-urlencoded", "SERVER_NAME": "x"}
    length = str(len(sent) + 100)
    request = WSGIRequest({**form, "SERVER_PORT": "80", "CONTENT_LENGTH": length, "wsgi.input": BytesIO(sent)})
    assert request.body == sent
    response = errors.bad_request(request, BadRequest("cut"))
    assert (response.status_code, given_back(response)) == (400, WORDS)


@pytest.mark.django_db
def test_a_form_too_large_to_be_read_says_where_the_text_is(reader, post):
    response = send(reader, post, body="x" * 2_200_000)
    assert response.status_code == 413
    assert "your browser has kept what you typed" in response.content.decode()


@pytest.mark.django_db
def test_a_form_with_an_old_token_gives_the_text_back():
    response = Client(enforce_csrf_checks=True).post("/admin/blog/post/add/", {"title": "A", "body": WORDS})
    assert (response.status_code, given_back(response)) == (403, WORDS)


@pytest.mark.django_db
def test_a_report_is_given_back_too(reader, post, monkeypatch):
    comment = factories.comment(post)
    monkeypatch.setattr("comments.views.report.file_report", lambda *_args, **_more: 1 / 0)
    response = reader.post(f"/comments/{comment.pk}/report/", {"kind": "spam", "words": WORDS})
    assert (response.status_code, given_back(response)) == (500, WORDS)


@pytest.mark.django_db
def test_too_many_requests_give_the_text_back(rf):
    request = rf.post("/", {"body": WORDS})
    request.user = factories.User()
    response = errors.too_many_requests(request)
    assert (response.status_code, given_back(response)) == (429, WORDS)


def test_a_body_that_breaks_off_causes_no_second_error():
    class Gone:
        def read(self, *_size):
            raise OSError("connection reset by peer")

    request = RequestFactory().post("/", {"body": WORDS})
    request._stream = Gone()
    assert errors.server_error(request).status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_without_typed_text_shows_no_field(reader, post, monkeypatch, status):
    errors = {403: PermissionDenied("x"), 500: RuntimeError("x"), 503: OperationalError("x")}

    def fail(*_args, **_more):
        raise errors[status]

    if status != 404:
        monkeypatch.setattr("blog.views.lists.post_list", fail)
    response = reader.get("/" if status != 404 else "/none/")
    assert response.status_code == status
    assert "<textarea" not in response.content.decode()

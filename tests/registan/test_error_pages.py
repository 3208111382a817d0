"""Error pages: designed, with the right status, and rendered with as little as possible."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from registan import errors
from tests import factories


@pytest.fixture
def reader() -> Client:
    """A reader who gets error pages instead of exceptions."""
    return Client(raise_request_exception=False)


def breaks(monkeypatch, error: BaseException) -> None:
    """Make the home page fail with this error."""

    def broken(*_args, **_more):
        raise error

    monkeypatch.setattr("blog.views.lists.is_set_up", lambda: True)
    monkeypatch.setattr("blog.views.lists.post_list", broken)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "heading", "sheet"),
    [
        (SuspiciousOperation("x"), 400, "We cannot read this request", "error"),
        (PermissionDenied("x"), 403, "You do not have access", "pages"),
        (RuntimeError("x"), 500, "Something went wrong", "error"),
    ],
)
def test_a_failure_has_a_page_of_our_own(reader, monkeypatch, error, status, heading, sheet):
    breaks(monkeypatch, error)
    response = reader.get("/")
    assert response.status_code == status
    shown = response.content.decode()
    assert f"{heading}</h1>" in shown
    assert '<html lang="en" dir="ltr">' in shown
    assert '<meta name="robots" content="noindex">' in shown
    assert 'href="/"' in shown
    assert re.findall(r"css/[\w/-]+", shown) == [f"css/{sheet}"]


@pytest.mark.django_db
def test_a_missing_page_offers_links_and_does_not_repeat_the_address(reader):
    response = reader.get("/<script>alert(1)</script>/?q=<b>")
    assert response.status_code == 404
    shown = response.content.decode()
    assert "Page not found</h1>" in shown
    assert 'href="/archive/"' in shown
    assert "alert(1)" not in shown


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_page_of_our_own():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert "This form has expired</h1>" in response.content.decode()


@pytest.mark.django_db
def test_error_pages_are_not_cached(reader, monkeypatch):
    assert "public" not in reader.get("/none/").get("Cache-Control", "")
    breaks(monkeypatch, RuntimeError("x"))
    for _ in range(2):
        response = reader.get("/")
        assert response.status_code == 500
        assert "public" not in response.get("Cache-Control", "")
        assert "ETag" not in response


@pytest.fixture
def no_database(monkeypatch):
    """Every query fails as if the database were down."""

    def away(*_args, **_more):
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "ensure_connection", away)


@pytest.mark.parametrize(
    "address", ["/", "/2026/03/20/tea/", "/tag/tea/", "/feed/", "/none/", "/x/y/z/", "/sitemap-posts.xml"]
)
def test_without_a_database_readers_get_a_503_page(reader, no_database, address):
    response = reader.get(address)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    shown = response.content.decode()
    assert "Back in a moment</h1>" in shown
    assert "could not connect" not in shown


def test_without_a_database_pages_that_need_none_still_answer(reader, no_database):
    assert reader.get("/healthz").status_code == 200
    assert reader.get("/robots.txt").status_code == 200
    assert reader.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_the_last_resort_needs_no_request_and_no_context(rf):
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content


@pytest.fixture
def media(settings):
    settings.MEDIA_ROOT.mkdir()
    for name in ("photo.png", "page.html", "note.svg", "photo.PNG"):
        (settings.MEDIA_ROOT / name).write_bytes(b"<script>alert(1)</script>")
    return settings.MEDIA_ROOT


@pytest.mark.django_db
def test_an_uploaded_image_is_served_as_an_image_for_a_year(visitor, media):
    response = visitor.get("/media/photo.png")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert visitor.post("/media/photo.png").status_code == 405


NOT_PICTURES = [
    "page.html",
    "note.svg",
    "none.png",
    "",
    "../x.sqlite3",
    "..%2fx.png",
    "a\x00.png",
    "x" * 300 + ".png",
    ".png",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NOT_PICTURES)
def test_no_other_file_of_the_image_folder_is_served(reader, media, name):
    assert reader.get(f"/media/{name}").status_code in {400, 404}


@pytest.mark.django_db
def test_a_missing_page_takes_three_queries(reader, django_assert_num_queries):
    factories.page("about")
    reader.get("/about/")
    with django_assert_num_queries(3):  # addresses of other blogs, former ones of this, the clock
        reader.get("/x/y/z/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"body=" + b"x" * 2_200_000, "application/x-www-form-urlencoded"), (b"--", "multipart/form-data; boundary=")],
)
def test_an_unreadable_form_to_a_missing_page_is_a_404(visitor, body, content_type):
    response = visitor.post("/2020/01/01/nothing/comments/", body, content_type=content_type)
    assert response.status_code in {400, 404}
    assert "Traceback" not in response.text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_too_large_is_read_to_its_end_before_it_is_refused(kind):
    sent = BytesIO(b"body=" + b"x" * 2_500_000)
    request = RequestFactory().generic("POST", "/", content_type=kind)
    request.environ |= {"CONTENT_LENGTH": "2500005", "wsgi.input": sent}
    request = WSGIRequest(request.environ)
    response = errors.bad_request(request, RequestDataTooBig("x"))
    assert response.status_code == 413
    assert sent.read() == b""

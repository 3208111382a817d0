"""Security headers and cookies."""

import re
from ipaddress import ip_network

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "report-uri": "/csp",
}
ADDRESSES = [
    "/", "/2026/03/20/tea/", "/tags/", "/feed/", "/sitemap.xml", "/robots.txt", "/healthz",
    "/none/", "/tag/old/", "/accounts/login/", "/admin/login/", "/admin/", "/comments/receipt/x/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def tea():
    factories.post(slug="tea", epigraph="A *saying*.")
    renamed = factories.tag(slug="old")
    renamed.slug = "new"
    renamed.save()


def answers(client: Client, *addresses: str):
    for address in addresses:
        yield address, client.get(address)
        yield address, client.post(address)


def test_every_response_forbids_other_origins(visitor):
    for address, response in answers(visitor, *ADDRESSES):
        policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        assert policy == POLICY, address


def test_every_response_forbids_sniffing_referrers_and_frames(visitor):
    for address, response in answers(visitor, *ADDRESSES):
        if response.status_code == 301:
            continue  # nothing that could be framed
        assert response["X-Content-Type-Options"] == "nosniff", address
        assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}, address
        assert response["X-Frame-Options"] == "DENY", address
        assert response["Cross-Origin-Opener-Policy"] == "same-origin", address


def test_error_pages_have_the_same_headers(visitor, monkeypatch):
    visitor.raise_request_exception = False
    refused = visitor.get("/", headers={"Host": "evil.example"})
    monkeypatch.setattr("blog.views.lists.post_list", None)
    broken = visitor.get("/")
    assert (refused.status_code, broken.status_code) == (400, 500)
    for response in (refused, broken):
        assert response["Content-Security-Policy"].startswith("default-src 'none'")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"


def test_redirects_have_the_same_headers(visitor):
    response = visitor.get("/tag/old/")
    assert response.status_code == 301
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/", "/2026/03/20/tea/", "/none/", "/accounts/login/", "/subscribe/", "/archive/"])
def test_pages_contain_nothing_that_the_policy_forbids(visitor, address):
    shown = visitor.get(address, follow=True).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<base\b|<iframe|<object|<embed", shown, re.IGNORECASE)
    for script in re.findall(r"<script\b[^>]*>", shown):
        assert ' src="/static/' in script or re.search(r'type="application/(ld\+)?json"', script)
    for source in re.findall(r'<(?:script|img|link rel="stylesheet")\b[^>]* (?:src|href)="([^"]*)"', shown):
        is_time = source == f"{address}comments/opened/"  # comments/submission/form_time.py
        assert source.startswith(("/static/", "/media/")) or is_time, source


def test_only_staff_are_given_cookies(visitor):
    for address in ("/", "/2026/03/20/tea/", "/2026/03/20/tea/?reply=1", "/none/", "/feed/", "/subscribe/"):
        assert not visitor.get(address).cookies, address


@pytest.mark.parametrize("https", [False, True])
def test_staff_cookies_are_http_only_same_site_and_secure(settings, https):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = https
    factories.user("zulfiya", group="Editor")
    client = Client()
    client.get("/accounts/login/")
    response = client.post("/accounts/login/", {"login": "zulfiya", "password": "zulfiya"})
    assert response.status_code == 302
    for name in ("registan_session", "registan_csrf"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) is https
        assert not cookie["domain"]


def test_https_is_required_only_where_the_site_has_it(settings):
    assert "Strict-Transport-Security" not in Client().get("/", secure=True)
    assert Client().get("/").status_code == 200
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    assert Client().get("/", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    plain = Client().get("/tags/?a=b")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/tags/?a=b")
    assert Client().get("/healthz").status_code == 200, "whoever watches the process asks it directly"


def test_only_a_trusted_proxy_can_say_that_a_request_came_by_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    said = {"X-Forwarded-Proto": "https"}
    assert Client(headers=said, REMOTE_ADDR="9.9.9.9").get("/").status_code == 301
    assert Client(headers=said, REMOTE_ADDR="10.0.0.1").get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "a b", ""])
def test_an_unknown_host_is_refused_and_not_repeated(visitor, host):
    response = visitor.get("/", headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


def test_a_forwarded_host_is_not_trusted(visitor):
    for address in ("/", "/feed/", "/sitemap-posts.xml", "/2026/03/20/tea"):
        response = visitor.get(address, headers={"X-Forwarded-Host": "evil.example"})
        assert "evil" not in response.content.decode() + str(response.headers)


def test_only_the_qr_code_of_a_new_second_factor_may_be_a_data_url(client):
    client.force_login(factories.user("eve", group="Editor"))
    client.post("/accounts/reauthenticate/", {"password": "eve"})
    with_picture = client.get("/accounts/2fa/totp/activate/")["Content-Security-Policy"]
    assert "img-src 'self' data:;" in f"{with_picture};"
    assert "default-src 'none'" in with_picture
    assert "data:" not in client.get("/accounts/")["Content-Security-Policy"]

"""Reports of the Content-Security-Policy: one bounded line each in the log, and nothing that a reader is known by."""

import json
import logging

import pytest
from django.test import Client

from registan import csp_reports

pytestmark = pytest.mark.django_db
PAGE = "http://testserver/2026/03/20/tea/"
REPORT = {
    "document-uri": f"{PAGE}?q=bob@example.org#comment-5",
    "referrer": "http://testserver/you/",
    "violated-directive": "script-src-elem",
    "effective-directive": "script-src-elem",
    "original-policy": "default-src 'none'",
    "disposition": "enforce",
    "blocked-uri": "https://evil.example/x.js?who=bob@example.org",
    "line-number": 12,
    "source-file": "http://testserver/static/js/site.js",
    "status-code": 200,
    "script-sample": "alert('words of a reader')",
}
MODERN = [
    {
        "type": "csp-violation",
        "age": 10,
        "url": PAGE,
        "user_agent": "Mozilla/5.0",
        "body": {
            "documentURL": PAGE,
            "blockedURL": "inline",
            "effectiveDirective": "style-src-attr",
            "sourceFile": PAGE,
            "lineNumber": 3,
            "sample": "words of a reader",
        },
    }
]


@pytest.fixture(autouse=True)
def fresh_limit(monkeypatch):
    monkeypatch.setattr(csp_reports, "limit", csp_reports.MinuteLimit())
    monkeypatch.setattr(csp_reports.time, "monotonic", lambda: 6_000.0)


@pytest.fixture
def lines(caplog):
    """What was logged."""
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records if record.name == "registan.csp"]


def send(body, kind="application/csp-report", sender="192.0.2.1", **headers) -> int:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    browser = Client(enforce_csrf_checks=True, REMOTE_ADDR=sender)
    return browser.post("/csp", text, content_type=kind, headers=headers).status_code


def old(**changes) -> dict:
    return {"csp-report": REPORT | {name.replace("_", "-"): value for name, value in changes.items()}}


def test_a_report_of_either_kind_is_one_line(lines):
    assert send(old()) == 204
    assert send(MODERN, "application/reports+json") == 204
    assert lines() == [
        "script-src-elem refused https://evil.example/x.js on /2026/03/20/tea/ (http://testserver/static/js/site.js:12)",
        "style-src-attr refused inline on /2026/03/20/tea/ (http://testserver/2026/03/20/tea/:3)",
    ]


def test_no_line_says_who_read_what(lines):
    token = "/comments/receipt/x1y2z3:secret/"
    send(old(document_uri=f"http://bob:pass@testserver{token}?a=b", source_file=f"http://testserver{token}"))
    (line,) = lines()
    for secret in ("bob", "pass", "x1y2z3", "192.0.2.1", "words of a reader", "Mozilla", "/you/", "?"):
        assert secret not in line


def test_no_report_forges_a_line_or_fills_the_log(lines):
    send(old(blocked_uri="x\n2026 ERROR root: all is lost\x1b[2J", effective_directive="d\u2028" + "a" * 9_000))
    (line,) = lines()
    assert line.isprintable()
    assert len(line) < 6 * csp_reports.MAX_CHARACTERS


def test_pages_of_others_and_extensions_of_browsers_are_not_logged(lines):
    for changes in ({"document_uri": "https://evil.example/"}, {"document_uri": "about"}, {"document_uri": "http://["}):
        assert send(old(**changes)) == 204
    assert send(old(blocked_uri="chrome-extension://abc/x.js")) == 204
    assert send([{"type": "deprecation", "body": {}}], "application/reports+json") == 204
    assert lines() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{}", "text/plain", 415),
        ("a=b", "application/x-www-form-urlencoded", 415),
        (" ", "application/csp-report", 400),
        ("{", "application/csp-report", 400),
        (b"\xff\xfe", "application/csp-report", 400),
        ("[" * 16_000, "application/csp-report", 400),
        ("7", "application/csp-report", 400),
        ('{"csp-report": 7}', "application/csp-report", 400),
        ('[{"type": "csp-violation"}]', "application/reports+json", 400),
        ('"' + "a" * 20_000 + '"', "application/csp-report", 413),
    ],
)
def test_anything_else_is_refused(lines, body, kind, status):
    assert send(body, kind) == status
    assert lines() == []


def test_what_is_refused_is_not_logged_either(caplog):
    for _ in range(csp_reports.MAX_PER_HOME + 5):
        send(old())
        send("{")
    assert not [record for record in caplog.records if record.name == "django.request"]


def test_a_home_and_everybody_together_may_report_so_much_a_minute(lines, monkeypatch):
    statuses = [send(old()) for _ in range(csp_reports.MAX_PER_HOME + 1)]
    assert statuses == [204] * csp_reports.MAX_PER_HOME + [429]
    others = [send(old(), sender=f"192.0.2.{number}") for number in range(2, 80)]
    assert others.count(204) == csp_reports.MAX_PER_MINUTE - csp_reports.MAX_PER_HOME
    assert len(lines()) == csp_reports.MAX_PER_MINUTE
    monkeypatch.setattr(csp_reports.time, "monotonic", lambda: 6_060.0)
    assert send(old()) == 204


def test_one_request_holds_few_reports(lines):
    assert send(MODERN * 30, "application/reports+json") == 204
    assert len(lines()) == csp_reports.MAX_REPORTS


def test_a_report_asks_nothing_of_the_database(visitor, django_assert_num_queries, lines):
    visitor.get("/")
    with django_assert_num_queries(0):
        assert send(old()) == 204


def test_the_address_takes_only_reports(visitor):
    assert visitor.get("/csp").status_code == 405


def test_a_browser_reports_what_a_page_may_not_do(browser, live_server, post, lines):
    page = browser.new_page()
    page.goto(live_server.url + post.get_absolute_url())
    with page.expect_request("**/csp") as sent:
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    assert sent.value.response().status == 204
    page.close()
    assert [line.partition(" on ")[0] for line in lines()] == ["style-src-attr refused inline"]

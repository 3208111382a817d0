"""Downloads of a reader's data: everything stored about them, as JSON and HTML, and nothing about others."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from comments.lifecycle import edits
from comments.models import Comment, Report
from comments.status import Status, Via
from comments.subscriptions.wishes import add_wish
from tests import factories
from tests.comments.comment_pages import dangers, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return factories.reader("bob@example.net")


@pytest.fixture
def browser_of_bob(bob):
    return factories.reader_client(bob, "Firefox/140 Linux")


def taken(client) -> dict:
    response = client.get("/you/data.json")
    assert response["Content-Disposition"].startswith("attachment")
    return json.loads(response.content)


@pytest.fixture
def life(post, browser_of_bob):
    """Something of everything."""
    first = factories.comment(post, name="Bob", website="https://bob.example/", address="192.0.2.7",
                              body="First <b>words</b>.", is_verified=True)  # fmt: skip
    edits.edit(first, "Second <b>words</b>.", by=None, by_writer=True)
    removed = factories.comment(post, parent=first, is_verified=True, body="Removed words.")
    factories.remove(removed, via=Via.DESK, reason="It is advertising.", note="A colleague's note.")
    factories.comment(post, status=Status.SPAM, is_verified=True, body="Held words.")
    factories.comment(post, body="Perhaps by Bob.", address="198.51.100.9")
    other = factories.comment(post, name="Ann", email="ann@example.net", body="Ann's words.")
    browser_of_bob.post(f"/comments/{other.pk}/report/", {"kind": "rude", "words": "Reported so."})
    Report.objects.create(comment=first, kind="other", words="Somebody's report of Bob.", sender="x")
    browser_of_bob.post("/you/", {"act": "erase", "words": "keep"})
    return first


def test_everything_about_the_reader_is_in_it(browser_of_bob, post, life):
    found = taken(browser_of_bob)
    assert found["reader"]["email"] == "bob@example.net"
    first, removed, held, perhaps = found["comments"]
    assert first["words"] == "Second <b>words</b>."
    assert [was["words"] for was in first["earlier_words"]] == ["First <b>words</b>."]
    assert (first["network_address"], first["website"], first["name"]) == ("192.0.2.7", "https://bob.example/", "Bob")
    assert first["address"].endswith(f"/comments/{life.pk}/")
    assert (first["post"], removed["in_reply_to"]) == (post.title, life.pk)
    assert (removed["state"], removed["reason"]) == ("removed", "It is advertising.")
    assert held["state"] == "pending"
    assert (perhaps["known_to_be_yours"], perhaps["network_address"]) == (False, None)
    assert [(report["kind"], report["words"]) for report in found["reports"]] == [("rude", "Reported so.")]
    assert [message["subject"] for message in found["mails"]] == ["Confirm: delete my data on Registan"]
    assert [browser["name"] for browser in found["browsers"]] == ["Firefox on Linux"]


def test_times_are_whole_seconds(browser_of_bob, life):
    factories.subscription(life.post, by=life.reader)
    assert re.findall(r"\d\.\d{3,}", json.dumps(taken(browser_of_bob))) == []
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", taken(browser_of_bob)["made_at"])


@pytest.mark.parametrize("kind", ["json", "html"])
def test_comments_of_others_about_the_reader_are_not(browser_of_bob, life, kind):
    text = page(browser_of_bob.get(f"/you/data.{kind}"))
    for hidden in ("colleague", "Somebody", "Ann", "198.51.100.9", "spam"):
        assert hidden not in text


def test_the_page_to_read_stands_by_itself_and_says_the_same(browser_of_bob, life):
    response = browser_of_bob.get("/you/data.html")
    html = page(response)
    assert response["Content-Disposition"].startswith("attachment")
    assert dangers(html) == ["style"]
    assert not re.search(r"<(?:script|link|img|form)\b|url\(|@import", html)
    assert "Second &lt;b&gt;words&lt;/b&gt;." in html
    for text in (text for text in strings(taken(browser_of_bob)["comments"]) if len(text) > 20):
        assert text.split("<")[0] in html


def strings(of) -> list[str]:
    if isinstance(of, dict):
        of = list(of.values())
    return [text for value in of for text in strings(value)] if isinstance(of, list) else [str(of)]


def test_every_field_is_described(browser_of_bob, life):
    described = (Path(settings.BASE_DIR) / "docs/readers.md").read_text()

    def names(of) -> set[str]:
        if isinstance(of, list):
            return set().union(*map(names, of))
        return set(of).union(*map(names, of.values())) if isinstance(of, dict) else set()

    assert {name for name in names(taken(browser_of_bob)) if f"`{name}`" not in described} == set()


def test_it_is_not_cached_and_sent_to_nobody_else(visitor, browser_of_bob, life):
    eve = factories.reader_client(factories.reader("eve@example.net"))
    for kind in ("json", "html"):
        assert browser_of_bob.get(f"/you/data.{kind}")["Cache-Control"] == "no-store"
        assert visitor.get(f"/you/data.{kind}").status_code == 404
        assert "words" not in json.dumps(taken(eve)["comments"])
    assert browser_of_bob.get("/you/data.xml").status_code == 404
    assert browser_of_bob.post("/you/data.json").status_code == 405


@pytest.mark.parametrize("kind", ["json", "html"])
def test_it_costs_the_same_queries_however_much_there_is(browser_of_bob, post, life, kind, django_assert_num_queries):
    for number in range(20):
        edits.edit(
            factories.comment(post, is_verified=True, body=f"More {number}."), "Changed.", by=None, by_writer=True
        )
    for _number in range(3):
        add_wish(
            "bob@example.net", f"post:{factories.post().thread_id}", origin="https://old.example", now=factories.NOON
        )
    # clock, session, comments, earlier text, reports, objections, emails, subscriptions, wishes and theirs, browsers
    with django_assert_num_queries(11):
        browser_of_bob.get(f"/you/data.{kind}")
    assert Comment.objects.count() > 20


def test_a_claimed_comment_does_not_reveal_the_network_it_came_from(bob, post):
    factories.comment(post, email=bob.email, address="203.0.113.77")
    client = factories.reader_client(bob)
    client.post("/you/", {"act": "claim", "comment": "all"})
    assert "203.0.113.77" not in client.get("/you/data.json").text

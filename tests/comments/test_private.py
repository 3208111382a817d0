"""Two readers: of all that one does in private, nothing is found wherever the other, a guest or a feed looks."""

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from blog.sitemaps import SECTIONS
from comments import tokens
from comments.models import Comment, Message, Pass
from comments.moderation import Status, Via
from tests import factories
from tests.comments.reading import page, send

pytestmark = pytest.mark.django_db

# What may be found nowhere: his address in any form, where he sits, what is not published, what he told moderators.
MARKERS = {
    "address": "Hamid.Secret@private.example",
    "network": "203.0.113.77",
    "waiting": "marker-waiting",
    "spam": "marker-spam",
    "removed": "marker-removed",
    "withdrawn": "marker-withdrawn",
    "earlier": "marker-earlier",
    "report": "marker-report",
    "refused": "marker-refused",
    "browser": "Firefox on Linux",
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def post():
    alice = factories.author("Alice", slug="alice")
    factories.page("about")
    return factories.post(authors=[alice], tags=[factories.tag("tea")], slug="tea")


def live(post) -> tuple[Client, list[Comment]]:
    """Everything that a reader can do, from his browser; his comments."""
    his, typed = (
        Client(REMOTE_ADDR=MARKERS["network"], HTTP_USER_AGENT=AGENT),
        {"name": "Hamid", "email": MARKERS["address"]},
    )
    his.post("/you/", {"email": MARKERS["address"]})
    call_command("worker", "--once")
    his.post(f"/you/prove/{tokens.make(tokens.HELLO, MARKERS['address'])}/")
    for kind in ("waiting", "spam", "removed", "withdrawn", "earlier"):
        send(his, post, **typed, body=f"This is {MARKERS[kind]}.", website="https://hamid.example/", notify="on")
    _waiting, spam, removed, withdrawn, earlier = Comment.objects.order_by("pk")
    spam.mark_spam(via=Via.DESK)
    removed.remove(via=Via.DESK, reason="It is advertising.")
    his.post(f"/comments/{withdrawn.pk}/withdraw/")
    his.post(f"/comments/{earlier.pk}/edit/", {"body": "What everybody may read.", "version": 1})
    earlier.approve(via=Via.DESK)
    factories.comment(post, parent=removed, name="Ann", email="ann@example.net", body="An answer.")
    his.post(f"/comments/{earlier.pk}/edit/", {"body": MARKERS["refused"], "version": 1})
    his.post(f"/comments/{Comment.objects.latest('pk').pk}/report/", {"kind": "rude", "words": MARKERS["report"]})
    his.post("/you/", {"act": "erase", "words": "keep"})
    for where in ("/you/", "/you/?before=99", "/you/data.json", "/you/data.html", post.get_absolute_url()):
        his.get(where)
    call_command("worker", "--once")
    return his, list(Comment.objects.filter(email=MARKERS["address"]).order_by("pk"))


def routes() -> Iterator[tuple[str, str]]:
    """Every address that is not the staff's: its route as a pattern, and its name."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, str]]:
        for one in resolver.url_patterns:
            route = prefix + str(one.pattern).removeprefix("^")
            if isinstance(one, URLPattern):
                yield route, one.name or ""
            elif not str(one.pattern).startswith(("admin/", "accounts/")):
                yield from walk(one, route)

    return walk(get_resolver(), "")


# What to put into the gaps of an address.
GAPS = {
    "year": ["2026"], "month": ["03"], "day": ["20"], "slug": ["tea"], "number": ["1", "2"],
    "kind": ["atom", "json", "html"], "tag": ["tea"], "author": ["alice"], "page": ["about"],
    "section": [*SECTIONS], "path": ["x"],
    "version": ["0" * 16],
}  # fmt: skip
GAP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")


def addresses(comments: list[Comment], secrets: list[str]) -> set[str]:
    """All addresses, with every comment, and with tokens that are somebody else's or nobody's."""
    gaps = {**GAPS, "pk": [str(one.pk) for one in comments], "token": ["x", *secrets]}
    found = set()
    for route, _name in routes():
        plain = re.sub(r"\(\?:(.*?)\)\?", r"\1", route)  # what may be left out, with it
        bare = re.sub(r"\(\?:.*\)\?", "", route)  # and without
        for pattern in {plain, bare}:
            found |= {f"/{one.rstrip('$')}" for one in filled(pattern, gaps)}
    return found


def filled(pattern: str, gaps: dict[str, list[str]]) -> list[str]:
    if (gap := GAP.search(pattern)) is None:
        return [pattern.replace("\\", "")]
    values = gaps[gap[1] or gap[2]]
    return [one for value in values for one in filled(pattern[: gap.start()] + value + pattern[gap.end() :], gaps)]


def test_every_address_is_looked_at(post):
    found = addresses([factories.comment(post)], [])
    for wanted in ("/you/", "/you/data.json", "/feed/", "/feed/atom/", "/comments/feed/json/", "/2026/03/20/tea/",
                   "/2026/03/20/tea/feed/", "/tag/tea/", "/robots.txt", "/moderation/"):  # fmt: skip
        assert wanted in found
    assert not [one for one in found if re.search(r"[()<>?^$]", one)]


@pytest.mark.parametrize("who", ["guest", "other reader", "third site"])
def test_nothing_of_what_he_does_is_found_by_anybody_else(post, who):
    _his, comments = live(post)
    assert {one.status for one in comments} == {*Status}
    eve = factories.reader("eve@example.net")
    client = factories.browser_of(eve) if who == "other reader" else Client()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} if who == "third site" else {}
    mine = [tokens.make(purpose, eve.pk) for purpose in (tokens.RECEIPT, tokens.PROOF, tokens.ERASE, tokens.PASS)]
    looked = 0
    for where in sorted(addresses(comments, [one for one in mine if not is_receipt_of_his(one, comments)])):
        for method in ("get", "post"):
            if method == "post" and "prove" in where:
                continue
            said = answer(client, method, where, headers)
            found = [name for name, marker in MARKERS.items() if marker.lower() in said.lower()]
            assert found == [], f"{method} {where}"
            looked += 1
    for query in ("?q=marker", "?s=marker", "?before=99999", f"?reply={comments[0].pk}", "?asked=erase", "?since=0"):
        for where in ("/", "/you/", "/search/", post.get_absolute_url()):
            said = answer(client, "get", where + query, headers)
            assert [name for name, marker in MARKERS.items() if marker.lower() in said.lower()] == [], where + query
    assert looked > 100


def is_receipt_of_his(token: str, comments: list[Comment]) -> bool:
    """A token that happens to bear the number of a comment of his: only we can make one."""
    try:
        pk = tokens.read(tokens.RECEIPT, token, max_age=tokens.RECEIPT_AGE)
    except tokens.BadToken:
        return False
    return pk in {one.pk for one in comments}


def answer(client: Client, method: str, where: str, headers: dict[str, str]) -> str:
    """All that comes back: body, headers and cookies."""
    response = getattr(client, method)(where, headers=headers)
    assert response.status_code < 500, where
    body = b"".join(response.streaming_content).decode(errors="replace") if response.streaming else page(response)
    return f"{body}{response.headers}{response.cookies}"


def test_the_markers_are_really_there_for_him_alone(post):
    his, comments = live(post)
    said = page(his.get("/you/")) + page(his.get("/you/data.json"))
    for name, marker in MARKERS.items():
        assert (marker.lower() in said.lower()) is (name not in {"refused"}), name
    assert Pass.objects.count() == 1
    assert Message.objects.exists()
    assert comments[4].decisions.exists()

"""Nothing that a reader does in private is found by another reader, a guest or a feed."""

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Q
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from blog.views.sitemaps import SECTIONS
from comments.conversation.waiting import COOKIE_PREFIX
from comments.models import Comment, Quotation, Reader, ReaderSession, Subscription
from comments.privacy.erasure import begin_erasure
from comments.status import Status, Via
from comments.threads.read_marks import READ_COOKIE
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import page, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

# Found nowhere: the reader's address in any form, their network, unpublished text, notes to moderators.
MARKERS = {
    "address": "Hamid.Secret@private.example",
    "network": "203.0.113.77",
    "waiting": "markerwaiting",
    "spam": "markerspam",
    "removed": "markerremoved",
    "withdrawn": "markerwithdrawn",
    "earlier": "markerearlier",
    "report": "markerreport",
    "refused": "markerrefused",
    "quoting": "markerquoting",
    "searched": "markersearched",
    "browser": "Firefox",
}
# Also deleted by an erasure.
ERASED = {"name": "Hamid Rasulov", "website": "hamid.example"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def post():
    alice = factories.author("Alice", slug="alice")
    factories.page("about")
    return factories.post(authors=[alice], tags=[factories.tag("tea")], slug="tea")


@pytest.fixture
def live(post, django_capture_on_commit_callbacks):
    """The browser of a reader who has done all that a reader can do, and their comments."""
    with django_capture_on_commit_callbacks(execute=True):
        return do_everything(post)


def do_everything(post) -> tuple[Client, list[Comment]]:
    factories.subscription(post, by=factories.reader("eve@example.net"))
    client = Client(REMOTE_ADDR=MARKERS["network"], HTTP_USER_AGENT=AGENT)
    typed = {"name": "Hamid Rasulov", "email": MARKERS["address"]}
    factories.comment(post, **typed, body="The oldest of all.")
    ann = factories.comment(post, name="Ann", email="ann@example.net", body="A question from Ann.")
    client.post("/you/", {"email": MARKERS["address"]})
    call_command("worker", "--once")
    client.post(f"/you/prove/{tokens.make_token(tokens.SIGN_IN, MARKERS['address'])}/")
    more = {"website": "https://hamid.example/", "notify": "on", "replies": "on"}
    for kind in ("waiting", "spam", "removed", "withdrawn", "earlier"):
        send(client, post, **typed, **more, body=f"This is {MARKERS[kind]}.")
    send(client, post, **typed, parent=str(ann.pk), body=f"> A question from Ann.\n\n{MARKERS['quoting']}")
    are_decided(client, post)
    settle(client, post)
    call_command("worker", "--once")
    return client, list(Comment.objects.filter(email=MARKERS["address"]).order_by("pk"))


def are_decided(client: Client, post) -> None:
    """Bring the comments into every status, most of them after they were public."""
    kinds = ("spam", "removed", "withdrawn", "earlier")
    spam, removed, withdrawn, earlier = (Comment.objects.get(body__contains=MARKERS[kind]) for kind in kinds)
    for comment in (spam, removed, withdrawn):
        factories.approve(comment, via=Via.DESK)
    factories.mark_spam(spam, via=Via.DESK)
    factories.remove(removed, via=Via.DESK, reason="It is advertising.")
    client.post(f"/comments/{withdrawn.pk}/withdraw/")
    client.post(f"/comments/{earlier.pk}/edit/", {"body": "What everybody may read.", "version": 1})
    earlier.refresh_from_db()
    factories.approve(earlier, via=Via.DESK)
    factories.comment(post, parent=removed, name="Ann", email="ann@example.net", body="An answer.")
    factories.comment(post, parent=earlier, name="Ann", body="> What everybody may read.\n\nIndeed.")
    client.post(f"/comments/{earlier.pk}/edit/", {"body": MARKERS["refused"], "version": 2})


def settle(client: Client, post) -> None:
    """Report, subscribe, claim, mark, choose, search and read as the reader."""
    client.post(f"/comments/{Comment.objects.latest('pk').pk}/report/", {"kind": "rude", "words": MARKERS["report"]})
    wish = {"email": MARKERS["address"], "often": "daily", "hour": "3"}
    for what in (f"post:{post.thread_id}", "all"):
        client.post("/subscribe/mail/", {**wish, "what": what})
    client.post("/you/", {"act": "claim", "comment": "all"})
    client.post("/you/", {"act": "open-page"})
    client.post("/you/", {"act": "erase", "words": "keep"})
    client.post(f"{post.get_absolute_url()}reading/", {"act": "remember", "page": "1"})
    client.get("/search/", {"q": MARKERS["searched"]})
    for where in ("/you/", "/you/?before=99", "/you/data.json", "/you/data.html", post.get_absolute_url()):
        client.get(where)
    client.post("/language/", {"language": "ru", "next": "/you/"})


def forget_by_stages() -> Iterator[tuple[str, dict[str, str]]]:
    """Erase the reader stage by stage; yields each with what may be found nowhere from then on."""
    yield "living", MARKERS
    begin_erasure(Reader.objects.get(email=MARKERS["address"].lower()), keeps_words=True, sender="x")
    yield "being forgotten", MARKERS
    call_command("worker", "--once")
    yield "forgotten", MARKERS | ERASED


def routes() -> Iterator[tuple[str, str]]:
    """Every address that is not the staff's: its route as a pattern, and its name."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, str]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern).removeprefix("^")
            if isinstance(entry, URLPattern):
                yield route, entry.name or ""
            elif not str(entry.pattern).startswith(("admin/", "accounts/")):
                yield from walk(entry, route)

    return walk(get_resolver(), "")


# What to put into the gaps of an address.
GAPS = {
    "year": ["2026"], "month": ["03"], "day": ["20"], "slug": ["tea"], "number": ["1", "2"],
    "kind": ["json", "html"], "format": ["atom", "json", "csv"], "tag": ["tea"], "author": ["alice"], "page": ["about"],
    "colour": ["1f4e8c"], "side": ["192"],
    "order": ["newest"], "series": ["none"], "source": ["none"], "key": ["x" * 22],
    "section": [*SECTIONS], "path": ["x"], "version": ["0" * 16],
}  # fmt: skip
GAP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")


def addresses(comments: list[Comment], secrets: list[str]) -> set[str]:
    """All addresses, with every comment, and with tokens that are somebody else's or nobody's."""
    public_ids = Reader.objects.exclude(public_id=None).values_list("public_id", flat=True)
    gaps = {
        **GAPS,
        "public_id": [*public_ids, "abcdefghijk"],
        "pk": [str(comment.pk) for comment in comments],
        "token": ["x", *secrets],
    }
    found = set()
    for route, _name in routes():
        plain = re.sub(r"\(\?:(.*?)\)\?", r"\1", route)  # what may be left out, with it
        bare = re.sub(r"\(\?:.*\)\?", "", route)  # and without
        for pattern in {plain, bare}:
            found |= {f"/{path.rstrip('$')}" for path in filled(pattern, gaps)}
    return found


def filled(pattern: str, gaps: dict[str, list[str]]) -> list[str]:
    if (gap := GAP.search(pattern)) is None:
        return [pattern.replace("\\", "")]
    values = gaps[gap[1] or gap[2]]
    return [path for value in values for path in filled(pattern[: gap.start()] + value + pattern[gap.end() :], gaps)]


def test_every_address_is_looked_at(post):
    found = addresses([factories.comment(post)], [])
    for wanted in ("/you/", "/you/data.json", "/feed/", "/feed/atom/", "/comments/feed/json/", "/2026/03/20/tea/",
                   "/2026/03/20/tea/feed/", "/tag/tea/", "/robots.txt", "/moderation/"):  # fmt: skip
        assert wanted in found
    assert not [path for path in found if re.search(r"[()<>?^$]", path)]


@pytest.mark.parametrize("who", ["guest", "other reader", "third site"])
def test_nobody_else_finds_anything_the_reader_does(post, live, who):
    _his, comments = live
    assert {comment.status for comment in comments} == {*Status}
    eve = factories.reader("eve@example.net")
    eves = factories.comment(post, status=Status.PENDING, name="Eve", email=eve.email)
    client = factories.reader_client(eve) if who == "other reader" else Client()
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} if who == "third site" else {}
    purposes = (tokens.RECEIPT, tokens.VERIFY, tokens.ERASE, tokens.SESSION, tokens.SUBSCRIBE, tokens.UNSUBSCRIBE)
    mine = [tokens.make_token(purpose, eve.pk) for purpose in purposes]
    paths = sorted(addresses(comments, [token for token in mine if not is_own_receipt(token, comments)]))
    asked = [(method, path) for path in paths for method in ("get", "post") if method == "get" or "prove" not in path]
    queries = ("?q=marker", "?s=marker", "?before=99999", f"?reply={comments[0].pk}", "?asked=erase", "?since=0")
    asked += [
        ("get", path + query) for path in ("/", "/you/", "/search/", post.get_absolute_url()) for query in queries
    ]
    assert len(asked) > 100
    for comment in comments:  # the receipt of a comment of one's own under the name of another's
        path, receipt = post.get_absolute_url(), tokens.make_token(tokens.RECEIPT, eves.pk)
        client.cookies[f"{COOKIE_PREFIX}{comment.pk}"] = receipt
        client.cookies[f"{COOKIE_PREFIX}{comment.pk}"]["path"] = path
    for stage, markers in forget_by_stages():
        for method, where in asked:
            assert markers_in(answer(client, method, where, headers), markers) == [], f"{stage}: {method} {where}"


def markers_in(said: str, markers: dict[str, str]) -> list[str]:
    return [name for name, marker in markers.items() if marker.lower() in said.lower()]


@pytest.mark.usefixtures("live")
def test_no_exact_prefix_or_similar_search_finds_or_suggests_it():
    assert '<li class="hit">' in searched("everybody may read")
    for stage, markers in forget_by_stages():
        assert ('<li class="hit">' in searched('author:"Hamid Rasulov"')) is (stage != "forgotten")
        assert_nothing_found(markers)


def assert_nothing_found(markers: dict[str, str]) -> None:
    for name, marker in markers.items():
        if name not in ERASED:
            for words in (marker, f'"{marker}"', f"author:{marker}", f"{marker} OR {marker}s"):
                assert '<li class="hit">' not in searched(words), words
                assert '"items": []' in searched(words, "/search/feed/json/"), words
        for words in (f"{marker[:-1]}q", f"q{marker[1:]}", f"{marker[:-2]}*", f"{marker[:5]}*", "author:hamid"):
            for where in ("/search/", "/search/feed/", "/search/feed/atom/", "/search/feed/json/"):
                assert markers_in(searched(words, where), markers) == [], f"{where} {words}"


def searched(words: str, where: str = "/search/") -> str:
    """What comes back, without the marks around what was found."""
    response = Client().get(where, {"q": words})
    assert response.status_code == 200
    return re.sub(r"</?mark>", "", page(response))


@pytest.mark.usefixtures("live")
def test_no_email_to_others_mentions_it():
    assert [stage for stage, _markers in forget_by_stages()][-1] == "forgotten"
    others = [message for message in mail.outbox if MARKERS["address"].lower() not in [to.lower() for to in message.to]]
    said = "".join(f"{message.message()}{message.body}" for message in others)
    assert ("What everybody may read." in said, markers_in(said, MARKERS)) == (True, [])


def is_own_receipt(token: str, comments: list[Comment]) -> bool:
    """A token with the number of one of the reader's comments, which only we can sign."""
    try:
        pk = tokens.read_token_id(tokens.RECEIPT, token, max_age=tokens.RECEIPT_AGE)
    except tokens.BadToken:
        return False
    return pk in {comment.pk for comment in comments}


def answer(client: Client, method: str, where: str, headers: dict[str, str]) -> str:
    """All that comes back: body, headers and cookies."""
    response = getattr(client, method)(where, headers=headers)
    assert response.status_code < 500, where
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{body.decode(errors='replace')}{response.headers}{response.cookies}"


def test_the_markers_really_exist_for_their_reader_alone(live):
    client, comments = live
    said = page(client.get("/you/")) + page(client.get("/you/data.json"))
    assert {*MARKERS} - {*markers_in(said, MARKERS)} == {"refused", "searched"}
    assert ReaderSession.objects.count() == 1
    assert [comment.claimed_at is not None for comment in comments] == [True] + [False] * 6
    assert Subscription.objects.filter(reader__email=MARKERS["address"].lower()).count() == 3
    assert Quotation.objects.filter(Q(comment=comments[6]) | Q(source=comments[5])).count() == 2
    assert client.cookies[READ_COOKIE].value
    assert client.get(f"/commenter/{Reader.objects.exclude(public_id=None).get().public_id}/").status_code == 200
    assert client.get("/")["Content-Language"] == "ru"

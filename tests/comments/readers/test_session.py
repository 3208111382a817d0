"""Each of a reader's browsers has its own session, which ends by itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments.models import Reader, ReaderSession
from comments.models.reader_session import MAX_SESSIONS
from comments.readers import session
from comments.web import tokens, user_agents
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/19.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def bob():
    return factories.reader("bob@example.net")


def hello(email: str = "bob@example.net") -> str:
    return f"/you/prove/{tokens.make_token(tokens.SIGN_IN, email)}/"


def is_known(client) -> bool:
    return "Only you can see this page" in page(client.get("/you/"))


def test_each_browser_that_confirms_the_address_gets_its_own_session(bob, client, visitor):
    client.post(hello(), headers={"User-Agent": FIREFOX})
    visitor.post(hello(), headers={"User-Agent": PHONE})
    assert sorted(session.label for session in bob.sessions.all()) == ["Firefox on Linux", "Safari on iPhone"]
    assert is_known(client)
    assert is_known(visitor)


def test_confirming_again_in_the_same_browser_renews_its_session(bob, client):
    first = client.post(hello()).cookies[session.COOKIE].value
    again = client.post(hello()).cookies[session.COOKIE].value
    assert tokens.read_token(tokens.SESSION, first, max_age=tokens.SESSION_AGE) == tokens.read_token(
        tokens.SESSION, again, max_age=tokens.SESSION_AGE
    )
    assert bob.sessions.count() == 1


def test_a_browser_that_changes_its_owner_leaves_no_session_behind(bob, client):
    client.post(hello())
    client.post(hello("ann@example.net"))
    assert [session.reader.email for session in ReaderSession.objects.all()] == ["ann@example.net"]
    assert "ann@example.net" in page(client.get("/you/"))


def test_a_copy_of_the_database_contains_no_session(bob, client):
    cookie = client.post(hello()).cookies[session.COOKIE].value
    _word, pk, key = tokens.read_token(tokens.SESSION, cookie, max_age=tokens.SESSION_AGE)
    stored = ReaderSession.objects.get()
    assert key not in stored.key
    client.cookies[session.COOKIE] = tokens.make_token(tokens.SESSION, session.ROW_MARK, pk, stored.key)
    assert not is_known(client)


@pytest.mark.parametrize(
    "bound",
    [
        (),
        ("pass",),
        ("pass", 1),
        ("pass", "1", "key"),
        ("pass", 1, 2),
        ("key", 1, "x"),
        (1, "x"),
        (1, "x", 3),
        ("1", "x"),
    ],
)
def test_an_unknown_session_token_opens_nothing_and_breaks_nothing(bob, client, bound):
    client.cookies[session.COOKIE] = tokens.make_token(tokens.SESSION, *bound)
    assert not is_known(client)


def test_one_session_is_ended_and_the_others_stay(bob):
    here, there, elsewhere = (factories.reader_client(bob) for _ in range(3))
    gone = bob.sessions.order_by("pk")[1]
    answer = here.post("/you/", {"act": "end", "pass": str(gone.pk)})
    assert (answer.status_code, answer["Location"]) == (303, "/you/#browsers")
    assert (is_known(here), is_known(there), is_known(elsewhere)) == (True, False, True)


def test_all_others_are_ended_at_once(bob):
    here, there, elsewhere = (factories.reader_client(bob) for _ in range(3))
    here.post("/you/", {"act": "end", "pass": "others"})
    assert (is_known(here), is_known(there), is_known(elsewhere)) == (True, False, False)


def test_nobody_ends_the_session_of_another(bob):
    ann = factories.reader_client(factories.reader("ann@example.net"))
    theirs = factories.reader_client(bob)
    for pk in (bob.sessions.get().pk, 10**17, "x", ""):
        ann.post("/you/", {"act": "end", "pass": str(pk)})
    ann.post("/you/", {"act": "end", "pass": "others"})
    assert is_known(theirs)


def test_signing_out_ends_the_session_and_the_cookie(bob):
    here = factories.reader_client(bob)
    stolen = here.cookies[session.COOKIE].value
    answer = here.post("/you/", {"act": "leave"})
    assert answer.cookies[session.COOKIE]["max-age"] == 0
    assert not is_known(here)
    here.cookies[session.COOKIE] = stolen
    assert not is_known(here)


def test_another_site_signs_nobody_out(bob):
    here = factories.reader_client(bob)
    answer = here.post("/you/", {"act": "leave"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert is_known(here)


def test_reading_writes_once_a_day_and_the_day_alone(bob, django_assert_num_queries):
    here = factories.reader_client(bob)
    ReaderSession.objects.update(last_seen_on=timezone.localdate() - timedelta(days=3))
    here.get("/you/")
    assert ReaderSession.objects.get().last_seen_on == timezone.localdate()
    with connection.execute_wrapper(no_writing):
        assert is_known(here)


def no_writing(execute, sql, params, many, context):
    assert sql.lstrip().upper().startswith("SELECT"), sql
    return execute(sql, params, many, context)


def test_a_session_too_old_for_any_cookie_is_deleted_with_the_next(bob, client):
    factories.reader_client(bob)
    ReaderSession.objects.update(last_seen_on=timezone.localdate() - tokens.SESSION_AGE - timedelta(days=1))
    client.post(hello())
    assert bob.sessions.count() == 1


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1", "Safari on macOS"),
        ("curl/8", "A browser"),
        ("Lynx on Linux", "Linux"),
        ("", "A browser"),
        ("<script>" * 1000, "A browser"),
    ],
)
def test_a_browser_is_stored_by_its_name_alone(agent, label):
    assert user_agents.describe_browser(*user_agents.parse_user_agent(agent)) == label


def test_a_reader_whose_verification_ended_has_no_session(bob):
    here = factories.reader_client(bob)
    Reader.objects.update(verified_at=None)
    assert not is_known(here)


def test_links_from_before_signing_out_everywhere_verify_nothing(bob, post):
    comment = factories.comment(post, email=bob.email)
    links = [
        hello(),
        f"/you/prove/{tokens.make_token(tokens.VERIFY, bob.pk, comment.pk)}/",
        f"/subscribe/confirm/{tokens.make_token(tokens.SUBSCRIBE, bob.email, 'all', 'daily', 7)}/",
    ]
    session.end_all_sessions(bob)
    for link in links:
        answer = Client().post(link)
        assert answer.status_code == 410
        assert not answer.cookies
    Reader.objects.update(sessions_ended_at=timezone.now() - timedelta(hours=1))
    assert Client().post(hello()).status_code == 303


def test_a_reader_has_a_limited_number_of_browsers_and_the_oldest_are_signed_out(bob):
    for _ in range(MAX_SESSIONS + 5):
        Client().post(hello())
    assert bob.sessions.count() == MAX_SESSIONS

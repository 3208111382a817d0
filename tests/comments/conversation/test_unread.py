"""Since you last read: what came since then is marked, counted and walked through, without account or script."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from comments.readers import session
from comments.status import Status, Via
from comments.threads import unread
from comments.threads.layout import COMMENTS_PER_PAGE
from comments.threads.read_marks import READ_COOKIE, ReadMarks
from tests import factories
from tests.comments.comment_pages import drawn, long_thread, page, send
from tests.comments.conversation.test_read_cookie import ask

pytestmark = pytest.mark.django_db

NOON = factories.NOON
NEW = re.compile(r'class="comment [^"]*comment--new" id="comment-(\d+)"')


@pytest.fixture
def at(monkeypatch):
    """Let it be so many hours after noon."""

    def move(hours: float):
        moment = NOON + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return int(moment.timestamp())

    move(0)
    return move


@pytest.fixture
def reader(at, post, visitor) -> Client:
    """A reader who has asked at noon to be shown what is new."""
    ask(visitor, post)
    return visitor


def new_on(response) -> list[int]:
    return [int(pk) for pk in NEW.findall(page(response))]


def said(response) -> str:
    """The line above the thread that tells what is new; "" when there is none."""
    line = re.search(r'<p class="conversation__unread".*?</p>', page(response), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", line[0]).split()) if line else ""


def ways(response, pk: int) -> dict[str, str]:
    """Where the links at a new comment lead: {"previous": …, "next": …}."""
    words = re.search(rf'id="comment-{pk}".*?</header>', page(response), re.DOTALL)[0]
    return {way: url for url, way in re.findall(r'href="([^"]+)" rel="nofollow" data-(\w+)-new', words)}


# Who asked


def test_comments_since_the_last_visit_are_marked_and_counted(reader, post, at):
    at(-1)
    old = factories.comment(post)
    at(2)
    new = [factories.comment(post), factories.comment(post, parent=old)]
    at(5)
    response = reader.get(post.get_absolute_url())
    assert new_on(response) == [new[1].pk, new[0].pk], "in the order of the thread"
    assert said(response) == "2 new since 20 March 2026, 12:00. Go to the first new comment"
    assert page(response).count('<mark class="new">new</mark>') == 2


def test_a_comment_is_new_when_readers_first_see_it_not_when_it_was_written(reader, post, at):
    held = factories.comment(post, status=Status.PENDING, created_at=NOON - timedelta(days=2))
    at(2)
    factories.approve(held, via=Via.DESK)
    at(5)
    assert new_on(reader.get(post.get_absolute_url())) == [held.pk]


def test_a_visit_marks_everything_read_for_the_next_one(reader, post, at):
    at(2)
    factories.comment(post)
    at(5)
    assert new_on(reader.get(post.get_absolute_url()))
    at(9)
    response = reader.get(post.get_absolute_url())
    assert (new_on(response), said(response)) == ([], "Nothing new since 20 March 2026, 17:00.")


def test_a_reload_and_another_page_within_the_visit_show_the_same_as_new(reader, post, at):
    at(2)
    new = factories.comment(post)
    for minutes in (0, 1, 40):
        at(5 + minutes / 60)
        assert new_on(reader.get(post.get_absolute_url())) == [new.pk]


def test_a_post_that_was_never_read_has_nothing_new(reader, at):
    other = factories.post()
    factories.comment(other)
    at(5)
    assert new_on(reader.get(other.get_absolute_url())) == []


@pytest.mark.parametrize(("method", "headers"), [("head", {}), ("get", {"Sec-Purpose": "prefetch;prerender"})])
def test_a_hidden_post_moves_no_mark(reader, post, at, method, headers):
    at(2)
    new = factories.comment(post)
    at(3)
    assert READ_COOKIE not in getattr(reader, method)(post.get_absolute_url(), headers=headers).cookies
    at(9)
    assert new_on(reader.get(post.get_absolute_url())) == [new.pk]


def test_a_refused_form_shows_what_is_new_and_moves_no_mark(reader, post, at):
    at(2)
    new = factories.comment(post)
    at(5)
    response = send(reader, post, body="")
    assert (response.status_code, new_on(response)) == (400, [new.pk])
    assert READ_COOKIE not in response.cookies


def test_the_cookie_says_who_may_read_it(reader, post):
    cookie = reader.cookies[READ_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert list(ReadMarks.parse(cookie.value).posts) == [post.thread_id]


@pytest.mark.parametrize("text", ["", "x", "7-8-9", "~", "zzzz.zzzz", "é", '"', "a" * 4_000, "1-zzzzzzzzzz-zzzzzzzzzz"])
def test_a_damaged_cookie_is_read_as_far_as_it_can_be(post, text):
    factories.comment(post)
    client = Client(headers={"Cookie": f"{READ_COOKIE}={text}"})
    response = client.get(post.get_absolute_url())
    assert (response.status_code, new_on(response)) == (200, [])


# Own comments


def test_own_comments_are_not_new_to_a_remembered_guest(reader, post, at):
    at(2)
    send(reader, post)
    factories.approve(Comment.objects.get(), via=Via.DESK)
    at(5)
    assert new_on(reader.get(post.get_absolute_url())) == []
    assert new_on(Client().get(post.get_absolute_url(), {"since": int(NOON.timestamp())})) == [Comment.objects.get().pk]


def test_own_comments_are_not_new_to_a_verified_reader_on_any_device(reader, post, at):
    at(2)
    own, other = factories.comment(post, is_verified=True), factories.comment(post, email="other@example.net")
    own.reader.verified_at = NOON
    own.reader.save()
    reader.cookies[session.COOKIE] = factories.reader_client(own.reader).cookies[session.COOKIE].value
    at(5)
    assert new_on(reader.get(post.get_absolute_url())) == [other.pk]


def test_own_comments_are_not_new_to_a_signed_in_account(reader, post, at):
    mona = factories.user("mona", group="Moderator")
    reader.force_login(mona)
    at(2)
    factories.comment(post, user=mona)
    other = factories.comment(post)
    at(5)
    assert new_on(reader.get(post.get_absolute_url())) == [other.pk]


# By a link


def test_a_link_with_a_moment_marks_what_came_since_then_without_any_cookie(visitor, post, at):
    factories.comment(post)
    since = at(2)
    new = factories.comment(post)
    at(5)
    response = visitor.get(post.get_absolute_url(), {"since": since})
    assert new_on(response) == [new.pk]
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("since", ["", "x", "-1", "1.5", "1e9", "²", "9" * 11, "9" * 400, "99999999999", "0x1", " 1"])
def test_an_invalid_moment_is_ignored(visitor, post, at, since):
    factories.comment(post)
    response = visitor.get(post.get_absolute_url(), {"since": since})
    assert (response.status_code, new_on(response), said(response)) == (200, [], "")


def test_the_page_behind_such_a_link_is_known_by_its_plain_address(visitor, post, at):
    shown = page(visitor.get(post.get_absolute_url(), {"since": 1}))
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', shown)
    assert canonical.endswith(post.get_absolute_url())
    robots = page(visitor.get("/robots.txt"))
    assert "Disallow: /*?since=" in robots
    assert "Disallow: /*&since=" in robots


# From new to new


def walk(client: Client, where: str) -> list[int]:
    """The new comments that a reader meets who follows the link to the next new one, page by page."""
    response, met = client.get(where), []
    way = re.search(r'href="([^"]+)"[^>]*data-first-new', page(response))
    link = way and way[1]
    while link:
        if not link.startswith("#"):
            moved = client.get(link)
            assert moved.status_code == 302
            where, _, anchor = moved["Location"].partition("#")
            response, link = client.get(where), f"#{anchor}"
        met.append(int(link.removeprefix("#comment-")))
        assert met[-1] in new_on(response)
        link = ways(response, met[-1]).get("next")
    return met


def spread(post, at) -> list[int]:
    """A thread of three pages with new replies on the first and the last; the new ones, in the order of the thread."""
    numbers = long_thread(post, 2 * COMMENTS_PER_PAGE + 50)
    Comment.objects.update(decided_at=NOON - timedelta(days=1))
    new = []
    at(2)
    for place in (240, 3, 5):
        parent = Comment.objects.get(pk=numbers[place])
        new.append(factories.comment(post, parent=parent, id=numbers[-1] + 1 + len(new)).pk)
    at(5)
    return [new[1], new[2], new[0]]


@pytest.mark.parametrize("how", ["cookie", "link"])
def test_links_lead_from_new_to_new_across_pages_and_back(reader, post, at, how):
    new = spread(post, at)
    client = reader if how == "cookie" else Client()
    query = "" if how == "cookie" else f"?since={int(NOON.timestamp())}"
    assert walk(client, post.get_absolute_url() + query) == new
    assert walk(client, f"{post.get_absolute_url()}comment-page-2/{query}") == new
    last = client.get(f"{post.get_absolute_url()}comment-page-3/{query}")
    assert ways(last, new[2]) == {"previous": f"/comments/{new[1]}/?since={int(NOON.timestamp())}"}
    first = client.get(post.get_absolute_url() + query)
    assert ways(first, new[1])["previous"] == f"#comment-{new[0]}"


def test_page_numbers_and_reply_links_carry_the_moment_on(visitor, post, at):
    spread(post, at)
    since = int(NOON.timestamp())
    shown = page(visitor.get(f"{post.get_absolute_url()}comment-page-2/?since={since}"))
    assert f'href="{post.get_absolute_url()}comment-page-3/?since={since}"' in shown
    assert re.search(rf'comment-page-2/\?since={since}&amp;reply=\d+#respond"', shown)


def test_cancelling_a_reply_and_the_choice_of_a_passage_carry_it_on_too(visitor, post, at):
    comment = factories.comment(post)
    at(5)
    query = f"?since={int(NOON.timestamp()) - 1}"
    reply = page(visitor.get(f"{post.get_absolute_url()}{query}&reply={comment.pk}"))
    (cancel,) = re.findall(r'respond__cancel"><a href="([^"]+)"', reply)
    assert visitor.get(cancel)["Location"] == f"{post.get_absolute_url()}{query}#comment-{comment.pk}"
    choice = page(visitor.get(f"{post.get_absolute_url()}{query}&quote=post"))
    (passage,) = re.findall(r'<li dir="auto"><a href="([^"]+)"', choice)
    assert passage == f"{query}&amp;quote=post-1#respond"


def test_posting_or_a_refusal_leads_back_to_the_new_comments(visitor, post, at):
    new = factories.comment(post)
    at(5)
    query = f"?since={int(NOON.timestamp()) - 1}"
    (action,) = re.findall(
        r'id="respond" method="post" action="([^"]+)"', page(visitor.get(post.get_absolute_url() + query))
    )
    refused = visitor.post(action, factories.comment_form(body=""))
    assert (refused.status_code, new_on(refused)) == (400, [new.pk])
    receipt = visitor.post(action, factories.comment_form())["Location"]
    place = f"{post.get_absolute_url()}{query}#comment-{Comment.objects.latest('id').pk}"
    assert f'href="{place}"' in page(visitor.get(receipt))
    visitor.force_login(factories.user("mona", group="Moderator"))
    there = visitor.post(action, factories.comment_form(body="At once."))["Location"]
    assert there == f"{post.get_absolute_url()}{query}#comment-{Comment.objects.latest('id').pk}"
    assert new_on(visitor.get(there)) == [new.pk]


def test_a_new_comment_that_was_removed_is_not_counted_and_breaks_no_link(reader, post, at):
    new = spread(post, at)
    factories.remove(Comment.objects.get(pk=new[1]), via=Via.DESK)
    assert walk(reader, post.get_absolute_url()) == [new[0], new[2]]
    assert said(reader.get(post.get_absolute_url())).startswith("2 new")


def test_of_very_many_the_latest_are_marked_and_that_is_said(reader, post, at, monkeypatch):
    monkeypatch.setattr(unread, "MAX_MARKED", 3)
    at(2)
    early = factories.comment(post)
    at(3)
    late = [factories.comment(post).pk for _ in range(3)]
    at(5)
    response = reader.get(post.get_absolute_url())
    assert new_on(response) == late
    assert drawn(response) == [early.pk, *late]
    assert said(response).startswith("More than 3 new since 20 March 2026, 12:00; the latest 3 are marked.")


# What it costs, and whom


def test_new_comments_cost_one_query_for_any_thread(reader, post, at, django_assert_num_queries):
    spread(post, at)
    with django_assert_num_queries(8):  # one more than for everybody
        reader.get(post.get_absolute_url())


def test_cached_pages_are_the_same_to_the_byte_for_every_reader(post, at):
    spread(post, at)
    addresses = [post.get_absolute_url(), f"{post.get_absolute_url()}comment-page-3/", "/", "/comments/feed/"]
    before = {where: Client().get(where).content for where in addresses}
    client = Client()
    ask(client, post)
    at(9)
    for where in (*addresses, f"{post.get_absolute_url()}?since=1"):
        answer = client.get(where)
        assert "public" not in answer["Cache-Control"]
    ask(client, post, "forget")
    for _ in range(2):  # out of memory, then made anew
        assert {where: Client().get(where).content for where in addresses} == before
        caches["pages"].clear()

"""A reader mutes a person in their browser: what these wrote becomes one line that opens, until they are unmuted."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from comments.conversation.muted import MAX_MUTED, MUTED_COOKIE, read_muted
from comments.models import Comment
from comments.privacy.erasure import begin_erasure
from comments.status import Status
from comments.web import tokens
from tests import factories
from tests.boxes import box_of
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db

LINE = "A comment by somebody you muted:"
FOLDED = re.compile(r'<details class="muted muted--l\d">.*?<article class="[^"]*" id="comment-(\d+)"', re.DOTALL)


@pytest.fixture
def bobs(post):
    return factories.comment(post, name="Bob", email="bob@example.net", body="Words of Bob.")


def mute(client: Client, comment: Comment):
    return client.post(f"/comments/{comment.pk}/report/", {"act": "mute"})


def folded(client: Client, post, more: str = "") -> list[int]:
    return [int(pk) for pk in FOLDED.findall(page(client.get(post.get_absolute_url() + more)))]


@pytest.mark.parametrize("where", ["", "discussion/", "?since=1"])
def test_all_that_they_wrote_folds_and_nothing_else(visitor, post, bobs, where):
    again = factories.comment(post, name="Bobby", email="Bob@example.net", parent=bobs)
    factories.comment(post, name="Bob", email="another@example.net")
    response = mute(visitor, bobs)
    assert (response.status_code, response["Location"]) == (303, f"/comments/{bobs.pk}/")
    assert folded(visitor, post, where) == [bobs.pk, again.pk]
    assert "Words of Bob." in page(visitor.get(post.get_absolute_url()))  # inside, to be opened


def test_other_browsers_see_the_page_as_before_to_the_byte(visitor, post, bobs):
    before = Client().get(post.get_absolute_url()).content
    mute(visitor, bobs)
    response = visitor.get(post.get_absolute_url())
    assert response["Cache-Control"] == "private, no-cache"
    assert Client().get(post.get_absolute_url()).content == before
    assert LINE not in before.decode()


def test_an_author_is_muted_by_their_profile_and_an_archives_writer_by_their_name(visitor, post):
    alice = post.author_list[0]
    by_alice = factories.comment(post, name="Alice", email="a@example.org", author=alice)
    more = factories.comment(post, name="Alice K.", email="other@example.org", author=alice)
    old, old_too = (factories.comment(post, name="Old Timur", email="") for _ in range(2))
    factories.comment(post, name="Old Bekzod", email="")
    for comment in (by_alice, old):
        mute(visitor, comment)
    assert folded(visitor, post) == [by_alice.pk, more.pk, old.pk, old_too.pk]


def test_unmuting_shows_them_again_for_guests_too(visitor, post, bobs):
    mute(visitor, bobs)
    html = page(visitor.get("/you/"))
    assert "People you muted in this browser:" in html
    assert "<bdi>Bob</bdi>" in html
    visitor.post("/you/", {"act": "unmute", "comment": str(bobs.pk)})
    assert not visitor.cookies[MUTED_COOKIE].value
    assert folded(visitor, post) == []
    assert "muted" not in page(visitor.get("/you/"))


def test_a_reader_who_is_signed_in_finds_them_on_their_page(post, bobs):
    client = factories.reader_client(factories.reader("ann@example.net"))
    mute(client, bobs)
    assert "<bdi>Bob</bdi>" in page(client.get("/you/"))


def test_a_removed_comment_mutes_on_and_names_nobody(visitor, post, bobs):
    mute(visitor, bobs)
    other = factories.comment(post, email="bob@example.net")
    factories.remove(bobs, via="desk")
    assert folded(visitor, post) == [other.pk]
    html = page(visitor.get("/you/"))
    assert "Somebody whose comment is no longer shown" in html
    assert "Bob" not in html


def test_a_person_who_is_erased_is_muted_no_longer_and_nobody_in_their_place(visitor, post, bobs):
    mute(visitor, bobs)
    other = factories.comment(post, name="Eve", email="eve@example.net")
    for comment in (bobs, other):
        comment.reader.verify()
        begin_erasure(comment.reader, keeps_words=True, sender="x")
    call_command("worker", "--once")
    assert set(Comment.objects.values_list("name", flat=True)) == {"A former reader"}
    assert other.pk not in folded(visitor, post)


def test_nobody_can_ask_with_a_cookie_of_their_own_making(visitor, post, bobs):
    waiting = factories.comment(post, status=Status.PENDING, email="bob@example.net")
    assert mute(visitor, waiting).status_code == 404
    for value in ("", "x", str(bobs.pk), tokens.make_token(tokens.RECEIPT, bobs.pk)):
        visitor.cookies[MUTED_COOKIE] = value
        assert folded(visitor, post) == []
        assert "muted" not in page(visitor.get("/you/"))


def test_another_site_cannot_mute_or_unmute(visitor, post, bobs):
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post(f"/comments/{bobs.pk}/report/", {"act": "mute"}, headers=headers).status_code == 403
    assert MUTED_COOKIE not in visitor.cookies


def test_only_so_many_are_muted_the_latest(rf, post):
    client = Client()
    made = [factories.comment(post, email=f"b{number}@example.net") for number in range(MAX_MUTED + 2)]
    for comment in made:
        mute(client, comment)
    request = rf.get("/")
    request.COOKIES[MUTED_COOKIE] = client.cookies[MUTED_COOKIE].value
    assert read_muted(request) == [comment.pk for comment in made[2:]]
    assert len(client.cookies[MUTED_COOKIE].value) < 1_000


def test_no_report_is_stored(visitor, bobs):
    mute(visitor, bobs)
    bobs.refresh_from_db()
    assert (bobs.open_report_count, bobs.reports.count()) == (0, 0)


@pytest.mark.parametrize(("mutes", "queries"), [(False, 3), (True, 4)])
def test_it_costs_one_query_for_a_browser_that_mutes(post, bobs, mutes, queries, django_assert_num_queries):
    client = Client(headers={"cookie": "registan_x=1"}) if not mutes else Client()
    if mutes:
        mute(client, bobs)
    client.get(post.get_absolute_url())
    with django_assert_num_queries(queries):
        client.get(post.get_absolute_url())


@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser_on_a_phone(transactional_db, people, script):
    post = factories.post()
    bobs = factories.comment(post, name="Bob", body="Words of Bob.")
    reply = factories.comment(post, name="Ann", email="ann@example.net", parent=bobs, body="Words of Ann.")
    tab = people.page(post.get_absolute_url(), java_script_enabled=script)
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.get_by_role("link", name="Report Bob’s comment").click()
    tab.get_by_role("button", name="Mute this person").click()
    line = tab.locator(".muted__summary")
    expect(line).to_have_text(re.compile(rf"{LINE}\s+show"))
    tab.goto(post.get_absolute_url())
    expect(tab.get_by_text("Words of Bob.")).to_be_hidden()
    expect(tab.get_by_text("Words of Ann.")).to_be_visible()
    line.click()
    expect(tab.get_by_text("Words of Bob.")).to_be_visible()
    assert box_of(line)["height"] >= 24
    tab.goto("/you/")
    tab.get_by_role("button", name="Unmute").click()
    tab.goto(post.get_absolute_url())
    expect(tab.get_by_text("Words of Bob.")).to_be_visible()
    expect(tab.locator(f"#comment-{reply.pk}")).to_be_visible()

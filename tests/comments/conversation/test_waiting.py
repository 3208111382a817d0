"""A comment that waits stands in its place in the thread, for its writer alone."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import expect

from comments.conversation.waiting import COOKIE_PREFIX, MAX_WAITING
from comments.lifecycle import edits
from comments.models import Comment
from comments.privacy.erasure import begin_erasure
from comments.status import Status
from comments.threads.layout import COMMENTS_PER_PAGE
from comments.web import tokens
from tests import factories
from tests.comments.browsers import fill
from tests.comments.comment_pages import drawn, long_thread, page, send

pytestmark = pytest.mark.django_db

WAITS = "Waiting for a moderator. Only you can see this."


@pytest.fixture
def held(db):
    """A post whose comments all wait."""
    return factories.post(conversation="held")


def waiting(client: Client, post, **fields) -> Comment:
    """Send a comment that waits."""
    send(client, post, **{"body": "My waiting words.", **fields})
    comment = Comment.objects.latest("pk")
    assert comment.status == Status.PENDING
    return comment


def test_a_guest_sees_it_below_the_comment_it_replies_to(visitor, held):
    first, second = factories.comment(held), factories.comment(held)
    mine = waiting(visitor, held, parent=str(first.pk))
    response = visitor.get(held.get_absolute_url())
    assert drawn(response) == [first.pk, mine.pk, second.pk]
    html = page(response)
    assert f'class="comment comment--l2 comment--waiting" id="comment-{mine.pk}"' in html
    assert html.count(WAITS) == 1
    assert "1 reply" in html
    assert "2 comments" in html


def test_nobody_else_sees_it_and_their_page_is_the_same_to_the_byte(visitor, held):
    factories.comment(held)
    other, signed_in = Client(), factories.reader_client(factories.reader("ann@example.net"))
    before = other.get(held.get_absolute_url()).content
    mine = waiting(visitor, held)
    assert "My waiting words." in page(visitor.get(held.get_absolute_url()))
    assert other.get(held.get_absolute_url()).content == before
    for client in (other, signed_in, Client(headers={"cookie": "registan_x=1"})):
        for url in (held.get_absolute_url(), f"{held.get_absolute_url()}?since=1", mine.get_absolute_url()):
            assert "My waiting words." not in page(client.get(url))


def test_no_cache_may_keep_the_page(visitor, held):
    waiting(visitor, held)
    response = visitor.get(held.get_absolute_url())
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]
    assert "ETag" not in response


def test_the_cookie_goes_to_the_pages_of_this_post_alone(visitor, held):
    mine = waiting(visitor, held)
    cookie = visitor.cookies[f"{COOKIE_PREFIX}{mine.pk}"]
    assert cookie["path"] == held.get_absolute_url()
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_cookie_that_we_did_not_sign_shows_nothing(visitor, held):
    mine = waiting(visitor, held)
    other = Client()
    for value in ("", "x", str(mine.pk), visitor.cookies[f"{COOKIE_PREFIX}{mine.pk}"].value[:-1] + "!"):
        other.cookies[f"{COOKIE_PREFIX}{mine.pk}"] = value
        assert "My waiting words." not in page(other.get(held.get_absolute_url()))


def test_a_cookie_shows_nothing_below_another_post(visitor, held):
    mine = waiting(visitor, held)
    assert "My waiting words." not in page(visitor.get(factories.post().get_absolute_url()))
    assert "My waiting words." in page(visitor.get(mine.post.get_absolute_url()))


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REMOVED, Status.WITHDRAWN])
def test_once_it_is_decided_it_is_no_longer_marked(visitor, held, to):
    mine = waiting(visitor, held)
    factories.decide(mine, to, via="reader" if to == Status.WITHDRAWN else "desk")
    html = page(visitor.get(held.get_absolute_url()))
    assert WAITS not in html
    assert ("My waiting words." in html) == (to == Status.APPROVED)


def test_what_the_filter_takes_for_spam_waits_too_as_far_as_its_writer_sees(visitor, held):
    factories.mark_spam(waiting(visitor, held), via="filter")
    assert WAITS in page(visitor.get(held.get_absolute_url()))


def test_a_guest_withdraws_it_on_its_receipt(visitor, held):
    mine = waiting(visitor, held)
    (url,) = re.findall(r'href="(/comments/receipt/[^"#]+)#withdraw"', page(visitor.get(held.get_absolute_url())))
    assert 'id="withdraw"' in page(visitor.get(url))
    visitor.post(url, {"act": "withdraw"})
    mine.refresh_from_db()
    assert mine.status == Status.WITHDRAWN
    assert "My waiting words." not in page(visitor.get(held.get_absolute_url()))


def test_a_reader_with_a_session_edits_and_withdraws_it(held):
    client = factories.reader_client(factories.reader("ann@example.net"))
    mine = waiting(client, held, name="Ann", email="ann@example.net")
    assert not [name for name in client.cookies if name.startswith(COOKIE_PREFIX)]
    html = page(client.get(held.get_absolute_url()))
    assert WAITS in html
    for act in ("edit", "withdraw"):
        assert f'href="/comments/{mine.pk}/{act}/"' in html
        assert client.get(f"/comments/{mine.pk}/{act}/").status_code == 200
    # In every browser of theirs, but not what somebody else sent with their address.
    waiting(Client(), held, name="Ann", email="ann@example.net", body="Not by Ann.")
    elsewhere = page(factories.reader_client(mine.reader).get(held.get_absolute_url()))
    assert "My waiting words." in elsewhere
    assert "Not by Ann." not in elsewhere


def test_after_a_quarter_of_an_hour_it_can_only_be_withdrawn(held, time):
    client = factories.reader_client(factories.reader("ann@example.net"))
    mine = waiting(client, held, name="Ann", email="ann@example.net")
    time.pass_(seconds=edits.EDIT_WINDOW.total_seconds() + 1)
    html = page(client.get(held.get_absolute_url()))
    assert f"/comments/{mine.pk}/withdraw/" in html
    assert f"/comments/{mine.pk}/edit/" not in html


def test_it_has_no_link_to_reply_report_or_its_permalink(visitor, held):
    mine = waiting(visitor, held)
    html = page(visitor.get(held.get_absolute_url()))
    for link in (f"reply={mine.pk}", f"/comments/{mine.pk}/report/", f'href="/comments/{mine.pk}/"'):
        assert link not in html


def test_the_json_ld_does_not_name_it(visitor, held):
    mine = waiting(visitor, held)
    factories.comment(held)
    linked_data = page(visitor.get(held.get_absolute_url())).split("application/ld+json")[1]
    assert f"/comments/{mine.pk}/" not in linked_data


def test_the_first_comment_of_a_post_waits_alone(visitor, held):
    waiting(visitor, held)
    html = page(visitor.get(held.get_absolute_url()))
    assert WAITS in html
    assert "No comments yet" in html
    assert "View as one page" not in html  # there is none


def test_a_comment_that_is_held_again_stands_where_its_tombstone_does(held):
    client = factories.reader_client(factories.reader("ann@example.net"))
    mine = factories.comment(held, name="Ann", email="ann@example.net", is_verified=True, body="Held again.")
    reply = factories.comment(held, parent=mine)
    factories.hold(mine, via="reports")
    assert "Held again." not in page(Client().get(held.get_absolute_url()))
    response = client.get(held.get_absolute_url())
    assert drawn(response) == [mine.pk, reply.pk]
    assert "Held again." in page(response)
    assert "This comment is not shown." not in page(response)


def test_on_the_right_page_of_a_long_thread(held):
    numbers = long_thread(held, 2 * COMMENTS_PER_PAGE)
    last_of_first = Comment.objects.get(pk=numbers[COMMENTS_PER_PAGE - 1])
    anns = {"email": "ann@example.net", "is_verified": True, "status": Status.PENDING}
    reply = factories.comment(held, parent=last_of_first, pk=numbers[-1] + 1, **anns)
    newest = factories.comment(held, pk=numbers[-1] + 2, **anns)
    client = factories.reader_client(factories.reader("ann@example.net"))
    first, second = (client.get(f"{held.get_absolute_url()}{more}") for more in ("", "comment-page-2/"))
    assert drawn(first)[-1] == reply.pk
    assert newest.pk not in drawn(first)
    assert reply.pk not in drawn(second)
    assert drawn(second)[-1] == newest.pk
    for comment, url in ((reply, ""), (newest, "comment-page-2/")):
        assert comment.get_thread_url() == f"{held.get_absolute_url()}{url}#comment-{comment.pk}"


def test_one_that_is_held_again_stands_on_its_own_page_alone(held):
    numbers = long_thread(held, COMMENTS_PER_PAGE)
    anns = {"email": "ann@example.net", "is_verified": True}
    mine = factories.comment(held, pk=numbers[-1] + 1, **anns)
    factories.comment(held, parent=mine, pk=numbers[-1] + 2)
    factories.hold(mine, via="reports")
    client = factories.reader_client(factories.reader("ann@example.net"))
    assert mine.pk not in drawn(client.get(held.get_absolute_url()))
    assert mine.pk in drawn(client.get(f"{held.get_absolute_url()}comment-page-2/"))


def test_back_to_the_conversation_leads_to_its_place(visitor, held):
    numbers = long_thread(held, COMMENTS_PER_PAGE + 1)
    mine = factories.comment(held, pk=numbers[-1] + 1, status=Status.PENDING)
    receipt = f"/comments/receipt/{tokens.make_token(tokens.RECEIPT, mine.pk)}/"
    place = f"{held.get_absolute_url()}comment-page-2/#comment-{mine.pk}"
    assert f'href="{place}">Back to the conversation' in page(visitor.get(receipt))


def test_only_so_many_are_shown(held):
    ann = factories.reader("ann@example.net")
    for _ in range(MAX_WAITING + 1):
        factories.comment(held, email=ann.email, is_verified=True, status=Status.PENDING)
    response = factories.reader_client(ann).get(held.get_absolute_url())
    assert page(response).count(WAITS) == MAX_WAITING


def test_a_browser_carries_only_so_many_cookies(visitor, held, time):
    for number in range(MAX_WAITING + 2):
        time.pass_(minutes=10)
        waiting(visitor, held, body=f"Waiting words {number}.")
    kept = [name for name, cookie in visitor.cookies.items() if name.startswith(COOKIE_PREFIX) and cookie.value]
    assert len(kept) == MAX_WAITING


def test_an_erased_one_is_gone_from_every_browser(visitor, held):
    mine = waiting(visitor, held)
    mine.reader.verify()
    begin_erasure(mine.reader, keeps_words=True, sender="x")
    call_command("worker", "--once")
    assert "My waiting words." not in page(visitor.get(held.get_absolute_url()))


def test_one_query_more_for_its_writer_and_none_for_a_reader_of_ours_without(visitor, held, django_assert_num_queries):
    parent = factories.comment(held)
    other = Client(headers={"cookie": "registan_x=1"})
    for client in (visitor, other):
        client.get(held.get_absolute_url())
    waiting(visitor, held, parent=str(parent.pk))
    with django_assert_num_queries(3):
        other.get(held.get_absolute_url())
    with django_assert_num_queries(4):
        visitor.get(held.get_absolute_url())


@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser_from_the_form_to_the_receipt_and_back(transactional_db, people, script):
    post = factories.post(conversation="held")
    factories.comment(post)
    tab = people.page(post.get_absolute_url(), java_script_enabled=script)
    tab.set_viewport_size({"width": 360, "height": 700})
    fill(tab, body="My waiting words.")
    tab.click("text=Post comment")
    if not script:
        tab.click("text=Back to the conversation")
    expect(tab.locator(".comment--waiting")).to_be_visible()
    mine = Comment.objects.latest("pk")
    row = tab.locator(f"#comment-{mine.pk}")
    expect(row).to_contain_text(WAITS)
    expect(row).to_be_in_viewport()
    row.get_by_role("link", name="Withdraw your comment").click()
    tab.get_by_role("button", name="Withdraw comment").click()
    tab.goto(post.get_absolute_url())
    expect(row).to_have_count(0)

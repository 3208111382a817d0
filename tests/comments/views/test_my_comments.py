"""A reader's own page, signed in by an emailed link: their comments, the status of each, and their data."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from comments.lifecycle.submit import submit
from comments.mail import verification
from comments.models import Comment, Decision, Finding, Message, Policy, Reader
from comments.status import Status, Via
from comments.submission.facts import reader_history
from comments.views.my_comments import MAX_CLAIMS, PER_PAGE
from comments.web import tokens
from tests import factories
from tests.comments.comment_pages import Elements, dangers, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def bob():
    return factories.reader("bob@example.net")


@pytest.fixture
def browser_of_bob(bob):
    return factories.reader_client(bob)


def ask(email: str, *, address: str = "192.0.2.1", client: Client | None = None):
    return (client or Client()).post("/you/", {"email": email}, REMOTE_ADDR=address)


# Signing in


def test_a_reader_without_comments_has_a_page_after_signing_in_by_email(visitor):
    assert "No account needed" in page(visitor.get("/you/"))
    answer = ask("Ann@Example.net", client=visitor)
    assert (answer.status_code, answer["Location"]) == (303, "/you/?asked")
    assert "Check your inbox" in page(visitor.get(answer["Location"]))
    assert not Reader.objects.exists()
    call_command("worker", "--once")
    (sent,) = mail.outbox
    assert sent.to == ["Ann@Example.net"]
    link = re.search(r"http\S+(/you/prove/\S+/)", sent.body)[1]
    for method in (visitor.get, visitor.head, visitor.options):
        assert not method(link).cookies
    assert not Reader.objects.exists()
    assert "Ann@Example.net" in page(visitor.get(link))
    answer = visitor.post(link)
    assert (answer.status_code, answer["Location"]) == (303, "/you/")
    assert Reader.objects.get().email == "ann@example.net"
    assert "ann@example.net" in page(visitor.get("/you/"))


def test_the_answer_never_reveals_whether_an_address_is_known(bob, post):
    factories.comment(post, email="carl@example.net")
    answers = set()
    for email in ("bob@example.net", "carl@example.net", "nobody@example.net"):
        for _ in range(verification.MAILS_A_DAY + 2):
            cache.clear()
            answer = ask(email)
            answers.add((answer.status_code, answer["Location"], answer.content, len(answer.cookies)))
    assert len(answers) == 1
    assert Message.objects.count() == 3 * verification.MAILS_A_DAY


def test_a_home_and_its_neighbourhood_may_ask_only_so_often():
    found = [
        ask(f"{number}@example.net", address="2001:db8::1").status_code
        for number in range(verification.MAILS_AN_HOUR + 1)
    ]
    assert found == [303] * verification.MAILS_AN_HOUR + [429]
    refused = ask("x@example.net", address="2001:db8::1")
    assert int(refused["Retry-After"]) > 0
    assert 'value="x@example.net"' in page(refused)
    assert ask("y@example.net", address="2001:db8:1::1").status_code == 303


@pytest.mark.parametrize("typed", ["", "no address", "a@b", "a@example.net\nBcc: b@example.net", "\0@example.net"])
def test_an_invalid_address_is_reported_and_kept(typed):
    answer = ask(typed)
    assert answer.status_code == 400
    assert not Message.objects.exists()
    assert dangers(page(answer)) == []


def test_another_site_cannot_send_emails(visitor):
    answer = visitor.post("/you/", {"email": "bob@example.net"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not Message.objects.exists()


def test_the_email_carries_nothing_but_the_link(visitor):
    ask("bob@example.net")
    message = Message.objects.get()
    assert "asked to sign in to Registan with this address" in message.text
    assert "comment on" not in message.text
    assert "Content-Type" not in message.headers


# The page


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_is_neither_cached_nor_indexed(bob, browser_of_bob, visitor, method):
    for client in (browser_of_bob, visitor):
        response = getattr(client, method)("/you/")
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]


STATES = {
    Status.APPROVED: "published",
    Status.PENDING: "waiting for a moderator",
    Status.SPAM: "waiting for a moderator",
    Status.REMOVED: "removed by a moderator",
    Status.WITHDRAWN: "withdrawn by you",
}


@pytest.mark.parametrize("status", STATES)
def test_readers_see_the_status_of_each_of_their_comments(browser_of_bob, post, status):
    factories.comment(post, status=status, body="My own words.", is_verified=True)
    html = page(browser_of_bob.get("/you/"))
    assert "My own words." in html
    assert re.findall(r'class="state state--\w+">\s*([^<]*)<', html) == [STATES[status]]


def test_a_spammer_sees_no_difference_here_either(browser_of_bob, post):
    pages = []
    for status in (Status.SPAM, Status.PENDING):
        comment = factories.comment(post, status=status, body="Win.", is_verified=True, created_at=factories.NOON)
        pages.append(page(browser_of_bob.get("/you/")).replace(f"/comments/{comment.pk}/", "/comments/0/"))
        Comment.objects.filter(pk=comment.pk).update(name="", fingerprint=str(status))
    assert pages[0] == pages[1]


def test_the_reason_of_a_removal_is_shown_without_its_note(browser_of_bob, post):
    comment = factories.comment(post, is_verified=True)
    factories.remove(comment, via=Via.DESK, reason="It is advertising.", note="He always does.")
    html = page(browser_of_bob.get("/you/"))
    assert "It is advertising." in html
    assert "He always does." not in html


def test_nothing_of_anybody_else_is_on_it(browser_of_bob, post):
    factories.comment(post, name="Eve", email="eve@example.net", body="Not from Bob.", is_verified=True)
    html = page(browser_of_bob.get("/you/"))
    assert "Not from Bob." not in html
    assert "eve@" not in html


def test_the_readers_text_is_shown_without_links_and_runs_nothing(browser_of_bob, post):
    factories.comment(
        post, name="<b>Bob</b>", body="[win](https://casino.example) <script>x</script>", is_verified=True
    )
    html = page(browser_of_bob.get("/you/"))
    assert dangers(html) == []
    assert not [at for _tag, at in Elements(html).found if "casino" in at.get("href", "")]


def test_long_lists_are_paged_from_where_the_last_page_ended(browser_of_bob, post):
    made = [factories.comment(post, is_verified=True, body=f"Word {n}.") for n in range(PER_PAGE + 3)]
    first = page(browser_of_bob.get("/you/"))
    assert f"Word {PER_PAGE + 2}." in first
    assert "Word 2." not in first
    older = re.search(r'href="(\?before=\d+)"', first)[1]
    factories.withdraw(made[0])
    second = page(browser_of_bob.get(f"/you/{older}"))
    assert re.findall(r'<p dir="auto">Word (\d+)\.</p>', second) == ["2", "1", "0"]
    assert "Earlier comments" not in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "0", "\0", "1' or 1=1"])
def test_an_invalid_position_still_shows_a_page(browser_of_bob, before):
    assert browser_of_bob.get("/you/", {"before": before}).status_code == 200


def test_it_costs_a_pinned_number_of_queries_for_any_number_of_comments(
    browser_of_bob, bob, post, django_assert_num_queries
):
    for number in range(PER_PAGE):
        factories.comment(post, is_verified=number % 2 == 0, created_at=factories.NOON)
    browser_of_bob.get("/you/")
    with django_assert_num_queries(
        8
    ):  # session, replies, own comments, unclaimed, subscriptions, mailbox, browsers, pages
        browser_of_bob.get("/you/")


def test_a_value_that_no_button_sends_is_refused(browser_of_bob):
    for act in ("", "\0", "drop", "claims"):
        assert browser_of_bob.post("/you/", {"act": act}).status_code == 400


def test_a_reader_without_a_session_can_use_no_button(visitor, bob, post):
    comment = factories.comment(post)
    for fields in ({"act": "claim", "comment": "all"}, {"act": "end", "pass": "others"}, {"act": "erase"}):
        assert visitor.post("/you/", fields).status_code == 400
    comment.refresh_from_db()
    assert not comment.is_verified


# Older comments


def test_a_reader_claims_one_comment_and_its_mark_shows_at_once(browser_of_bob, post, visitor):
    comment = factories.comment(post, body="Long ago.")
    where = post.get_absolute_url()
    assert "Verified: same person as before" not in page(visitor.get(where))
    assert "I wrote this" in page(browser_of_bob.get("/you/"))
    answer = browser_of_bob.post("/you/", {"act": "claim", "comment": str(comment.pk)})
    assert answer.status_code == 303
    assert "Verified: same person as before" in page(visitor.get(where))
    html = page(browser_of_bob.get("/you/"))
    assert "I wrote this" not in html
    assert "Long ago." in html


def test_a_reader_claims_all_of_them_including_imported_comments(browser_of_bob, post, monkeypatch):
    monkeypatch.setattr("comments.lifecycle.ownership.CLAIM_BATCH", 4)
    for number in range(MAX_CLAIMS + 2):
        typed = {"name": "Bob", "email": "BOB@example.net", "body": f"Word {number}."}
        submit(post=post, to=Status.APPROVED, via=Via.IMPORT, quiet=True, **typed)
    html = page(browser_of_bob.get("/you/"))
    assert html.count("I wrote this") == MAX_CLAIMS
    assert "There are more" in html
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    assert Comment.objects.filter(is_verified=True, claimed_at__isnull=False).count() == MAX_CLAIMS + 2


@pytest.mark.parametrize("status", Status)
def test_claiming_publishes_nothing_and_changes_no_state(browser_of_bob, post, status):
    comment = factories.comment(post, status=status)
    post.thread.refresh_from_db()
    before = (Decision.objects.count(), post.thread.comment_count)
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    comment.refresh_from_db()
    post.thread.refresh_from_db()
    assert (comment.is_verified, comment.status) == (True, status)
    assert (Decision.objects.count(), post.thread.comment_count) == before


def test_moderators_see_that_it_was_claimed_later(browser_of_bob, post):
    factories.comment(post, status=Status.PENDING)
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    mona = Client()
    mona.force_login(factories.user("mona", group="Moderator"))
    assert "claimed later by the owner of the email address" in page(mona.get(reverse("admin:comments_comment_queue")))


def test_a_removed_comment_still_counts_against_the_reader(browser_of_bob, bob, post):
    for _ in range(3):
        factories.comment(post)
    factories.remove(factories.comment(post), via=Via.DESK)
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    assert reader_history(bob, Policy.current(), is_verified=True) == (3, True)


def test_comments_with_another_address_none_or_an_account_cannot_be_claimed(browser_of_bob, post):
    staff = factories.user("alice", group="Author")
    others = [
        factories.comment(post, email="eve@example.net"),
        factories.comment(post, email=""),
        factories.comment(post, email="bob@example.net", user=staff),
    ]
    for comment in others:
        browser_of_bob.post("/you/", {"act": "claim", "comment": str(comment.pk)})
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    assert not Comment.objects.filter(is_verified=True).exists()
    assert "I wrote" not in page(browser_of_bob.get("/you/"))


def test_the_mark_is_on_comments_from_a_session_alone(visitor, post):
    factories.comment(post, name="Ann", is_verified=True)
    factories.comment(post, name="Guest")
    html = page(visitor.get(post.get_absolute_url()))
    assert html.count('class="comment__verified"') == 1
    assert "Ann" in html.split('class="comment__verified"')[0]


def test_the_link_on_a_receipt_marks_its_comment_and_leaves_a_trace(visitor, post):
    comment = factories.comment(post)
    token = tokens.make_token(tokens.VERIFY, comment.reader_id, comment.pk)
    before = page(visitor.get(post.get_absolute_url()))
    Client().post(f"/you/prove/{token}/")
    comment.refresh_from_db()
    assert comment.claimed_at is not None
    assert page(visitor.get(post.get_absolute_url())) != before


def test_findings_are_left_alone_by_a_claim(browser_of_bob, post):
    comment = factories.comment(post, status=Status.PENDING)
    Finding.objects.create(comment=comment, kind="first")
    browser_of_bob.post("/you/", {"act": "claim", "comment": "all"})
    assert comment.findings.count() == 1

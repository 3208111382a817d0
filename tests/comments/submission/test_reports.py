"""Readers report a comment: without an account, once each; enough of them hold it again."""

import ipaddress
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from blog.models import Conversation
from comments.lifecycle import reports
from comments.mail import notifications
from comments.models import Comment, Decision, Finding, Message, Policy, Reader, Report
from comments.status import Status, Via
from comments.submission import rate_limits
from tests import factories
from tests.comments.comment_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(post):
    return factories.comment(post, name="Bob", body="Buy my carpets.")


def where(comment: Comment) -> str:
    return f"/comments/{comment.pk}/report/"


def report(comment: Comment, address: str = "192.0.2.1", *, client: Client | None = None, headers=None, **fields):
    client = client or Client()
    return client.post(where(comment), {"kind": "spam", **fields}, headers=headers, REMOTE_ADDR=address)


def street(number: int) -> str:
    """An address in a neighbourhood of its own."""
    return f"198.18.{number}.1"


def from_many(comment: Comment, count: int, *, first: int = 1) -> None:
    for number in range(first, first + count):
        assert report(comment, street(number)).status_code == 303


def test_the_page_of_a_post_offers_to_report_each_comment(visitor, post, comment):
    html = page(visitor.get(post.get_absolute_url()))
    assert f'href="{where(comment)}" rel="nofollow"' in html


def test_offering_it_costs_no_query(visitor, post, django_assert_max_num_queries):
    for _ in range(10):
        factories.comment(post)
    with django_assert_max_num_queries(8):
        visitor.get(post.get_absolute_url())


def test_the_form_says_what_is_reported_and_asks_why(visitor, post, comment):
    html = page(visitor.get(where(comment)))
    assert "Buy my carpets." in html
    assert all(str(label) in html for label in Report.Kind.labels)


def test_a_report_is_stored_and_counted_and_its_sender_thanked(post, comment):
    response = report(comment, words="He sells\r\ncarpets.")
    assert response.status_code == 303
    html = page(Client().get(response["Location"]))
    assert "Thank you" in html
    assert post.get_absolute_url() in html
    stored = Report.objects.get()
    assert (stored.kind, stored.words, stored.is_open) == ("spam", "He sells\ncarpets.", True)
    comment.refresh_from_db()
    assert (comment.open_report_count, comment.status) == (1, Status.APPROVED)


def test_the_same_sender_counts_once_and_is_thanked_again(comment):
    report(comment)
    again = report(comment, kind="rude")
    assert again.status_code == 303
    assert [report.kind for report in Report.objects.all()] == ["spam"]
    comment.refresh_from_db()
    assert comment.open_report_count == 1


def test_a_sender_is_not_named(comment):
    report(comment)
    assert "192.0.2" not in Report.objects.get().sender
    assert len(Report.objects.get().sender) == 64


def test_one_home_is_one_sender_however_many_addresses_it_has(comment):
    Policy.objects.update(reports_hold=100)
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "::ffff:192.0.2.1", "192.0.2.1"):
        report(comment, address)
    assert Report.objects.count() == 3


def test_an_address_that_a_stranger_makes_up_makes_no_second_sender(comment):
    report(comment, headers={"X-Forwarded-For": "198.51.100.1"})
    report(comment, headers={"X-Forwarded-For": "198.51.100.2"})
    assert Report.objects.count() == 1


def test_behind_our_own_proxy_each_reader_counts(comment, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("192.0.2.1/32")]
    report(comment, headers={"X-Forwarded-For": "198.51.100.1"})
    report(comment, headers={"X-Forwarded-For": "198.51.100.2"})
    assert Report.objects.count() == 2


def with_pass(email: str) -> Client:
    reader = Reader.of(email)
    reader.verify()
    return factories.reader_client(reader)


def test_a_verified_reader_is_one_sender_on_every_network(comment):
    client = with_pass("ann@example.net")
    report(comment, "192.0.2.1", client=client)
    report(comment, "192.0.2.2", client=client)
    report(comment, "192.0.2.1")
    assert Report.objects.count() == 2


def test_at_the_threshold_it_waits_again_and_says_why(visitor, post, comment):
    from_many(comment, 2)
    assert Comment.objects.approved().exists()
    from_many(comment, 1, first=3)
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 3)
    decision = comment.decisions.first()
    assert (decision.via, decision.by, decision.from_status) == (Via.REPORTS, None, Status.APPROVED)
    assert [(finding.kind, finding.words) for finding in comment.findings.all()] == [("reports", "3")]
    assert "Buy my carpets." not in page(visitor.get(post.get_absolute_url()))
    assert Conversation.objects.get(post=post).comment_count == 0


def test_moderators_set_the_threshold(comment):
    Policy.objects.update(reports_hold=1)
    from_many(comment, 1)
    assert not Comment.objects.approved().exists()


def test_one_home_holds_nothing_however_many_mailboxes_it_has(comment):
    for number in range(5):
        report(comment, client=with_pass(f"eve+{number}@example.net"))
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.APPROVED, 5)


@pytest.mark.parametrize("address", ["192.0.2.{}", "2001:db8:1:{}::1"])
def test_one_neighbourhood_holds_nothing_and_several_do(comment, address):
    for number in range(1, 8):
        report(comment, address.format(number))
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.APPROVED, 7)
    from_many(comment, 2)
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 9)
    assert Finding.objects.get().words == "9"


def test_a_neighbourhood_is_not_named(comment):
    report(comment)
    stored = Report.objects.get()
    assert len(stored.neighbourhood) == 64
    assert stored.neighbourhood != stored.sender


def test_in_one_hour_reports_hold_so_many_comments_on_the_whole_site(post, comment, monkeypatch):
    Policy.objects.update(reports_hold=1)
    for number in range(reports.MAX_HELD_AN_HOUR):
        report(factories.comment(post), street(number))
    assert Decision.objects.filter(via=Via.REPORTS).count() == reports.MAX_HELD_AN_HOUR
    assert report(comment, street(100)).status_code == 303
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.APPROVED, 1)
    assert list(Comment.objects.reported().approved()) == [comment]
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(timezone, "now", lambda: later)
    report(comment, street(101))
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 2)


def test_a_held_comment_comes_first_in_the_queue_and_moderators_get_email(post, comment):
    factories.user("mona", group="Moderator")
    older = factories.comment(post, status=Status.PENDING)
    notifications.notify_of_decisions()
    from_many(comment, 3)
    notifications.notify_of_decisions()
    assert list(Comment.objects.waiting()) == [comment, older]
    assert "Reported by 3 readers" in Message.objects.latest("id").text


def test_a_moderators_approval_closes_the_reports_and_they_never_count_again(comment):
    from_many(comment, 3)
    comment.refresh_from_db()
    factories.approve(comment, via=Via.DESK)
    assert not Report.objects.filter(is_open=True).exists()
    from_many(comment, 3)
    from_many(comment, 2, first=11)
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count, Report.objects.count()) == (Status.APPROVED, 2, 5)
    from_many(comment, 1, first=13)
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 3)
    assert Finding.objects.get().words == "3"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.APPROVED])
def test_hidden_comments_cannot_be_reported(visitor, post, status):
    comment = factories.comment(post, status=status)
    assert visitor.get(where(comment)).status_code == 404
    assert report(comment).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.parametrize("make", [factories.draft, factories.scheduled])
def test_nor_what_stands_under_a_post_that_is_not_public(visitor, db, make):
    comment = factories.comment(make())
    assert visitor.get(where(comment)).status_code == report(comment).status_code == 404


@pytest.mark.parametrize("pk", ["0", "-1", "12345", "9" * 18, "9" * 30, "x", "1%00"])
def test_an_unknown_comment_is_not_found(visitor, db, pk):
    assert visitor.get(f"/comments/{pk}/report/").status_code == 404


@pytest.mark.parametrize(
    "fields", [{"kind": ""}, {"kind": "boring"}, {"kind": "\0"}, {"words": "x" * 501}, {"words": "a\0b"}]
)
def test_a_wrong_form_is_shown_again_with_its_words(comment, fields):
    response = report(comment, **{"words": "Why I say so.", **fields})
    assert response.status_code == 400
    assert 'role="alert"' in page(response)
    assert fields.get("words", "Why I say so.").replace("\0", "") in page(response).replace("\0", "").replace("�", "")
    assert not Report.objects.exists()


def test_five_hundred_characters_are_enough(comment):
    assert report(comment, words="ж" * 500).status_code == 303


def test_another_site_cannot_report_in_a_readers_name(comment):
    response = report(comment, headers={"Sec-Fetch-Site": "cross-site"}, words="Why I say so.")
    assert response.status_code == 403
    assert "Why I say so." in page(response)
    assert report(comment, headers={"Origin": "https://evil.example"}).status_code == 403
    assert not Report.objects.exists()


def test_a_form_without_a_token_is_accepted(comment):
    client = Client(enforce_csrf_checks=True)
    assert report(comment, client=client, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_reader_who_reports_too_fast_sees_the_limit(post, comment):
    for _ in range(rate_limits.REPORTS_PER_SENDER.allowed):
        assert report(factories.comment(post)).status_code == 303
    response = report(comment, words="One too many.")
    assert response.status_code == 429
    assert 3_500 < int(response["Retry-After"]) <= 3_601
    assert "One too many." in page(response)
    assert report(comment, "192.0.2.2").status_code == 303


def test_a_neighbourhood_that_reports_too_fast_sees_the_limit_too(post, comment):
    for number in range(rate_limits.REPORTS_PER_NEIGHBOURHOOD.allowed):
        assert report(comment, f"2001:db8:1:{number}::1").status_code == 303
    response = report(comment, "2001:db8:1:ffff::1")
    assert response.status_code == 429
    assert 3_500 < int(response["Retry-After"]) <= 3_601
    assert report(comment, client=with_pass("eve@example.net"), address="2001:db8:1:fffe::1").status_code == 429
    assert report(comment, "2001:db8:2::1").status_code == 303


def test_the_form_is_not_cached_and_sets_no_cookie(visitor, comment):
    response = visitor.get(where(comment))
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies
    assert not report(comment).cookies


@pytest.mark.parametrize("post_pk", ["", "x", "0", "9" * 18, "9" * 30, "\0", "//evil.example"])
def test_thanks_need_no_post(visitor, db, post_pk):
    response = visitor.get("/comments/reported/", {"post": post_pk})
    assert response.status_code == 200
    assert "evil" not in page(response)


def test_thanks_say_nothing_of_a_draft(visitor, db):
    draft = factories.draft(title="Not yet")
    assert draft.slug not in page(visitor.get("/comments/reported/", {"post": draft.thread_id}))


@pytest.mark.django_db(transaction=True)
def test_many_at_one_moment_are_each_counted_and_hold_it_once(comment):
    Policy.objects.update(reports_hold=5)

    def send(number: int) -> int:
        try:
            return report(comment, street(number)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, [*range(8), *range(8)]))
    assert set(answers) <= {303, 404}
    comment.refresh_from_db()
    assert (comment.status, comment.open_report_count) == (Status.PENDING, 5)
    assert Report.objects.count() == 5
    assert Decision.objects.filter(via=Via.REPORTS).count() == 1

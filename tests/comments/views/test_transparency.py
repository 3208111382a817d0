"""The public report shows the right numbers by month, and nothing about hidden comments or single moderators."""

import re
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.text.datetimes import local_midnight
from comments.lifecycle.decide import decide
from comments.lifecycle.submit import submit
from comments.lifecycle.undo import undo
from comments.models import Comment, Decision, Reason
from comments.statistics.tallies import (
    Period,
    describe_duration,
    last_days,
    last_months,
    median_wait,
    tally_periods,
)
from comments.status import Status, Via
from tests import factories
from tests.comments.backdated import decided
from tests.comments.comment_pages import dangers

pytestmark = pytest.mark.django_db
ACCOUNT = "/moderation/"


def text(answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def test_a_month_is_shown_by_outcome_by_path_and_by_reason(visitor, post):
    reason = Reason.objects.first().words
    waiting = [factories.comment(post, status=Status.PENDING) for _ in range(5)]
    mona = factories.user("mona", first_name="Monamarker")
    factories.approve(waiting[0], via=Via.DESK, by=mona)
    factories.remove(waiting[1], via=Via.MAIL, by=mona, reason=reason)
    factories.remove(waiting[2], via=Via.ADMIN, by=mona, reason="Eve of Elm Street 5")
    factories.mark_spam(waiting[3], via=Via.FILTER)
    undo([factories.withdraw(waiting[4])], by=mona)
    said = text(visitor.get(ACCOUNT))
    for words in ("5 comments were posted.", "Published 1", "Removed 2", "Spam 1", "Decisions undone 1",
                  "Held for a moderator 5", "Moderators 3", "Spam filter 1",
                  "On arrival (published or held) 5", f"{reason} 1", "Another reason 1"):  # fmt: skip
        assert words in said, words
    assert "ithdrawn" not in said


def test_undone_decisions_are_counted_as_undone_alone(visitor, post):
    mona, reason = factories.user("mona"), Reason.objects.first().words
    comments = [factories.comment(post, status=Status.PENDING) for _ in range(15)]
    mistake = decide([comment.pk for comment in comments], Status.SPAM, via=Via.DESK, by=mona).batch
    undo(Decision.objects.filter(batch=mistake), by=mona)
    undo([factories.remove(factories.comment(post), via=Via.DESK, by=mona, reason=reason)], by=mona)
    said = text(visitor.get(ACCOUNT))
    for words in ("16 comments were posted.", "Published 1", "Held for a moderator 15", "Decisions undone 16"):
        assert words in said, words
    for words in ("Spam", "Moderators", "Removed", reason):
        assert words not in said, words


@pytest.mark.parametrize(("undos", "removed", "undone"), [(0, 1, 0), (1, 0, 1), (2, 1, 0), (3, 0, 1), (4, 1, 0)])
def test_a_decision_counts_again_when_its_undo_is_undone(post, undos, removed, undone):
    comment = factories.comment(post)
    factories.remove(comment, via=Via.DESK)
    for _ in range(undos):
        undo([comment.decisions.first()], by=factories.user())
    assert comment.decisions.count() == 2 + undos
    [tally] = tally_periods(last_months(1), seconds=60)
    found = tally.count(became=Status.REMOVED), tally.undone_count, tally.count(became=Status.APPROVED)
    assert found == (removed, undone, 1)


def test_nothing_about_hidden_comments_is_shown_but_their_number(visitor):
    marked = {"name": "Namemarker", "email": "mailmarker@example.org", "website": "https://webmarker.example/",
              "body": "Bodymarker"}  # fmt: skip
    post = factories.post(title="Titlemarker")
    mona = factories.user("usermarker", first_name="Firstmarker", last_name="Lastmarker")
    for number, verb in enumerate(["hold", "mark_spam", "remove", "withdraw"]):
        comment = factories.comment(post, **{**marked, "body": f"Bodymarker {number}", "address": "203.0.113.77"})
        getattr(factories, verb)(comment, via=Via.DESK, by=mona, reason="Reasonmarker", note="Notemarker")
    page = visitor.get(ACCOUNT).content.decode()
    assert "marker" not in page.lower()
    assert "203.0.113.77" not in page
    assert not re.search(r"/comments/\d", page)


def test_imports_and_erasures_are_counted_apart(visitor, post):
    submit(post=post, to=Status.APPROVED, via=Via.IMPORT, name="Ann", body="Long ago", quiet=True)
    factories.remove(factories.comment(post, status=Status.SPAM), via=Via.ERASURE, quiet=True)
    said = text(visitor.get(ACCOUNT))
    assert "1 comment was posted." in said
    assert "1 comment was imported." in said
    assert "1 comment was deleted" in said
    assert "Published" not in said
    assert "Removed" not in said


def test_months_begin_at_midnight_in_the_sites_zone(post, settings):
    settings.TIME_ZONE = "Asia/Tashkent"
    with timezone.override("Asia/Tashkent"):
        comment = factories.comment(post)
        zone = ZoneInfo("Asia/Tashkent")
        for moment in (datetime(2025, 2, 28, 23, 59), datetime(2025, 3, 1, 0, 0), datetime(2025, 3, 31, 23, 59)):
            decided(comment, "approved", "removed", at=moment.replace(tzinfo=zone))
        february, march = (Period(datetime(2025, n, 1).date(), datetime(2025, n + 1, 1).date()) for n in (2, 3))
        assert [month.count() for month in tally_periods([february, march], seconds=60)] == [1, 2]


def test_a_month_that_is_over_is_counted_once_and_this_one_again(post):
    comment = factories.comment(post)
    *_earlier, last, this = last_months(3)
    assert (last.is_over, this.is_over) == (True, False)
    with CaptureQueriesContext(connection) as first:
        tally_periods([last, this], seconds=60)
    with CaptureQueriesContext(connection) as second:
        tally_periods([last, this], seconds=60)
    assert len(second) == 1 < len(first)
    assert tally_periods([this], seconds=60)[0].count() == 1
    factories.remove(comment, via=Via.DESK)
    assert tally_periods([this], seconds=60)[0].count() == 1


def test_a_month_that_is_over_is_counted_again_when_one_of_its_decisions_is_undone(post):
    comment, other = factories.comment(post), factories.comment(post)
    before, last, this = last_months(3)
    for decided_comment, month in ((other, before), (comment, last)):
        decided(decided_comment, "approved", "removed", at=local_midnight(month.first) + timedelta(days=3))
    Comment.objects.update(status=Status.REMOVED)
    assert removals([before, last, this], seconds=0) == [(1, 0), (1, 0), (0, 0)]
    for expected in ((0, 1), (1, 0)):
        undo([comment.decisions.first()], by=factories.user())
        assert removals([before, last, this], seconds=60)[1] != expected
        with CaptureQueriesContext(connection) as asked:
            assert removals([before, last, this], seconds=0) == [(1, 0), expected, (0, 0)]
        # No decision of the month before was undone: it is not read again.
        assert not any(f"{before.first:%Y%m%d}-" in query["sql"] for query in asked if "UNION" in query["sql"])


def removals(periods, *, seconds) -> list[tuple[int, int]]:
    found = tally_periods(periods, seconds=seconds)
    return [(month.count(became=Status.REMOVED), month.undone_count) for month in found]


def test_a_day_that_ends_is_counted_again(post):
    """What was kept of it while it went on is not all."""
    day = datetime(2025, 3, 1).date()
    period = Period(day, day + timedelta(days=1))
    assert period.name.endswith(" over")
    assert not last_days(1)[0].name.endswith(" over")


def test_twelve_consecutive_months_end_with_this_one():
    months = last_months(12)
    assert len(months) == 12
    assert months[-1].first == timezone.localdate().replace(day=1)
    assert all(month.end == following.first for month, following in pairwise(months))


def test_the_median_wait_is_longer_than_half_of_the_waits(post):
    start = timezone.now() - timedelta(days=2)
    for minutes in (1, 30, 600):
        comment = factories.comment(post, status=Status.PENDING)
        decided(comment, "pending", "approved", at=comment.decisions.get().at + timedelta(minutes=minutes), via="desk")
    decided(comment, "pending", "spam", at=start, via="filter")
    assert round(median_wait(Decision.objects.all())) == 30 * 60


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (3, "less than a minute"), (60, "1 minute"), (5_400, "90 minutes"), (3 * 3600, "3 hours"),
     (47 * 3600, "47 hours"), (72 * 3600, "3 days")],
)  # fmt: skip
def test_a_wait_is_described_in_its_greatest_unit(seconds, words):
    assert describe_duration(seconds) == words


def test_the_page_costs_little_and_may_be_cached(visitor, post, django_assert_max_num_queries):
    factories.comment(post)
    with django_assert_max_num_queries(24):  # of these twelve for the medians, and five to keep them
        assert visitor.get(ACCOUNT).status_code == 200
    with django_assert_max_num_queries(5):
        answer = visitor.get(ACCOUNT)
    assert answer["Cache-Control"] == "public, max-age=600"
    assert not answer.cookies
    assert dangers(answer.content.decode()) == []
    assert visitor.post(ACCOUNT).status_code == 405


def test_an_empty_report_is_shown_and_the_footer_links_to_it(visitor, db):
    assert "There have been no decisions in the last 12 months." in text(visitor.get(ACCOUNT))
    assert b'href="/moderation/"' in visitor.get("/").content

"""One decision on many comments: its queries, its transaction, its batch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Clock, Conversation
from comments.lifecycle.decide import decide
from comments.lifecycle.reports import file_report
from comments.models import Comment, Decision, Report
from comments.models.decision import PendingNotification
from comments.status import Status, Via
from tests import factories
from tests.comments.comment_pages import long_thread


def state(comments: list[Comment]) -> list:
    """All that a change of state may change, without what differs between two equal threads."""
    rows = Comment.objects.filter(pk__in=[comment.pk for comment in comments]).order_by("pk")
    numbers = comments[0].post.thread
    numbers.refresh_from_db()
    return [(row.status, row.shown, row.decisions.count()) for row in rows] + [
        numbers.comment_count,
        numbers.shown_count,
    ]


def test_a_decision_closes_reports_that_came_after_its_comment_was_read(post):
    comment = factories.comment(post)
    stale = Comment.objects.get(pk=comment.pk)
    file_report(comment, kind="rude", words="", sender="x")
    factories.remove(stale, via=Via.DESK)
    assert not Report.objects.filter(is_open=True).exists()
    assert Comment.objects.get().open_report_count == 0


def test_every_decision_of_a_batch_waits_for_its_notification(post):
    chosen = [factories.comment(post, status=Status.PENDING).pk for _ in range(3)]
    before = PendingNotification.objects.count()
    decide(chosen, Status.APPROVED, via=Via.DESK)
    assert PendingNotification.objects.count() == before + 3
    assert Decision.objects.exclude(batch=None).values("batch").distinct().count() == 1


def test_the_clock_moves_for_what_readers_see_and_for_nothing_else(post):
    first, second = (factories.comment(post, status=Status.PENDING) for _ in range(2))
    day = {"day": post.published_on, "slug": post.slug}
    start = Clock.read(**day)
    decide([first.pk], Status.SPAM, via=Via.DESK)
    assert Clock.read(**day) == start
    decide([second.pk], Status.APPROVED, via=Via.DESK)
    assert Clock.read(**day) > start


def test_a_thousand_cost_hardly_more_queries_than_ten(post):
    def queries(ids: list[int], to: Status) -> int:
        with CaptureQueriesContext(connection) as asked:
            decide(ids, to, via=Via.DESK)
        return len(asked)

    ids = long_thread(post, 1_000)
    decide(ids, Status.PENDING, via=Via.DESK)
    for to in (Status.SPAM, Status.APPROVED, Status.REMOVED):
        assert queries(ids, to) <= queries(ids[:10], Status.PENDING) + 30
        decide(ids, Status.PENDING, via=Via.DESK)


@pytest.mark.django_db
def test_a_changed_tombstone_moves_the_clock():
    gone = factories.comment(factories.post())
    factories.comment(gone.post, parent=gone)
    factories.remove(gone, via=Via.DESK)
    before = Conversation.objects.get(post=gone.post).clock
    decide([gone.pk], Status.SPAM, by=None, via=Via.ADMIN)
    assert Conversation.objects.get(post=gone.post).clock == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_fails_half_way_decides_nothing(monkeypatch):
    post = factories.post()
    comments = [factories.comment(post, status=Status.PENDING) for _ in range(5)]
    before = state(comments)
    monkeypatch.setattr(Conversation, "record_change", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decide([comment.pk for comment in comments], Status.APPROVED, via=Via.DESK)
    assert state(comments) == before
    assert not Decision.objects.exclude(batch=None).exists()

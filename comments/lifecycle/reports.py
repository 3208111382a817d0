"""Takes reports by readers, and holds a comment that enough of them have reported."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from blog.models import Conversation
from comments.lifecycle.decide import decide_one
from comments.models.comment import Comment
from comments.models.decision import Decision
from comments.models.finding import Finding
from comments.models.policy import Policy
from comments.models.report import Report
from comments.models.webhook import Event, WebhookNotice
from comments.status import Status, Via

# The kind of the finding on a comment that reports hold.
REPORTS_FINDING = "reports"
# Comments that reports hold in an hour, whoever sends them: an attacker who rents hundreds of networks can neither
# empty a conversation nor bury the queue. Beyond it a comment stays, and its reports with it.
MAX_HELD_AN_HOUR = 10
HOUR = datetime.timedelta(hours=1)


@transaction.atomic
def file_report(
    comment: Comment, *, kind: str, words: str, sender: str, neighbourhood: str = "", **columns: Any
) -> Report | None:
    """Store a report of a published comment, and hold the comment when enough readers have reported it.

    Every sender counts in `open_report_count`; but the senders of one neighbourhood (by default each has their own)
    hold no more than one of them would: one person easily has many addresses there, and mailboxes too.
    `columns` are the other columns of the report.
    None, and nothing changed, when this sender has reported it before, or when the comment is no longer published.
    """
    Conversation.objects.lock([comment.conversation_id])
    comment.refresh_from_db(fields=["status", "shown", "open_report_count"])
    if comment.status != Status.APPROVED or comment.reports.filter(sender=sender).exists():
        return None
    who = {"sender": sender, "neighbourhood": neighbourhood or sender}
    report = comment.reports.create(kind=kind, words=words, **who, **columns)
    WebhookNotice.objects.announce(Event.REPORTED, {report.pk: comment.pk})
    Comment.objects.filter(pk=comment.pk).update(open_report_count=F("open_report_count") + 1)
    comment.open_report_count += 1
    reports = comment.reports.filter(is_open=True)
    if reports.values("neighbourhood").distinct().count() >= Policy.current().reports_hold and reports_may_hold():
        count = str(reports.count())
        Finding.objects.update_or_create(comment=comment, kind=REPORTS_FINDING, defaults={"words": count})
        decide_one(comment, Status.PENDING, via=Via.REPORTS, expected=Status.APPROVED)
    return report


@transaction.atomic
def close_reports(comments: Iterable[Comment], *, by: User) -> None:
    """Dismiss the open reports of these comments, which stay as they are. Their threads are locked."""
    ids = [comment.pk for comment in comments]
    Report.objects.filter(comment__in=ids, is_open=True).update(
        is_open=False, closed_at=timezone.now(), dismissed_by=by
    )
    Comment.objects.filter(pk__in=ids).update(open_report_count=0)


def reports_may_hold() -> bool:
    """Have reports held so few comments in this hour that they may hold another?"""
    held = Decision.objects.filter(via=Via.REPORTS, at__gt=timezone.now() - HOUR)
    return held.count() < MAX_HELD_AN_HOUR

"""Numbers of the site as it is now, for Prometheus: the same on every machine, but for the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from blog.models import Alarm, HeldDeletion, WorkerBeat
from comments.models import Comment, Message, WebhookNotice


def read_gauges() -> Iterator[tuple[str, str, float]]:
    """(name, what it is, value) of each; ages are in seconds, and 0 when there is nothing that could be old."""
    emails = Message.objects.filter(sent_at=None, given_up=False).aggregate(oldest=Min("created_at"), count=Count("pk"))
    yield "registan_comments_waiting", "Comments that wait for a moderator.", Comment.objects.count_waiting()
    yield "registan_emails_unsent", "Emails in the outbox.", emails["count"]
    yield "registan_oldest_email_seconds", "Age of the oldest email in the outbox.", age(emails["oldest"])
    yield "registan_notices_undelivered", "Notices for webhooks.", WebhookNotice.objects.undelivered().count()
    yield "registan_worker_beat_seconds", "Time since the worker last said that it runs.", age(WorkerBeat.last())
    yield "registan_alarms", "Alarms that go on.", Alarm.objects.active().count()
    yield "registan_deletions_held", "Kinds of deletions that wait for a person.", len(HeldDeletion.objects.waiting())
    yield "registan_disk_free_bytes", "Room for DATA_DIR.", shutil.disk_usage(settings.DATA_DIR).free


def age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


def as_text() -> str:
    """The same in Prometheus's text format."""
    return "".join(
        f"# HELP {name} {words}\n# TYPE {name} gauge\n{name} {value:g}\n" for name, words, value in read_gauges()
    )

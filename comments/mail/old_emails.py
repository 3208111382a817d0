"""Deletes the record of emails after the days that the owner has set: recipients and subjects, and the delivery log."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from blog.text.site_values import site
from comments.models import Message

# Emails that the worker deletes at a time, with their lines of the log.
BATCH_SIZE = 50


def old_emails() -> QuerySet[Message]:
    """Those that were sent or given up so long ago; one that is still to be sent is never among them."""
    if not (days := site().email_days):
        return Message.objects.none()
    done = Q(sent_at__isnull=False) | Q(given_up=True)
    return Message.objects.filter(done, created_at__lt=timezone.now() - timedelta(days))


def delete_old_emails() -> int:
    """Delete the oldest; returns how many."""
    old = list(old_emails().order_by("created_at").values_list("pk", flat=True)[:BATCH_SIZE])
    if old:
        Message.objects.filter(pk__in=old).delete()
    return len(old)

"""Lines about what happens between requests: the worker, and the email it sends."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import WorkerBeat
from blog.text.datetimes import format_datetime
from comments.models import DeliveryAttempt, Message
from registan.site_health import setting_rules
from registan.site_health.health_line import HealthLine, State

# Longer than the slowest round of jobs: twenty emails to a server that hangs for ten seconds on each.
WORKER_PATIENCE = timedelta(minutes=5)
# A mail server may be restarted, or busy, for as long as this.
MAIL_PATIENCE = timedelta(minutes=30)
# The latest attempts are enough to know how email fares.
MAX_ATTEMPTS = 500
# Characters of what a mail server said.
ERROR_LENGTH = 120
# The refusal of one recipient says nothing about other emails.
RECIPIENT_REFUSED = "SMTPRecipientsRefused"


def worker_line() -> HealthLine:
    if settings.READ_ONLY:
        return HealthLine(State.GOOD, _("The worker rests: READ_ONLY says that nothing is written."))
    beat = WorkerBeat.last()
    remedy = _("Start “manage.py serve”, or “manage.py worker” where the web server runs without it, and read its log.")
    if beat is None:
        return HealthLine(State.BROKEN, _("No worker has ever run here: no email is sent."), remedy)
    if timezone.now() - beat > WORKER_PATIENCE:
        fact = _("The worker last ran on %s. Since then no email was sent and no picture was processed.")
        return HealthLine(State.BROKEN, fact % format_datetime(beat), remedy)
    return HealthLine(State.GOOD, _("The worker last ran on %s.") % format_datetime(beat))


def email_line() -> HealthLine:
    if not setting_rules.EMAIL.is_met():
        return setting_rules.EMAIL.line()
    tried = DeliveryAttempt.objects.exclude(result=DeliveryAttempt.Result.DROPPED).order_by("-id")[:MAX_ATTEMPTS]
    attempts = list(tried)
    failures = list(takewhile(is_server_failure, attempts))
    if failures:
        return failing_email_line(failures)
    sent = next((attempt.at for attempt in attempts if attempt.result == DeliveryAttempt.Result.SENT), None)
    if sent is None:
        test = reverse("admin:comments_message_test")
        return HealthLine(State.UNKNOWN, _("No email has been sent yet."), _("Send a test email."), test)
    return HealthLine(State.GOOD, _("The last email was sent on %s.") % format_datetime(sent))


def failing_email_line(failures: list[DeliveryAttempt]) -> HealthLine:
    """What failed since the last email that was sent, the latest attempt first."""
    since, waiting = failures[-1].at, Message.objects.filter(sent_at=None, given_up=False).count()
    fact = ngettext(
        "No email was sent since %(when)s, and %(count)d is waiting. The mail server said: %(error)s",
        "No email was sent since %(when)s, and %(count)d are waiting. The mail server said: %(error)s",
        waiting,
    ) % {
        "when": format_datetime(since),
        "count": waiting,
        "error": Truncator(failures[0].words).chars(ERROR_LENGTH),
    }
    return HealthLine(
        State.BROKEN if timezone.now() - since > MAIL_PATIENCE else State.LOOK,
        fact,
        _("Check EMAIL_URL and the mail server. The emails are tried again by themselves: see the messages."),
        reverse("admin:comments_message_changelist"),
    )


def is_server_failure(attempt: DeliveryAttempt) -> bool:
    """Did this attempt fail in a way that others would too?"""
    return attempt.result == DeliveryAttempt.Result.FAILED and not attempt.words.startswith(RECIPIENT_REFUSED)

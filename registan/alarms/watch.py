"""Looks at every alarm once a minute: the worker does, and a web process while the worker is silent (decision 0078)."""

from __future__ import annotations

import logging
import threading
import time
from itertools import count

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from blog import schedule
from blog.models import Alarm, WorkerBeat
from blog.text.site_values import site, site_language
from comments.mail import outbox
from comments.mail.smtp import SmtpConnection
from comments.models import Message, WebhookNotice
from comments.webhooks.delivery import deliver_next_notice
from registan.alarms.rules import RULES
from registan.alarms.tell import KEY_PREFIX, follow
from registan.site_health.background import WORKER_PATIENCE, worker_line
from registan.site_health.certificate import look_at_certificate
from registan.site_health.health_line import State
from registan.transfer.models import Restoration

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
# Emails and notices that a web process sends itself in one look: the alarms of one moment to some owners.
MAX_SENT = 20


class NextLook:
    at = 0.0


def watch_for_alarms() -> int:
    """A job of the worker: look once a minute; always 0, since nobody waits for it."""
    if time.monotonic() >= NextLook.at:
        NextLook.at = time.monotonic() + LOOK_SECONDS
        look_at_certificate()
        look()
    return 0


def look() -> None:
    """See how it stands with every alarm, and put what is to be told into the outbox."""
    active = set(Alarm.objects.active().values_list("kind", flat=True))
    for rule in RULES:
        words = rule.words()
        if words or (words == "" and rule.kind in active):
            follow(rule, words)


def watch_from_web() -> threading.Thread:
    """Start a thread that looks while the worker cannot. It works beside requests, and ends with its process."""
    thread = threading.Thread(target=watch_for_ever, name="alarms", daemon=True)
    thread.start()
    return thread


def watch_for_ever() -> None:
    for number in count(1):
        time.sleep(LOOK_SECONDS)
        try:
            look_for_worker(has_waited=number * LOOK_SECONDS > WORKER_PATIENCE.total_seconds())
        except Exception:
            log.exception("Alarms could not be looked at.")
        finally:
            connections.close_all()


def look_for_worker(*, has_waited: bool) -> None:
    """When the worker is silent, do its looking, and send the alarms that it would send.

    One that has never run may be about to begin, until this process `has_waited` for it.
    """
    close_old_connections()
    if settings.READ_ONLY or (WorkerBeat.last() is None and not has_waited):
        return
    schedule.read_clock()
    with site_language(), timezone.override(site().zone):
        if worker_line().state == State.BROKEN:
            look()
            send_alarms()


def send_alarms() -> None:
    """Send the emails and notices of alarms that are due, past all others; what fails stays in the outbox."""
    if Restoration.is_holding_email():
        return
    with SmtpConnection() as connection:
        for message in Message.objects.filter(key__startswith=KEY_PREFIX).lease(limit=MAX_SENT):
            outbox.send_message(message, connection)
    for _notice in range(MAX_SENT):
        if not deliver_next_notice(WebhookNotice.objects.exclude(alarm="")):
            return

"""manage.py worker: background jobs: email, webhooks, the spam filter, images, cards of links, clean-up, schedules."""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, Error, close_old_connections, connections
from django.utils import timezone

from blog import jobs, schedule
from blog.models import WorkerBeat
from blog.search.choose_related import choose_due_related
from blog.sharing.share_folder import shrink_share_folder
from blog.text.site_values import site, site_language
from blog.web import request_id
from comments.lifecycle.spam_training import score_waiting, train_spam_filter
from comments.mail import fanout, notifications, outbox, report_mail, review_mail, statements, wish_mail
from comments.privacy.erasure import continue_erasures
from comments.webhooks.delivery import deliver_next_notice
from registan.alarms.watch import watch_for_alarms
from registan.away import is_away
from registan.database import estimate_tables, refuse_unsupported_database
from registan.housekeeping import delete_what_is_due
from registan.transfer.archive.schedule import run_due_archives
from registan.transfer.models import Restoration
from registan.transfer.runs.export_job import advance_export
from registan.transfer.runs.tidy_job import tidy_up_after_import
from registan.transfer.runs.upload_job import advance_uploaded_import
from registan.upgrade.chores import run_chores_of_upgrade
from registan.upgrade.outdated_process import is_outdated

log = logging.getLogger(__name__)

# Seconds after a round with work, without, and after a failure. A round costs as much for one comment as for many: let
# some come together.
BUSY_SECONDS, IDLE_SECONDS, FAILURE_SECONDS = 0.1, 1.0, 10.0


class Command(BaseCommand):
    help = (
        "Run background jobs: email, webhooks, the spam filter, pictures, clean-up, schedules. Several workers may run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run until nothing is left to do, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(Error):  # a worker that starts before its database waits for it
            refuse_unsupported_database()
        stop = threading.Event()
        if options["once"]:
            while run_jobs():
                pass
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            stop.wait(run_jobs_safely())


def run_jobs_safely() -> float:
    """Run a round of jobs and return the seconds until the next; log any failure, so that the worker goes on."""
    close_old_connections()
    try:
        estimate_with_beat()
        return BUSY_SECONDS if run_jobs() else IDLE_SECONDS
    except Exception:
        log.exception("The worker tries again in %d s.", FAILURE_SECONDS)
        return FAILURE_SECONDS


def estimate_with_beat() -> None:
    """Once a minute, have SQLite estimate its tables (decision 0060)."""
    if not (settings.READ_ONLY or is_outdated()) and WorkerBeat.record():
        estimate_tables(connections[DEFAULT_DB_ALIAS])


JOBS: tuple[Callable[[], int], ...] = (
    notifications.notify_of_decisions,
    notifications.enqueue_moderator_digests,
    statements.send_due_statements,
    report_mail.tell_reporters,
    review_mail.notify_of_review_steps,
    fanout.start_post_fanouts,
    fanout.run_due_fanouts,
    fanout.enqueue_due_digests,
    wish_mail.ask_next_subscriber,
    outbox.send_due_messages,
    deliver_next_notice,
    jobs.render_next_image,
    jobs.make_next_card,
    choose_due_related,
    train_spam_filter,
    watch_for_alarms,
    delete_what_is_due,
    shrink_share_folder,
    continue_erasures,
    score_waiting,
    advance_uploaded_import,
    tidy_up_after_import,
    run_due_archives,
    advance_export,
    run_chores_of_upgrade,
)
# What a restored site leaves alone until its owner releases it: the site that was archived may still run.
SENDING_JOBS = frozenset({outbox.send_due_messages, deliver_next_notice})


# What goes on in read-only mode: what was owed before, to readers by email and to everybody by the clock of the law.
OWED_JOBS: tuple[Callable[[], int], ...] = (
    notifications.notify_of_decisions,
    statements.send_due_statements,
    report_mail.tell_reporters,
    fanout.run_due_fanouts,
    fanout.enqueue_due_digests,
    outbox.send_due_messages,
    deliver_next_notice,
    jobs.render_next_image,
    watch_for_alarms,
    delete_what_is_due,
    shrink_share_folder,
    continue_erasures,
    run_due_archives,
    advance_export,
)


def run_jobs() -> int:
    """Run every job once and return how much was done; a failure is raised after all others have run.

    The clock is read first: it brings what has changed on the Site page. With READ_ONLY nothing is done at all, since
    every job writes, nor by a worker that an upgrade has left behind.
    """
    if settings.READ_ONLY or is_outdated():
        return 0
    WorkerBeat.record()
    schedule.read_clock()
    done, failure = 0, None
    held = SENDING_JOBS if Restoration.is_holding_email() else frozenset()
    with request_id.bound(request_id.new_id()), site_language(), timezone.override(site().zone):
        for job in OWED_JOBS if site().is_read_only else JOBS:
            if job in held:
                continue
            try:
                done += job()
            except Exception as error:
                log.exception("A job failed: %s.", job.__qualname__)
                failure = error
                if is_away(error) and not reconnect():
                    break
    if failure:
        raise failure
    return done


def reconnect() -> bool:
    """Can the database be reached again? A round without it would only repeat its first failure with every job."""
    close_old_connections()
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except Error:
        return False
    return True

"""manage.py worker: tells the news, sends the mail, teaches the filter, and does what comes due by the clock."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from blog import renditions
from blog.models import Clock, VainSearch, WorkingCopy
from comments import news, outbox, proving, rounds
from comments.models.erasure import erase_some
from comments.models.expiry import expire
from comments.models.words import learn, score_waiting

log = logging.getLogger(__name__)

# Seconds between looks when there is nothing to do, and after a failure.
PAUSE, PAUSE_AFTER_FAILURE = 1.0, 10.0


class Command(BaseCommand):
    help = "Send what is to be told and move the clock for what comes due. Several may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what there is to do, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if options["once"]:
            while beat():
                pass
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            stop.wait(wait_after_beat())


def wait_after_beat() -> float:
    """Do what there is to do; seconds until the next look. The worker outlives whatever goes wrong in a round."""
    close_old_connections()
    try:
        return 0.0 if beat() else PAUSE
    except Exception:
        log.exception("The worker tries again in %d s.", PAUSE_AFTER_FAILURE)
        return PAUSE_AFTER_FAILURE


JOBS: tuple[Callable[[], int], ...] = (
    news.tell,
    news.digest,
    rounds.look_for_posts,
    rounds.walk,
    rounds.gather,
    outbox.send_due,
    renditions.draw_due,
    learn,
    expire,
    erase_some,
    proving.forget,
    score_waiting,
    WorkingCopy.objects.forget,
    VainSearch.objects.forget,
)


def beat() -> int:
    """One round; how much was done. A job that fails does not keep the others from theirs."""
    Clock.read()
    done, failure = 0, None
    for job in JOBS:
        try:
            done += job()
        except Exception as error:
            log.exception("The worker could not do its work: %s.", job.__qualname__)
            failure = error
    if failure:
        raise failure
    return done

"""Which lines of the health page are alarms; docs/alarms.md has a paragraph for each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from registan.logs.masking import mask_private
from registan.site_health import archives, background, certificate, machinery, release, waiting
from registan.site_health.health_line import HealthLine, State, Words
from registan.transfer.models import ArchivePlan, ArchiveRun

log = logging.getLogger(__name__)


class AlarmRule(NamedTuple):
    """`kind` is stored, sent to webhooks and the heading in docs/alarms.md; `find` says how it stands."""

    kind: str
    title: Words
    find: Callable[[], HealthLine]

    def words(self) -> str | None:
        """What is wrong, and what to do; "" when all is well, None when that cannot be found out.

        Without addresses of people, which a mail server may have named: the words go to other sites.
        """
        try:
            line = self.find()
        except Exception:
            log.exception("An alarm could not be found out: %s.", self.kind)
            return None
        if line.state == State.UNKNOWN:
            return None
        return mask_private(f"{line.fact} {line.action}".strip()) if line.state.needs_attention else ""


def chores_line() -> HealthLine:
    """The first of what an upgrade has left undone."""
    lines = [find() for find in (release.migrations_line, release.search_index_line, release.stored_html_line)]
    return next((line for line in lines if line.state.needs_attention), lines[0])


def any_backup_line() -> HealthLine:
    """Whichever way the site is backed up: what has stopped. An archive that was tried once by hand is no such way."""
    plan = ArchivePlan.current()
    lines = [release.backup_line()]
    if plan.every(ArchiveRun.Kind.ARCHIVE).period:
        lines.append(archives.archive_line())
    if plan.every(ArchiveRun.Kind.DRILL).period:
        lines.append(archives.drill_line())
    return next((line for line in lines if line.state.needs_attention), lines[0])


RULES = (
    AlarmRule("worker", gettext_lazy("Worker"), background.worker_line),
    AlarmRule("email", gettext_lazy("Oldest email"), waiting.oldest_email_line),
    AlarmRule("disk", gettext_lazy("Disk"), machinery.disk_room_line),
    AlarmRule("backup", gettext_lazy("Backup"), any_backup_line),
    AlarmRule("queue", gettext_lazy("Oldest comment"), waiting.oldest_comment_line),
    AlarmRule("certificate", gettext_lazy("Certificate"), certificate.certificate_line),
    AlarmRule("chores", gettext_lazy("Chores"), chores_line),
    AlarmRule("restarts", gettext_lazy("Restarts"), waiting.restarts_line),
    AlarmRule("deletions", gettext_lazy("Deletions"), waiting.deletions_line),
)

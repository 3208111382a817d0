"""Lines about archives: how old, how large, how long, and whether the last drill could restore one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.text.datetimes import format_datetime
from registan.site_health.health_line import HealthLine, State
from registan.site_health.setting_rules import SettingRule
from registan.transfer.archive.s3_place import describe_place
from registan.transfer.models import ArchivePlan, ArchiveRun, Restoration

# Runs among which the last good one is looked for: where all of these have failed, that is what there is to say.
RECENT = 20
# An archive older than this is no protection, whoever writes it.
MAX_AGE = timedelta(days=8)


def archive_line() -> HealthLine:
    run, good = latest(ArchiveRun.Kind.ARCHIVE)
    if run is None:
        return HealthLine(State.UNKNOWN, _("The site was never archived."), _("Set a schedule."), schedule_url())
    if run.result == ArchiveRun.Result.FAILED:
        fact = _("The archive of %(when)s failed: %(detail)s")
        words = {"when": format_datetime(run.started_at), "detail": first_line(run.detail)}
        action = _("Look at the log of archives, and at the room in %s.") % describe_place(settings.ARCHIVE_TO)
        return HealthLine(State.BROKEN, fact % words, action, log_url())
    if good is None:
        return HealthLine(State.UNKNOWN, _("The first archive is being written."))
    fact = _("The last archive is of %(when)s: %(size)s, written in %(duration)s.")
    words = {
        "when": format_datetime(good.started_at),
        "size": filesizeformat(good.bytes),
        "duration": str(good.duration),
    }
    return with_age(good, fact % words)


def drill_line() -> HealthLine:
    run, good = latest(ArchiveRun.Kind.DRILL)
    if run is None:
        fact = _("No archive was ever restored to try it.")
        return HealthLine(State.UNKNOWN, fact, _("Set a schedule."), schedule_url())
    if run.result == ArchiveRun.Result.FAILED:
        fact = _("The restore that was tried on %(when)s failed: %(detail)s")
        words = {"when": format_datetime(run.started_at), "detail": first_line(run.detail)}
        return HealthLine(State.BROKEN, fact % words, _("Look at the log of archives, and write a new one."), log_url())
    if good is None:
        return HealthLine(State.UNKNOWN, _("The first restore is being tried."))
    fact = _("An archive was restored on %(when)s in %(duration)s. %(detail)s")
    words = {"when": format_datetime(good.started_at), "duration": str(good.duration), "detail": good.detail}
    return with_age(good, fact % words)


def held_email_line() -> HealthLine:
    """Of a site that was restored: does its email wait?"""
    restored = Restoration.objects.filter(holds_email=True).first()
    if restored is None:
        return HealthLine(State.GOOD, _("No email waits because of a restore."))
    fact = _("The site was restored on %s, and its email waits, since the archived site may still run.")
    action = _("When this is the only one: run “manage.py release_email”, or with --discard to drop what waits.")
    return HealthLine(State.LOOK, fact % format_datetime(restored.restored_at), action)


def latest(kind: str) -> tuple[ArchiveRun | None, ArchiveRun | None]:
    """The last run of this kind, unless it is under way and another one has ended, and the last good one."""
    runs = list(ArchiveRun.objects.filter(kind=kind)[:RECENT])
    ended = [run for run in runs if run.result != ArchiveRun.Result.RUNNING]
    good = [run for run in ended if run.result == ArchiveRun.Result.GOOD]
    return next(iter(ended or runs), None), next(iter(good), None)


def with_age(run: ArchiveRun, fact: str) -> HealthLine:
    period = ArchivePlan.current().every(run.kind).period
    if timezone.now() - run.started_at > (2 * period if period else MAX_AGE):
        return HealthLine(State.LOOK, fact, _("Find out why none has been done since."), log_url())
    return HealthLine(State.GOOD, fact)


def first_line(text: str) -> str:
    return text.strip().partition("\n")[0] or _("it says nothing")


def schedule_url() -> str:
    return reverse("admin:transfer_archiveplan_changelist")


def log_url() -> str:
    return reverse("admin:transfer_archiverun_changelist")


def is_archived() -> bool:
    """Was the site archived, and the archive restored to try it, not long ago?"""
    since = timezone.now() - MAX_AGE
    return all(ArchiveRun.objects.good().filter(kind=kind, started_at__gte=since).exists() for kind in ArchiveRun.Kind)


ARCHIVED = SettingRule(
    id="registan.W005",
    is_met=is_archived,
    met=gettext_lazy("The site is archived, and the restore is tried."),
    unmet=gettext_lazy("In the last 8 days the site was not archived, or no archive was restored to try it."),
    remedy=gettext_lazy("Set the schedule of archives in the admin, or run “manage.py archive DIR --private --drill”."),
)

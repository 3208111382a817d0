"""When the worker writes archives and tries to restore them, what came of it, and whether this site was restored."""

from __future__ import annotations

import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

# Of the only row of the plan.
PLAN_PK = 1
# A process that writes a line each minute and has been silent for so long has ended.
MAX_SILENCE = datetime.timedelta(minutes=15)


class Every(models.TextChoices):
    """How often."""

    OFF = "off", gettext_lazy("never")
    DAILY = "daily", gettext_lazy("every day")
    WEEKLY = "weekly", gettext_lazy("every week")

    @property
    def period(self) -> datetime.timedelta | None:
        return {"daily": datetime.timedelta(days=1), "weekly": datetime.timedelta(days=7)}.get(self.value)


class ArchivePlan(models.Model):
    """The schedule, in one row; ARCHIVE_TO says where archives go."""

    archive_every = models.CharField(
        gettext_lazy("write an archive"),
        max_length=6,
        choices=Every,
        default=Every.OFF,
        help_text=gettext_lazy(
            "Everything, into the folder that ARCHIVE_TO names. Kept are those of 7 days, 5 weeks and 12 months."
        ),
    )
    drill_every = models.CharField(
        gettext_lazy("try the restore"),
        max_length=6,
        choices=Every,
        default=Every.OFF,
        help_text=gettext_lazy(
            "Restores the latest archive beside the site, renders every page, compares, and deletes the copy."
        ),
    )

    class Meta:
        verbose_name = gettext_lazy("archive schedule")
        verbose_name_plural = gettext_lazy("archive schedule")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> ArchivePlan:
        """The schedule in force; a new one does nothing."""
        return cls.objects.filter(pk=PLAN_PK).first() or cls(pk=PLAN_PK)

    def every(self, kind: str) -> Every:
        """How often runs of this kind are due."""
        return Every(self.archive_every if kind == ArchiveRun.Kind.ARCHIVE else self.drill_every)


class ArchiveRunQuerySet(models.QuerySet["ArchiveRun"]):
    def ended(self) -> Self:
        return self.exclude(result=ArchiveRun.Result.RUNNING)

    def good(self) -> Self:
        return self.filter(result=ArchiveRun.Result.GOOD)

    def silent(self) -> Self:
        """Those whose process has ended without a word."""
        return self.filter(result=ArchiveRun.Result.RUNNING, alive_at__lt=timezone.now() - MAX_SILENCE)


class ArchiveRun(models.Model):
    """An archive that was written, or a drill: when, how long, how large, and what came of it."""

    class Kind(models.TextChoices):
        ARCHIVE = "archive", pgettext_lazy("noun", "archive")
        DRILL = "drill", gettext_lazy("restore that was tried")

    class Result(models.TextChoices):
        RUNNING = "running", gettext_lazy("running")
        GOOD = "good", gettext_lazy("good")
        FAILED = "failed", gettext_lazy("failed")

    kind = models.CharField(gettext_lazy("kind"), max_length=7, choices=Kind)
    result = models.CharField(gettext_lazy("result"), max_length=7, choices=Result, default=Result.RUNNING)
    archive = models.CharField(pgettext_lazy("noun", "archive"), max_length=300, blank=True)
    bytes = models.PositiveBigIntegerField(gettext_lazy("size"), default=0)
    detail = models.TextField(gettext_lazy("detail"), blank=True)
    started_at = models.DateTimeField(gettext_lazy("started"), default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True)

    objects = ArchiveRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "archive")
        verbose_name_plural = gettext_lazy("archives")
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="archive_run_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.archive}"

    @property
    def duration(self) -> datetime.timedelta:
        """How long it has taken, in whole seconds."""
        end = self.ended_at or timezone.now()
        return datetime.timedelta(seconds=int((end - self.started_at).total_seconds()))

    def say_alive(self) -> None:
        """Store that its process still works at it."""
        now = datetime.datetime.now(datetime.UTC)  # also where the clock of the site stands still (archive/snapshot.py)
        ArchiveRun.objects.filter(pk=self.pk).update(alive_at=now)

    def end(self, result: str, *, detail: str = "", archive: str = "", size: int = 0) -> None:
        """Store what came of it."""
        self.result, self.detail, self.archive, self.bytes = result, detail, archive or self.archive, size
        self.ended_at = timezone.now()
        self.save()


class Restoration(models.Model):
    """This database was restored from an archive. Until its owner releases it, its email waits.

    The site that was archived may still be running: two of them must not both write to readers.
    """

    archive = models.CharField(max_length=300)
    moment = models.DateTimeField(help_text="Of the archive.")
    restored_at = models.DateTimeField(default=timezone.now)
    holds_email = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.archive

    @classmethod
    def is_holding_email(cls) -> bool:
        return cls.objects.filter(holds_email=True).exists()

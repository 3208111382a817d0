"""One import: its state, how far it is, and which process does it."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registan.transfer.models.import_source import Source


class RunTaken(Exception):
    """Another process has taken over this import; the message is a sentence."""


class RunQuerySet(models.QuerySet["Run"]):
    def unfinished(self) -> RunQuerySet:
        """Those that can be continued: begun, and neither finished nor given up."""
        states = Run.State
        return self.filter(state__in=[states.RUNNING, states.STOPPING, states.STOPPED])


class Run(models.Model):
    """One import of one old blog. `files` are the names and digests of what it reads, `options` what was asked for.

    Numbers of items and comments are those of all files; how many of them are done moves with every batch.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("import", "waiting")
        RUNNING = "running", pgettext_lazy("import", "running")
        STOPPING = "stopping", pgettext_lazy("import", "stopping")
        STOPPED = "stopped", pgettext_lazy("import", "stopped")
        FINISHED = "finished", pgettext_lazy("import", "finished")
        FAILED = "failed", pgettext_lazy("import", "failed")

    source = models.ForeignKey(
        Source, models.CASCADE, null=True, related_name="runs", verbose_name=pgettext_lazy("of an import", "old blog")
    )
    state = models.CharField(gettext_lazy("state"), max_length=10, choices=State, default=State.WAITING)
    files = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    item_count = models.PositiveIntegerField(gettext_lazy("items"), default=0)
    items_done = models.PositiveIntegerField(gettext_lazy("items done"), default=0)
    comment_count = models.PositiveIntegerField(gettext_lazy("comments"), default=0)
    comments_done = models.PositiveIntegerField(gettext_lazy("comments done"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(gettext_lazy("started"), null=True)
    finished_at = models.DateTimeField(gettext_lazy("finished"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    error = models.TextField(gettext_lazy("error"), default="")
    # Addresses of the old blog that lead somewhere else already, such as to what another blog had there.
    refused_addresses = models.JSONField(default=list)
    # Until the worker has done what is left to do (runs/tidy_job.py).
    needs_tidying = models.BooleanField(default=False)
    alive_at = models.DateTimeField(null=True, help_text="When the process that does it was last heard of.")
    holder = models.CharField(max_length=32, default="", help_text="Drawn by the process that does it.")

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("import")
        verbose_name_plural = gettext_lazy("imports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="import_run_state")]

    def __str__(self) -> str:
        return f"{self.source or '…'}: {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING, self.State.STOPPING)

    @property
    def total(self) -> int:
        return self.item_count + self.comment_count

    @property
    def done(self) -> int:
        return self.items_done + self.comments_done

    @property
    def percent(self) -> int:
        return 100 * self.done // max(1, self.total)

    def take(self) -> None:
        """Make this process the one that does the import; whichever did before ends at its next batch."""
        self.state, self.holder, self.error = self.State.RUNNING, secrets.token_hex(16), ""
        self.alive_at = timezone.now()
        self.started_at, self.finished_at = self.started_at or self.alive_at, None
        self.save(update_fields=["state", "holder", "error", "alive_at", "started_at", "finished_at"])

    def stop_others(self) -> None:
        """Stop the other imports of the same blog: whichever process does one ends at its next batch.

        Waits for a batch that is being stored.
        """
        others = type(self).objects.unfinished().filter(source=self.source).exclude(pk=self.pk)
        others.update(state=self.State.STOPPED, holder="")

    def is_still_ours(self) -> bool:
        """Say that this process is alive; False if it is to end: the run was taken over, or asked to stop."""
        ours = type(self).objects.filter(pk=self.pk, holder=self.holder, state=self.State.RUNNING)
        return bool(ours.update(alive_at=timezone.now()))

    def lock(self) -> str:
        """Lock the row until the transaction ends, and return its stored state. Raises RunTaken."""
        stored = type(self).objects.select_for_update().values_list("holder", "state").filter(pk=self.pk).first()
        if stored is None or stored[0] != self.holder:
            raise RunTaken(_("Another process has taken over this import, or begun another of the same blog."))
        return stored[1]

    def end(self, state: State, *, error: str = "") -> None:
        self.state, self.error, self.finished_at = state, error, timezone.now()
        self.save(update_fields=["state", "error", "finished_at"])

    def record_progress(self, **numbers: Any) -> None:
        """Store some of the numbers above."""
        for name, number in numbers.items():
            setattr(self, name, number)
        self.save(update_fields=list(numbers))

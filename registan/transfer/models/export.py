"""An export that the worker makes: of what, how far it is, where its file is, and whether everybody may have it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from registan.transfer.models.import_run import Run
from registan.transfer.models.upload_part import LEASE_TIME

# After this many days the file is deleted: it was downloaded by then, and may have addresses in it.
KEEP_DAYS = 7
# What everybody may have is made anew as often.
RENEW_DAYS = 7


class ExportStopped(Exception):
    """Another worker has taken over this export, or somebody has deleted it."""


class ExportQuerySet(models.QuerySet["Export"]):
    def to_do(self) -> Self:
        """Those that wait, or whose worker has died; the first asked for first, and none while one is being made."""
        lost = Q(state=Run.State.RUNNING, alive_at__lt=timezone.now() - LEASE_TIME)
        if self.filter(state=Run.State.RUNNING).exclude(lost).exists():
            return self.none()
        return self.filter(Q(state=Run.State.WAITING) | lost).order_by("pk")

    def offered(self) -> Self:
        """The one that everybody may have, if there is one."""
        return self.filter(is_offered=True, state=Run.State.FINISHED).order_by("-pk")

    def outdated(self) -> Self:
        """Those whose files are kept no longer."""
        return self.filter(is_offered=False, finished_at__lt=timezone.now() - timedelta(KEEP_DAYS))

    @transaction.atomic
    def offer(self, export: Export) -> None:
        """Let everybody have this one, and no other."""
        self.exclude(pk=export.pk).update(is_offered=False)
        self.filter(pk=export.pk).update(is_offered=True)

    def renew(self) -> bool:
        """Ask for another one in the place of what everybody has, if that is old; was it?"""
        old = self.offered().first()
        if old is None or not old.finished_at or old.finished_at > timezone.now() - timedelta(RENEW_DAYS):
            return False
        if self.filter(kind=Export.Kind.SITE).exclude(state=Run.State.FINISHED).exists():
            return False  # asked for already, or it has failed and somebody is to see why
        self.create(kind=Export.Kind.SITE)
        return True


class Export(models.Model):
    """One export. Its file is in EXPORT_ROOT on the machine of the worker that made it; `name` nobody can guess."""

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", gettext_lazy("WordPress")
        MARKDOWN = "markdown", gettext_lazy("Markdown")
        SITE = "site", gettext_lazy("Public site as files")

    # The endings of files by kind.
    ENDINGS = {Kind.WORDPRESS: "xml", Kind.MARKDOWN: "zip", Kind.SITE: "zip"}

    kind = models.CharField(gettext_lazy("what"), max_length=10, choices=Kind)
    is_private = models.BooleanField(
        gettext_lazy("with what readers do not see"),
        default=False,
        help_text=gettext_lazy("Drafts, hidden posts, every comment, and the email addresses of who wrote them."),
    )
    state = models.CharField(gettext_lazy("state"), max_length=10, choices=Run.State, default=Run.State.WAITING)
    total = models.PositiveIntegerField(gettext_lazy("texts"), default=0)
    done = models.PositiveIntegerField(gettext_lazy("texts done"), default=0)
    created_at = models.DateTimeField(gettext_lazy("requested"), auto_now_add=True)
    finished_at = models.DateTimeField(gettext_lazy("finished"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("by")
    )
    name = models.CharField(max_length=60, default="")
    bytes = models.PositiveBigIntegerField(gettext_lazy("size"), default=0)
    error = models.TextField(gettext_lazy("error"), default="")
    is_offered = models.BooleanField(gettext_lazy("offered to everybody"), default=False)
    alive_at = models.DateTimeField(null=True, help_text="When the worker that makes it was last heard of.")
    holder = models.CharField(max_length=32, default="", help_text="Drawn by the worker that makes it.")

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "export")
        verbose_name_plural = gettext_lazy("exports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="offered_export_is_of_the_public_site",
                condition=Q(is_offered=False) | Q(kind="site", is_private=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (Run.State.WAITING, Run.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // max(1, self.total))

    @property
    def path(self) -> Path:
        return Path(settings.EXPORT_ROOT) / self.name

    @property
    def is_here(self) -> bool:
        """Is the file on this machine?"""
        return bool(self.name) and self.path.is_file()

    @property
    def download_name(self) -> str:
        """What a browser calls the file."""
        day = timezone.localtime(self.finished_at).date().isoformat() if self.finished_at else ""
        return f"{settings.HOST.strip('[]')}-{self.kind}-{day}.{self.ENDINGS[self.Kind(self.kind)]}"

    def take(self, total: int) -> None:
        """Make this process the one that makes it."""
        self.state, self.holder, self.alive_at = Run.State.RUNNING, secrets.token_hex(16), timezone.now()
        self.name = f"{secrets.token_hex(16)}.{self.ENDINGS[self.Kind(self.kind)]}"
        self.total, self.done, self.error, self.finished_at = total, 0, "", None
        self.save()

    def record_progress(self, done: int) -> None:
        """Say that this process is alive, and how far. Raises ExportStopped."""
        ours = type(self).objects.filter(pk=self.pk, holder=self.holder, state=Run.State.RUNNING)
        if not ours.update(alive_at=timezone.now(), done=done):
            raise ExportStopped(_("Another worker has taken over this export, or it was deleted."))
        self.done = done

    def end(self, state: str, **numbers: str | int) -> None:
        """Store how it ended, unless another process has it by now."""
        ours = type(self).objects.filter(pk=self.pk, holder=self.holder)
        ours.update(state=state, finished_at=timezone.now(), **numbers)
        self.refresh_from_db()

    def delete_file(self) -> None:
        """Delete the file on this machine."""
        if self.name:
            self.path.unlink(missing_ok=True)

"""The trash: what was deleted, by whom and when, and what it takes to bring it back."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, cast

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.fields import exactly_one_set

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from blog.models.image import Image
    from blog.models.page import Page
    from blog.models.post import Post
    from blog.models.source import Source
    from blog.models.tag import Tag

# How long what was deleted can be brought back.
TRASH_DAYS = 30
# What can be in the trash: columns of TrashEntry, of which one is set. Sources come there by being merged.
TRASHABLE = ("post", "page", "tag", "image", "source")


class OutsideTrash[Row: models.Model](models.Manager[Row]):
    """The default manager of models whose rows may be in the trash: everything but these."""

    # What is true of all others.
    kept = models.Q(is_trashed=False)

    def get_queryset(self) -> models.QuerySet[Row]:
        queryset = super().get_queryset()
        queryset.query = kept_query(self.model, self.kept).chain()
        return queryset


@functools.cache
def kept_query(model: type[models.Model], kept: models.Q) -> Any:
    """Composed once: nearly every page begins with a copy of it, several times."""
    return models.QuerySet(model).filter(kept).query


class Trashable(models.Model):
    """A model whose rows can be moved to the trash (editing/trash_actions.py), where `objects` no longer finds them.

    What points to such a row goes on pointing to it, and its name and address stay taken: it comes back as it was.
    """

    is_trashed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        abstract = True


class TrashableByStatus(models.Model):
    """A model with statuses, one of which is the trash: whatever goes by the status goes by it, indexes too."""

    if TYPE_CHECKING:
        Status: Any
        status: Any
        is_public: Any
        everything: Any
        lock: Callable[[], None]

    class Meta:
        abstract = True

    @property
    def is_trashed(self) -> bool:
        return bool(self.status == self.Status.TRASH)

    @transaction.atomic
    def trash(self, *, by: User | None) -> dict[str, Any]:
        """Move the row to the trash; what `untrash` needs. Raises DoesNotExist if it is there already."""
        self.lock()
        memo = {"status": str(self.status), "was_public": self.is_public}
        self.set_status(self.Status.TRASH, by=by)
        return memo

    @transaction.atomic
    def untrash(self, memo: dict[str, Any], *, by: User | None) -> None:
        """Bring the row back as it was; a scheduled one whose time has passed meanwhile as a draft."""
        self.refresh_from_db(from_queryset=type(self).everything.select_for_update(no_key=True))
        self.status = memo["status"]
        if self.is_public and not memo["was_public"]:
            self.status = self.Status.DRAFT
        self.set_status(self.status, by=by)

    def set_status(self, status: str, *, by: User | None) -> None:
        """Store the status, and no text."""
        self.status = status
        options: dict[str, Any] = {"by": by, "update_fields": ["status", "edition"]}
        self.save(**options)


class TrashEntryQuerySet(models.QuerySet["TrashEntry"]):
    def with_rows(self) -> Self:
        """With the rows that are in the trash, and who moved them there."""
        return self.select_related(*TRASHABLE, "trashed_by__author").defer("post__body", "post__body_html")

    def merged_into(self, row: Tag | Source) -> Self:
        """What was merged into this tag or source, and can be told apart again; the latest first."""
        kind = str(row._meta.model_name)
        return self.filter(**{f"{kind}__isnull": False, "memo__into": row.pk}).order_by("-pk")

    def expired(self) -> Self:
        """What is deleted for good now. What has comments stays, since what was decided on them does."""
        before = timezone.now() - datetime.timedelta(TRASH_DAYS)
        expired = self.filter(trashed_at__lt=before).order_by("trashed_at")
        return expired.exclude(post__comments__isnull=False).exclude(page__comments__isnull=False)


class TrashEntry(models.Model):
    """One row in the trash. `memo` holds what the row itself has lost: a post's status, what a merge has moved."""

    post = models.OneToOneField(
        "Post", models.CASCADE, null=True, related_name="trash_entry", verbose_name=pgettext_lazy("noun", "post")
    )
    page = models.OneToOneField(
        "Page", models.CASCADE, null=True, related_name="trash_entry", verbose_name=pgettext_lazy("noun", "page")
    )
    tag = models.OneToOneField(
        "Tag", models.CASCADE, null=True, related_name="trash_entry", verbose_name=pgettext_lazy("noun", "tag")
    )
    image = models.OneToOneField(
        "Image", models.CASCADE, null=True, related_name="trash_entry", verbose_name=gettext_lazy("image")
    )
    source = models.OneToOneField(
        "Source", models.CASCADE, null=True, related_name="trash_entry", verbose_name=pgettext_lazy("noun", "source")
    )
    trashed_at = models.DateTimeField(pgettext_lazy("column", "deleted"), default=timezone.now)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("column", "by"),
    )
    memo = models.JSONField(default=dict, editable=False)

    objects = TrashEntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "deleted item")
        verbose_name_plural = pgettext_lazy("noun", "trash")
        constraints = [
            models.CheckConstraint(name="trash_entry_has_one_row", condition=exactly_one_set(TRASHABLE)),
        ]
        indexes = [models.Index(fields=["trashed_at"], name="trash_expiry")]

    def __str__(self) -> str:
        return str(self.row)

    @property
    def row(self) -> Post | Page | Tag | Image | Source:
        """What is in the trash."""
        rows = (getattr(self, name) for name in TRASHABLE if getattr(self, f"{name}_id"))
        return cast("Post | Page | Tag | Image | Source", next(rows))

    @property
    def kind(self) -> str:
        """What kind of thing it is, in words."""
        name = str(self.row._meta.verbose_name)
        merged = _("%(kind)s, merged into “%(name)s”")
        return merged % {"kind": name, "name": self.memo["name"]} if "into" in self.memo else name

    @property
    def expires_at(self) -> datetime.datetime:
        """When it is deleted for good."""
        return self.trashed_at + datetime.timedelta(TRASH_DAYS)

"""Addresses that something had elsewhere: on the blog that moved in here, or wherever an owner says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.fields import exactly_one_set
from blog.models.redirect import Redirectable
from blog.text.old_paths import MAX_OLD_PATH, old_path_key

# What an old address may lead to, by the names of the columns; `comment` has a number alone, `address` is text.
ROW_TARGETS = ("post", "page", "tag", "author", "image", "media_file")
TARGETS = (*ROW_TARGETS, "comment", "address")
MAX_TARGET_LENGTH = 500
# Rows that one statement stores or asks for: SQLite takes 32,766 parameters, and a row has 13.
BATCH = 500
# Has no target: nothing is there any more, and search engines are told so.
GONE = "gone"


class Known(NamedTuple):
    """An old address for `remember`. `kind`: one of TARGETS, or GONE. `target`: the id of a row, or an address."""

    address: str
    kind: str
    target: int | str = ""


class OldAddressQuerySet(models.QuerySet["OldAddress"]):
    @transaction.atomic
    def remember(
        self, known: Iterable[Known | tuple[str, str, int | str]], *, source: str, home: str = ""
    ) -> list[str]:
        """Let these old addresses of the blog at `home` lead to what they name; those that cannot be remembered.

        `source` is the key of the import, by which a later one changes them and `forget` deletes them. What an owner
        typed, or another import remembered, stays; so does, within one call, whatever came first. If the blog was in a
        folder, what lies below that folder leads to the same below the root.
        """
        wanted: dict[str, OldAddress] = {}
        refused: list[str] = []
        for row in known:
            key = old_path_key(row[0], home=home)
            if key in ("", "/") or key in wanted:
                refused += [] if key in wanted and wanted[key].leads_like(*row[1:]) else [row[0]]
            else:
                wanted[key] = OldAddress(path=key, source=source, **target_columns(*row[1:]))
        if (folder := old_path_key(home)) not in ("", "/"):
            wanted.setdefault(folder, OldAddress(path=folder, source=source, address="/", with_below=True))
        rows = list(wanted.values())
        for start in range(0, len(rows), BATCH):
            refused += self.store_batch(rows[start : start + BATCH])
        return refused

    def store_batch(self, rows: Sequence[OldAddress]) -> list[str]:
        """Store these, or what they change; the paths of those that belong to somebody else."""
        stored = {row.path: row for row in self.filter(path__in=[row.path for row in rows])}
        refused, changed = [], []
        for row in rows:
            before = stored.get(row.path)
            if before is None or before.has_same_answer(row):
                continue
            if before.source != row.source:
                refused.append(row.path)
                continue
            row.pk = before.pk
            changed.append(row)
        self.bulk_create([row for row in rows if row.path not in stored], ignore_conflicts=True)
        self.bulk_update(changed, ANSWER_COLUMNS)
        return refused

    def forget(self, source: str) -> int:
        """Delete what the import with this key remembered; how many."""
        return self.filter(source=source).delete()[0] if source else 0


def target_field(model: str, name: Any) -> models.ForeignKey[Any, Any]:
    """A column for one kind of target, with an index of its own, since most rows leave it empty."""
    return models.ForeignKey(
        model,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="old_addresses",
        verbose_name=name,
    )


class OldAddress(models.Model):
    """One old address, and the answer to whoever asks for it where nothing else is found.

    It leads to a row, wherever that is by then, to a comment by its number, or to an address; what is gone, nowhere.
    """

    class Code(models.IntegerChoices):
        """The status of the answer."""

        PERMANENT = 301, gettext_lazy("moved for good (301)")
        TEMPORARY = 302, gettext_lazy("moved for now (302)")
        GONE = 410, gettext_lazy("gone (410)")

    path = models.CharField(gettext_lazy("old address"), max_length=MAX_OLD_PATH, unique=True)
    code = models.PositiveSmallIntegerField(gettext_lazy("answer"), choices=Code, default=Code.PERMANENT)
    with_below = models.BooleanField(
        gettext_lazy("with everything below it"),
        default=False,
        help_text=gettext_lazy("What follows in the address is added to the new one: /blog/2009/ leads to /2009/."),
    )
    post = target_field("Post", pgettext_lazy("noun", "post"))
    page = target_field("Page", pgettext_lazy("noun", "page"))
    tag = target_field("Tag", pgettext_lazy("noun", "tag"))
    author = target_field("Author", pgettext_lazy("noun", "author"))
    image = target_field("Image", gettext_lazy("image"))
    media_file = target_field("MediaFile", gettext_lazy("media file"))
    comment = models.PositiveBigIntegerField(null=True)
    address = models.CharField(pgettext_lazy("redirect", "leads to"), max_length=MAX_TARGET_LENGTH, blank=True)
    source = models.CharField(gettext_lazy("where it comes from"), max_length=300, blank=True, editable=False)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("redirect")
        verbose_name_plural = gettext_lazy("redirects from old addresses")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="old_address_has_one_answer",
                condition=Q(code__in=[301, 302], address="") & exactly_one_set([*ROW_TARGETS, "comment"])
                | Q(code__in=[301, 302]) & ~Q(address="") & Q(**{f"{name}__isnull": True for name in TARGETS[:-1]})
                | Q(code=410, address="", **{f"{name}__isnull": True for name in TARGETS[:-1]}),
            )
        ]
        indexes = [
            *(
                models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"old_address_{name}")
                for name in ROW_TARGETS
            ),
            models.Index(fields=["source"], condition=~Q(source=""), name="old_address_source"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def answer(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in ANSWER_COLUMNS)

    @property
    def is_guessable(self) -> bool:
        """Could anybody try its numbers one by one? Then it leads to nothing that is in no list."""
        return "?" in self.path or self.path.rpartition("/")[2].isdecimal()

    @property
    def target(self) -> models.Model | None:
        """The row that it leads to; None for a comment, an address and what is gone."""
        names = (name for name in ROW_TARGETS if getattr(self, f"{name}_id") is not None)
        return next((getattr(self, name) for name in names), None)

    def has_same_answer(self, other: OldAddress) -> bool:
        return self.answer == other.answer

    def leads_like(self, kind: str, target: int | str = "") -> bool:
        return self.has_same_answer(OldAddress(path=self.path, **target_columns(kind, target)))

    @property
    def target_address(self) -> str:
        """The address of what it leads to, whether readers find it there or not; "" for what is gone."""
        if self.comment is not None:
            return f"/comments/{self.comment}/"
        target = self.target
        if target is None:
            return self.address
        if isinstance(target, Redirectable):
            return target.get_absolute_url()
        return str(getattr(target, "file").url)  # noqa: B009  # an upload

    def find_url(self) -> str:
        """The address that it leads to today; "" if nothing is there for readers."""
        if self.address:
            return self.address
        if self.comment is not None:
            return find_comment_url(self.comment)
        target = self.target
        if target is None or getattr(target, "is_trashed", False):
            return ""
        if isinstance(target, Redirectable):
            # Whoever has a password for it is asked for that; nothing else keeps an unlisted one.
            is_secret = not (getattr(target, "is_listed", True) or getattr(target, "is_protected", False))
            is_hidden = self.is_guessable and is_secret
            return self.target_address if target.is_public and not is_hidden else ""
        return self.target_address


ANSWER_COLUMNS = ["code", "with_below", *(f"{name}_id" for name in ROW_TARGETS), "comment", "address"]


def target_columns(kind: str, target: int | str = "") -> dict[str, Any]:
    """The columns of an old address that leads there. Raises ValueError for a kind that there is not."""
    if kind == GONE:
        return {"code": OldAddress.Code.GONE}
    if kind in ROW_TARGETS:
        return {f"{kind}_id": int(target)}
    if kind == "comment":
        return {"comment": int(target)}
    if kind == "address" and target:
        return {"address": str(target)}
    raise ValueError(f"No old address leads to {kind} {target}.")


def find_comment_url(pk: int) -> str:
    """Where readers find this comment; "" if they do not, or if its number alone would lead to what is in no list."""
    comments: Any = apps.get_model("comments.Comment")._default_manager
    comment = comments.with_subjects().select_related("conversation").filter(pk=pk, shown=True).first()
    subject = comment and comment.subject
    return comment.get_thread_url() if subject and subject.is_public and subject.is_listed else ""

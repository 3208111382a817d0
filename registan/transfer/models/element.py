"""What became of each element of the files of an old blog."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy, pgettext_lazy

from registan.transfer.models.import_run import Run
from registan.transfer.models.import_source import Source
from registan.transfer.models.reasons import reason_words

# An id, or a taxonomy and a slug: longer ones are shortened by their digest (ledger.py).
MAX_KEY_LENGTH = 250
MAX_DETAIL_LENGTH = 1_000


class Outcome(models.TextChoices):
    """How an element ended in the latest run that met it; it is always exactly one."""

    CREATED = "created", pgettext_lazy("import", "created")
    UPDATED = "updated", pgettext_lazy("import", "updated")
    UNCHANGED = "unchanged", pgettext_lazy("import", "unchanged")
    SKIPPED = "skipped", pgettext_lazy("import", "skipped")
    FAILED = "failed", pgettext_lazy("import", "failed")


class TableRow(NamedTuple):
    """How many elements of a kind ended so, and why."""

    kind: str
    outcome: str
    reason: str
    number: int

    @property
    def kind_label(self) -> str:
        return str(Element.Kind(self.kind).label)

    @property
    def outcome_label(self) -> str:
        return str(Outcome(self.outcome).label)

    @property
    def why(self) -> str:
        return reason_words(self.reason)


class ElementQuerySet(models.QuerySet["Element"]):
    def table(self) -> list[TableRow]:
        """The elements counted by kind, outcome and reason, in the order of these lists."""
        kinds, outcomes = list(Element.Kind.values), list(Outcome.values)
        counted = self.order_by().values_list("kind", "outcome", "reason").annotate(number=Count("pk"))
        rows = [TableRow(*row) for row in counted]
        return sorted(rows, key=lambda row: (kinds.index(row.kind), outcomes.index(row.outcome), row.reason))

    def texts_of(self, run: Run) -> ElementQuerySet:
        """Those of the posts, pages and comments that a run has stored."""
        stored = self.filter(source=run.source, run=run, outcome__in=[Outcome.CREATED, Outcome.UPDATED])
        return stored.filter(object_kind__in=["post", "page", "comment"], object_id__isnull=False)

    def tag_parents(self) -> dict[int, int]:
        """By the id of a tag that was a category elsewhere: the id of the tag that is the category above it."""
        terms = self.filter(kind=Element.Kind.TERM, object_kind="tag", object_id__isnull=False)
        rows = list(terms.order_by("pk").values_list("source", "key", "source_parent", "object_id"))
        tags = {(source, key): tag for source, key, _parent, tag in rows}
        parents = {tag: tags.get((source, parent)) for source, _key, parent, tag in rows if parent}
        return {tag: parent for tag, parent in parents.items() if tag and parent and parent != tag}

    def made_of(self, object_kind: str) -> ElementQuerySet:
        """Those for which an import created a row of this model, which taking out deletes."""
        return self.filter(object_kind=object_kind, made_by_us=True, object_id__isnull=False)


class Element(models.Model):
    """One element, known by its kind and its key: the id or name that it had in the old blog.

    `object_kind` and `object_id` are the model's name and the id of what it is here. `source_hash` is of what the files
    said, `local_hash` of what was stored, to tell whether somebody has changed it here. `source_parent` is the id there
    of the comment that a comment answered, "0" for none, or the key of the category that a category was below.
    `made_by_us`: an import created that row; it stays so, whatever later runs say.
    """

    class Kind(models.TextChoices):
        AUTHOR = "author", pgettext_lazy("of an import", "author")
        TERM = "term", pgettext_lazy("of an import", "tag or category")
        POST = "post", pgettext_lazy("of an import", "post")
        PAGE = "page", pgettext_lazy("of an import", "page")
        ATTACHMENT = "attachment", pgettext_lazy("of an import", "file")
        MENU_ITEM = "menu item", pgettext_lazy("of an import", "menu item")
        OTHER = "other", pgettext_lazy("of an import", "other item")
        COMMENT = "comment", pgettext_lazy("of an import", "comment")
        MENTION = "mention", pgettext_lazy("of an import", "mention")
        NOTE = "note", pgettext_lazy("of an import", "internal note")
        OTHER_COMMENT = "other comment", pgettext_lazy("of an import", "other comment")
        THREAD = "thread", pgettext_lazy("of an import", "conversation without its page")
        SUBSCRIBER = "subscriber", pgettext_lazy("of an import", "subscriber")

    source = models.ForeignKey(
        Source,
        models.CASCADE,
        db_index=False,  # the unique constraint has it first
        related_name="elements",
        verbose_name=pgettext_lazy("of an import", "old blog"),
    )
    kind = models.CharField(gettext_lazy("kind"), max_length=16, choices=Kind)
    key = models.CharField(gettext_lazy("id there"), max_length=MAX_KEY_LENGTH)
    outcome = models.CharField(gettext_lazy("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(gettext_lazy("reason"), max_length=40, default="", blank=True)
    detail = models.TextField(gettext_lazy("detail"), default="", blank=True)
    object_kind = models.CharField(max_length=20, default="")
    object_id = models.BigIntegerField(gettext_lazy("number here"), null=True)
    source_hash = models.CharField(max_length=32, default="")
    local_hash = models.CharField(max_length=32, default="")
    source_parent = models.CharField(max_length=MAX_KEY_LENGTH, default="")
    made_by_us = models.BooleanField(default=False)
    # Not an index: nearly all rows have the same one.
    run = models.ForeignKey(
        Run, models.CASCADE, db_index=False, related_name="elements", verbose_name=gettext_lazy("import")
    )

    objects = ElementQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("imported element")
        verbose_name_plural = gettext_lazy("imported elements")
        constraints = [models.UniqueConstraint(fields=["source", "kind", "key"], name="element_is_unique_in_its_blog")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

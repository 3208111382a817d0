"""The second pass over the files: posts and pages with their comments, and what is set aside."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction

from blog.markup.limits import TooCostly
from blog.models import Page, Post
from registan.transfer.content.import_plan import COMMENT_ELEMENTS, ITEM_ELEMENTS, ImportPlan
from registan.transfer.content.import_texts import Subject, TextImport
from registan.transfer.content.item_keys import ItemKeys
from registan.transfer.content.old_text import OldText, TextConverter
from registan.transfer.models.element import Element, Outcome
from registan.transfer.models.import_run import RunTaken
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_records import Item
from registan.transfer.records.export_statuses import ItemKind
from registan.transfer.runs.batches import Batches, RunStopped
from registan.transfer.runs.thread_stage import ThreadStage, skip_comments

log = logging.getLogger(__name__)

# What one transaction stores at most: a second in which, on SQLite, nobody else writes.
BATCH_ITEMS, BATCH_COMMENTS, BATCH_CHARACTERS = 50, 1_000, 1_000_000
# A conversation with more comments is stored in transactions of its own.
LONG_THREAD = 1_000
TEXT_KINDS = (ItemKind.POST, ItemKind.PAGE)
# Stored before the texts, or after them.
OTHER_STAGES = (ItemKind.ATTACHMENT, ItemKind.MENU_ITEM)
MODELS: dict[str, type[Post] | type[Page]] = {"post": Post, "page": Page}


@dataclass(slots=True)
class Work:
    """An item, what the ledger knows of it, and its converted text, if it needs one."""

    item: Item
    key: str
    is_copy: bool
    known: Element | None = None
    text: OldText | None = None
    is_too_long: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.item.comments) > LONG_THREAD


class TextStage:
    """Stores all items that are texts."""

    def __init__(
        self,
        batches: Batches,
        plan: ImportPlan,
        texts: TextImport,
        converter: TextConverter,
        threads: ThreadStage,
    ) -> None:
        self.batches, self.ledger, self.plan = batches, batches.ledger, plan
        self.texts, self.converter, self.threads = texts, converter, threads

    def steps(self, items: Iterable[Item]) -> Iterator[None]:
        """Store them, a batch in each step. Raises RunStopped, RunTaken, and what a database that fails raises."""
        keys = ItemKeys()
        for batch in in_batches(Work(item, *keys.key_of(item)) for item in items):
            self._find_known(batch)
            for work in batch:
                self._convert(work)
            with self.batches.begin():
                for work in batch:
                    self._store_safely(work)
                self.threads.store_waiting()
            for work in batch:
                if work.is_long:
                    self._store_long_thread(work)
            yield

    def _find_known(self, batch: list[Work]) -> None:
        for kind in ItemKind:
            works = [work for work in batch if work.item.kind == kind]
            known = self.ledger.known(ITEM_ELEMENTS[kind], [work.key for work in works]) if works else {}
            for work in works:
                work.known = known.get(work.key)

    def _convert(self, work: Work) -> None:
        """Outside of the transaction, since it takes longer than to store it."""
        is_known = work.known and work.known.object_kind and work.known.source_hash == self.texts.source_hash(work.item)
        if work.item.kind not in TEXT_KINDS or work.is_copy or is_known or self.ledger.is_done(work.known):
            return
        try:
            work.text = self.converter.convert(work.item)
        except TooCostly:
            work.is_too_long = True

    def _store_safely(self, work: Work) -> None:
        """Store an item with its comments, or record why it cannot be; one bad item does not end the run."""
        try:
            with transaction.atomic(), self.ledger.savepoint():
                self._store(work)
        except (OperationalError, InterfaceError, RunStopped, RunTaken):
            raise
        except Exception as error:
            log.exception("Item %s of %s could not be imported.", work.item.id, work.item.part)
            self._set_aside(work, Outcome.FAILED, "error", f"{type(error).__name__}: {error}")
        items = work.item.kind not in OTHER_STAGES or work.is_copy
        self.batches.count(items=int(items), comments=0 if work.is_long else len(work.item.comments))

    def _store(self, work: Work) -> None:
        item = work.item
        if self.ledger.is_done(work.known):
            return
        if work.is_copy:
            self._set_aside(work, Outcome.SKIPPED, "repeated", item.title)
        elif item.kind == ItemKind.OTHER:
            self._set_aside(work, Outcome.SKIPPED, "other-type", item.post_type)
        elif item.kind in OTHER_STAGES:
            skip_comments(self.ledger, work.key, item)
        elif work.is_too_long:
            self._set_aside(work, Outcome.FAILED, "too-long", item.title)
        elif subject := self._store_text(work):
            if not work.is_long:
                self.threads.add(work.key, item, subject)
            self.batches.addresses.add_text(item, work.key, subject)
        else:
            self._set_aside(work, Outcome.SKIPPED, "deleted-here", item.title)

    def _store_text(self, work: Work) -> Subject | None:
        """The post or page, created or brought up to date; None if it was deleted here."""
        planned, known = self.plan.texts[work.key], work.known
        if known is None or not known.object_kind:
            if work.text is None:
                raise ValueError("The text was not converted.")
            if known:
                forget_skipped(self.ledger, work.key)
            return self.texts.create(work.item, planned, work.text)
        subject = MODELS[known.object_kind].everything.filter(pk=known.object_id or 0).first()
        if subject is not None:
            if work.text is None:
                self.ledger.confirm(known)
            else:
                self.texts.update(subject, known, work.item, planned, work.text)
        return subject

    def _store_long_thread(self, work: Work) -> None:
        kind = ITEM_ELEMENTS[work.item.kind]
        element = self.ledger.known(kind, [work.key]).get(work.key)
        model = MODELS.get(element.object_kind) if element else None
        subject = model.everything.filter(pk=element.object_id or 0).first() if model and element else None
        if subject is not None:
            self.threads.store_long(work.item, subject)
            return
        with self.batches.begin():
            skip_comments(self.ledger, work.key, work.item)
            self.batches.count(comments=len(work.item.comments))

    def _set_aside(self, work: Work, outcome: Outcome, reason: str, detail: str) -> None:
        self.ledger.record(ITEM_ELEMENTS[work.item.kind], work.key, outcome, reason=reason, detail=detail)
        if not work.is_long:
            skip_comments(self.ledger, work.key, work.item)


def forget_skipped(ledger: Ledger, item_key: str) -> None:
    """Delete what was recorded of the comments of an item that was set aside before, and has a conversation now."""
    skipped = Element.objects.filter(source=ledger.source, kind__in=COMMENT_ELEMENTS.values())
    skipped.filter(key__contains=f"@{item_key}#").delete()


def in_batches(works: Iterable[Work]) -> Iterator[list[Work]]:
    """Items in lists that one transaction can store in good time."""
    batch: list[Work] = []
    comments = characters = 0
    for work in works:
        batch.append(work)
        comments += len(work.item.comments)
        characters += len(work.item.content)
        if len(batch) >= BATCH_ITEMS or comments >= BATCH_COMMENTS or characters >= BATCH_CHARACTERS:
            yield batch
            batch, comments, characters = [], 0, 0
    if batch:
        yield batch

"""The comments of the texts of a run: those of a batch of items at once, and long conversations by themselves."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.db import InterfaceError, OperationalError, transaction

from blog.models import Author, Page, Post
from registan.transfer.content.comments.comment_draft import KnownAuthors
from registan.transfer.content.comments.thread_import import ThreadImporter
from registan.transfer.content.import_plan import COMMENT_ELEMENTS, PlannedAuthor
from registan.transfer.models.element import Outcome
from registan.transfer.models.import_run import RunTaken
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_records import Item
from registan.transfer.records.moments import LocalClock
from registan.transfer.runs.batches import Batches, RunStopped
from registan.transfer.wordpress_text.contract import OldSite

log = logging.getLogger(__name__)

type WaitingThread = tuple[str, Item, Post | Page]


class ThreadStage:
    """Stores conversations; what was added is stored by `store_waiting`, in the transaction of its items."""

    def __init__(
        self, batches: Batches, *, clock: LocalClock, site: OldSite, authors: KnownAuthors, learn: bool
    ) -> None:
        self.batches, self.ledger = batches, batches.ledger
        self.clock, self.site, self.authors, self.learn = clock, site, authors, learn
        self._waiting: list[WaitingThread] = []

    def add(self, key: str, item: Item, subject: Post | Page) -> None:
        """Keep the comments of an item, whose key this is, for the end of the batch."""
        if len(item.comments):
            self._waiting.append((key, item, subject))

    def store_waiting(self) -> None:
        """Store what was added: together, or each by itself if one of them cannot be stored."""
        waiting, self._waiting = self._waiting, []
        if not waiting or self._is_stored(waiting):
            return
        for key, item, subject in waiting:
            if not self._is_stored([(key, item, subject)]):
                skip_comments(self.ledger, key, item, outcome=Outcome.FAILED, reason="error")

    def _is_stored(self, threads: Sequence[WaitingThread]) -> bool:
        importer = self._importer()
        try:
            with transaction.atomic(), self.ledger.savepoint():
                for _key, item, subject in threads:
                    importer.add(item, subject)
                importer.finish()
        except (OperationalError, InterfaceError, RunStopped, RunTaken):
            raise
        except Exception:
            log.exception("Comments of %s could not be imported.", ", ".join(key for key, *_rest in threads))
            return False
        return True

    def store_long(self, item: Item, subject: Post | Page) -> None:
        """Store a conversation in transactions of its own, each of which counts. Raises RunStopped and RunTaken."""
        importer = self._importer()
        importer.after_batch = lambda number: self.batches.go_on(comments=number)
        try:
            importer.add(item, subject)
            importer.finish()
        except BaseException:
            self.ledger.discard()
            raise

    def _importer(self) -> ThreadImporter:
        return ThreadImporter(self.ledger, clock=self.clock, site=self.site, authors=self.authors, learn=self.learn)


def known_authors(planned: Mapping[str, PlannedAuthor], stored: Mapping[str, Author]) -> KnownAuthors:
    """The bylines of those whose ids or addresses the export declares."""
    declared = [(one.declared, stored[login]) for login, one in planned.items() if one.declared and login in stored]
    return KnownAuthors(
        {export.id: author for export, author in declared if export.id},
        {export.email.casefold(): author for export, author in declared if export.email},
    )


def skip_comments(
    ledger: Ledger,
    item_key: str,
    item: Item,
    *,
    outcome: Outcome = Outcome.SKIPPED,
    reason: str = "item-set-aside",
) -> None:
    """Record the comments of an item that do not come in."""
    for number, comment in enumerate(item.comments):
        key = f"{comment.id}@{item_key}#{number}"
        ledger.record(COMMENT_ELEMENTS[comment.kind], key, outcome, reason=reason)

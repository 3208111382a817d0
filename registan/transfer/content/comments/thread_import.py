"""Brings the comments and mentions of one item in: read once for the plan, once for the texts, stored in batches.

Each batch is a transaction with its part of the ledger, unless the caller is in one: whoever is interrupted begins
again with the same item, and what is there already is passed over. No mail, no notice, no screening, no rate limits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from blog.models import Page, Post
from registan.transfer.content.comments.comment_arrival import ThreadTarget
from registan.transfer.content.comments.comment_batch import CommentBatch
from registan.transfer.content.comments.comment_draft import KnownAuthors
from registan.transfer.content.comments.mention_import import store_mentions
from registan.transfer.content.comments.skipped_comments import record_skipped
from registan.transfer.content.comments.thread_plan import PlannedReply, ThreadPlan, plan_thread
from registan.transfer.models import Outcome
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_records import Item, ItemComment
from registan.transfer.records.moments import LocalClock
from registan.transfer.wordpress.reader.comment_spool import CommentSpool
from registan.transfer.wordpress_text.contract import OldSite

# Comments of one transaction: a quarter of a second in which, on SQLite, nobody else writes.
THREAD_BATCH = 500


@dataclass(slots=True)
class ThreadOutcome:
    """How many elements of each kind ended how, in this call, without those that this run had dealt with before."""

    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, kind: str, outcome: Outcome) -> int:
        return self.numbers[kind, outcome.value]


def import_thread(
    item: Item,
    subject: Post | Page,
    *,
    ledger: Ledger,
    clock: LocalClock,
    site: OldSite,
    authors: KnownAuthors | None = None,
    learn: bool = False,
    after_batch: Callable[[int], object] = lambda number: None,
) -> ThreadOutcome:
    """Store the comments of one item in the conversation of `subject`, which has one. See ThreadImporter."""
    importer = ThreadImporter(ledger, clock=clock, site=site, authors=authors, learn=learn, after_batch=after_batch)
    importer.add(item, subject)
    return importer.finish()


class ThreadImporter:
    """Stores the comments of items in conversations; a second run brings up to date. Call `finish` at the end.

    `site` has the addresses by which links are rewritten. With `learn`, the spam filter learns what was decided.
    `after_batch` is called at the end of each transaction, within it, with the number of elements that it dealt with.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        clock: LocalClock,
        site: OldSite,
        authors: KnownAuthors | None = None,
        learn: bool = False,
        after_batch: Callable[[int], object] = lambda number: None,
    ) -> None:
        self.ledger, self.clock, self.site, self.authors = ledger, clock, site, authors or KnownAuthors()
        self.after_batch, self.outcome = after_batch, ThreadOutcome()
        self._batch = CommentBatch(ledger, self.outcome.numbers, learn=learn)
        self._waiting: list[tuple[ThreadTarget, PlannedReply, ItemComment]] = []

    def add(self, item: Item, subject: Post | Page) -> None:
        """Store the comments of `item`, or keep them for a batch with those of the next ones.

        Raises ValueError for a page without a conversation.
        """
        if not len(item.comments):
            return
        if subject.thread_id is None:
            raise ValueError(f"{subject} has no conversation.")
        plan = plan_thread(item, self.clock)
        target = ThreadTarget(
            conversation=subject.thread_id,
            before_trash=item.statuses_before_trash(),
            content_format=item.content_format,
            fallback=subject.published_at or timezone.now(),
            site=self.site,
            authors=self.authors,
            highest_id=plan.highest_id,
        )
        for planned, comment in read_in_order(item, plan):
            self._waiting.append((target, planned, comment))
            if len(self._waiting) == THREAD_BATCH:
                self._store_waiting()
        if plan.skipped or plan.mentions:
            self._store_others(item, plan, target)

    def finish(self) -> ThreadOutcome:
        """Store what was kept, and say what became of everything since the beginning."""
        if self._waiting:
            self._store_waiting()
        return self.outcome

    @transaction.atomic(savepoint=False)
    def _store_waiting(self) -> None:
        batch, self._waiting = self._waiting, []
        self._batch.store(batch)
        self.ledger.flush()
        self.after_batch(len(batch))

    @transaction.atomic(savepoint=False)
    def _store_others(self, item: Item, plan: ThreadPlan, target: ThreadTarget) -> None:
        """Store the mentions, and note what is skipped."""
        record_skipped(plan.skipped, self.ledger, self.outcome.numbers)
        if plan.mentions:
            pairs = read_planned(item.comments, {planned.number: planned for planned in plan.mentions})
            store_mentions(list(pairs), target, self.ledger, self.outcome.numbers)
        self.ledger.flush()
        self.after_batch(len(plan.skipped) + len(plan.mentions))


def read_in_order(item: Item, plan: ThreadPlan) -> Iterator[tuple[PlannedReply, ItemComment]]:
    """The comments in the order of the plan: as they are read, or from a copy where that is another one."""
    by_number = {one.number: one for one in plan.comments}
    if plan.is_in_order:
        yield from read_planned(item.comments, by_number)
        return
    spool, places = CommentSpool(), dict[int, int]()
    for place, (one, comment) in enumerate(read_planned(item.comments, by_number)):
        places[one.number] = place
        spool.append(comment)
    for one in plan.comments:
        yield one, spool[places[one.number]]


def read_planned(
    comments: Iterable[ItemComment], by_number: dict[int, PlannedReply]
) -> Iterator[tuple[PlannedReply, ItemComment]]:
    """Those comments that have a plan, in the order of the export."""
    for number, comment in enumerate(comments):
        if planned := by_number.get(number):
            yield planned, comment

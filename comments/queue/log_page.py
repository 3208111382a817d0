"""One page of the decision log, with batches folded into one row each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from comments.models import Decision
from comments.queue.log_rows import LogRow, build_log_rows
from comments.queue.log_search import LogSearchForm

PER_PAGE = 50
# Decisions read at once to fold batches, and how often: a page behind a batch of 5,000 reads twice.
CHUNK, CHUNKS = 400, 10
# How many decisions one page scans for what has no index (path, text, reasons): some 50 milliseconds.
SCAN_WINDOW = 20_000


@dataclass
class LogPage:
    """`older_query` is the query string of the next page, "" on the last; `is_truncated` when the scan was cut short.

    `batch_row` is the batch that was asked for, as a whole.
    """

    rows: list[LogRow]
    older_query: str = ""
    is_truncated: bool = False
    batch_row: LogRow | None = None


@dataclass
class FoldedDecisions:
    """The newest decision of each row, the batches among them, the last decision read, and whether it was the last."""

    heads: list[int] = field(default_factory=list)
    batches: list[UUID] = field(default_factory=list)
    cursor: int | None = None
    at_end: bool = False


def build_log_page(search: LogSearchForm) -> LogPage:
    """The newest rows that match, below the place where the page before ended."""
    scope, floor, alone = search.indexed_rows(), None, "batch" in search.filled
    if search.needs_scan:
        floor = scope.values_list("pk", flat=True)[SCAN_WINDOW - 1 : SCAN_WINDOW].first()
        scope = search.filter_unindexed(scope.filter(pk__gte=floor) if floor else scope)
    folded = fold_batches(scope, alone=alone)
    page = LogPage(build_log_rows(folded.heads, alone=alone), is_truncated=folded.at_end and floor is not None)
    if below := floor if folded.at_end else folded.cursor:
        page.older_query = search.query(before=below, skip=batches_below(folded.batches, below))
    if alone and folded.heads:
        (page.batch_row,) = build_log_rows(folded.heads[:1])
    return page


def fold_batches(scope: QuerySet[Decision], *, alone: bool) -> FoldedDecisions:
    """Read decisions until there are enough rows for a page. A batch is one row; when `alone`, each decision is."""
    folded = FoldedDecisions()
    for _chunk in range(CHUNKS):
        rest = scope if folded.cursor is None else scope.filter(pk__lt=folded.cursor).exclude(batch__in=folded.batches)
        rows = list(rest.values_list("pk", "batch")[:CHUNK])
        for pk, batch in rows:
            if batch is None or alone or batch not in folded.batches:
                if len(folded.heads) == PER_PAGE:
                    return folded
                folded.heads.append(pk)
                folded.batches += [batch] if batch and not alone else []
            folded.cursor = pk
        if len(rows) < CHUNK:
            folded.at_end = True
            break
    return folded


def batches_below(batches: Iterable[UUID], below: int) -> list[UUID]:
    """Which of these batches, already shown, continue below this decision."""
    rows = Decision.objects.order_by().filter(batch__in=list(batches), pk__lt=below)
    return [batch for batch in rows.values_list("batch", flat=True).distinct() if batch]

"""Notes in the ledger what of a thread does not come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from registan.transfer.content.comments.thread_plan import PlannedSkip
from registan.transfer.models import Element, Outcome
from registan.transfer.models.ledger import Ledger
from registan.transfer.records.export_statuses import CommentKind

ELEMENT_KINDS = {
    CommentKind.COMMENT: Element.Kind.COMMENT,
    CommentKind.MENTION: Element.Kind.MENTION,
    CommentKind.NOTE: Element.Kind.NOTE,
    CommentKind.OTHER: Element.Kind.OTHER_COMMENT,
}


def record_skipped(skipped: Iterable[PlannedSkip], ledger: Ledger, numbers: Counter[tuple[str, str]]) -> None:
    """Record these; belongs in a transaction, in which `ledger.flush` follows.

    Where exports were merged, this run may have met another one with the id of one of these.
    """
    skipped = list(skipped)
    for kind, element_kind in ELEMENT_KINDS.items():
        of_kind = [skip for skip in skipped if skip.kind == kind]
        known = ledger.known(element_kind, [skip.key for skip in of_kind]) if of_kind else {}
        for skip in of_kind:
            element = known.get(skip.key)
            is_same = element is not None and element.source_hash == skip.digest
            if is_same and ledger.is_done(element):
                continue
            is_taken = element is not None and not is_same and ledger.is_done(element)
            key = skip.other_key if is_taken else skip.key
            ledger.record(
                element_kind, key, Outcome.SKIPPED, reason=skip.reason, detail=skip.detail, source_hash=skip.digest
            )
            numbers[element_kind.value, Outcome.SKIPPED.value] += 1

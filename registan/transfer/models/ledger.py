"""Writes the ledger: what a batch has done is collected and stored with it, in the same transaction."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b

from blog.text.validators import strip_unstorable
from registan.transfer.models.element import MAX_DETAIL_LENGTH, MAX_KEY_LENGTH, Element, Outcome
from registan.transfer.models.import_run import Run
from registan.transfer.models.import_source import Source

# Bytes of the digests that tell whether something has changed: as text, twice as many characters.
HASH_BYTES = 16
_UNIQUE = ["source", "kind", "key"]
# Elements that are stored by one statement.
BATCH_SIZE = 1_000


def hash_of(parts: Iterable[object]) -> str:
    """A digest of these values, None and "" apart, in 32 characters."""
    digest = blake2b(digest_size=HASH_BYTES)
    for part in parts:
        text = repr(part).encode("utf-8", "backslashreplace")
        digest.update(b"%d:%b" % (len(text), text))
    return digest.hexdigest()


def element_key(text: str) -> str:
    """`text` as a key: what is too long, or cannot be stored, ends in its digest."""
    kept = strip_unstorable(text)
    if len(kept) <= MAX_KEY_LENGTH and kept == text:
        return text
    digest = hash_of([text])
    return kept[: MAX_KEY_LENGTH - len(digest)] + digest


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What an element is here: the name of the model (`post`), the id, and what it looked like when it was stored."""

    kind: str
    pk: int
    local_hash: str = ""


class Ledger:
    """The ledger of one run. `record` and `confirm` collect; `flush` stores, `discard` forgets what was rolled back."""

    def __init__(self, source: Source, run: Run) -> None:
        self.source, self.run = source, run
        self._recorded: dict[tuple[str, str], tuple[Element, tuple[str, ...]]] = {}
        self._confirmed: set[int] = set()

    def known(self, kind: str, keys: Collection[str]) -> dict[str, Element]:
        """The elements of this kind that there are, by key, with what was recorded since the last flush."""
        stored = Element.objects.filter(source=self.source, kind=kind, key__in=keys)
        found = {element.key: element for element in stored}
        return found | {key: self._recorded[kind, key][0] for key in keys if (kind, key) in self._recorded}

    def is_done(self, element: Element | None) -> bool:
        """Has this run dealt with it already, perhaps before it was interrupted?"""
        return element is not None and element.run_id == self.run.pk

    def record(
        self,
        kind: str,
        key: str,
        outcome: Outcome,
        *,
        reason: str = "",
        detail: str = "",
        stored: StoredRow | None = None,
        source_hash: str = "",
        source_parent: str = "",
    ) -> Element:
        """Say what became of an element. What is known of its row here and of its source stays, unless given."""
        element = Element(
            source=self.source,
            run=self.run,
            kind=kind,
            key=key,
            outcome=outcome,
            reason=reason,
            detail=strip_unstorable(detail)[:MAX_DETAIL_LENGTH],
            source_hash=source_hash,
            source_parent=source_parent,
            made_by_us=outcome == Outcome.CREATED,
        )
        if stored:
            element.object_kind, element.object_id, element.local_hash = stored.kind, stored.pk, stored.local_hash
        self._recorded[kind, key] = element, _columns(element)
        return element

    def confirm(self, element: Element) -> None:
        """Say that a stored element is unchanged; what it was noted for stays."""
        element.outcome, element.run = Outcome.UNCHANGED, self.run
        if element.pk:
            self._confirmed.add(element.pk)

    def flush(self) -> None:
        """Store what was collected; call it in the transaction of what it tells about."""
        groups: dict[tuple[str, ...], list[Element]] = defaultdict(list)
        for element, columns in self._recorded.values():
            groups[columns].append(element)
        for columns, elements in groups.items():
            Element.objects.bulk_create(
                elements, BATCH_SIZE, update_conflicts=True, unique_fields=_UNIQUE, update_fields=columns
            )
        for batch in itertools.batched(sorted(self._confirmed), BATCH_SIZE):
            Element.objects.filter(pk__in=batch).update(outcome=Outcome.UNCHANGED, run=self.run)
        self.discard()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Forget what is collected within, if that raises: it is rolled back with what it tells about."""
        recorded, confirmed = dict(self._recorded), set(self._confirmed)
        try:
            yield
        except BaseException:
            self._recorded, self._confirmed = recorded, confirmed
            raise

    def discard(self) -> None:
        """Forget what was collected and not stored."""
        self._recorded.clear()
        self._confirmed.clear()


def _columns(element: Element) -> tuple[str, ...]:
    """What is overwritten where the element is known already. That it was created here is never taken back."""
    columns = ["outcome", "reason", "detail", "run"]
    columns += ["object_kind", "object_id", "local_hash"] if element.object_kind else []
    columns += ["source_hash"] if element.source_hash else []
    columns += ["source_parent"] if element.source_parent else []
    columns += ["made_by_us"] if element.made_by_us else []
    return tuple(columns)

"""Puts comments under their parents that came later: from another part of the export, or another item of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db import transaction

from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment
from registan.transfer.content.comments.comment_arrival import COMMENT_MODEL, KIND, remark_number
from registan.transfer.content.comments.comment_reasons import ArrivalNote
from registan.transfer.models import Element, Source

# Rows looked up in one query: databases limit the parameters of a statement.
LOOKUP_BATCH = 500


@dataclass(frozen=True, slots=True)
class Orphan:
    """A comment here that began a thread since its parent was not there, and that parent."""

    element: int
    pk: int
    parent: int


def adopt_orphans(source: Source) -> int:
    """Give every comment of this blog its parent, if that is here by now; returns how many have one.

    A parent in another conversation is none: such a comment goes on beginning a thread. Safe to repeat.
    """
    waiting = Element.objects.filter(
        source=source, kind=KIND, reason=ArrivalNote.PARENT_MISSING, object_kind=COMMENT_MODEL, object_id__isnull=False
    )
    parents = find_parents(source, {parent_of(detail) for detail in waiting.values_list("detail", flat=True)})
    orphans = [
        Orphan(element, pk, parents[parent])
        for element, pk, detail in waiting.values_list("pk", "object_id", "detail").iterator()
        if pk and (parent := parent_of(detail)) in parents
    ]
    return sum(adopt_in(conversation, group) for conversation, group in by_conversation(orphans).items())


def parent_of(detail: str) -> int:
    """The foreign id of the parent that an orphan's element names."""
    return remark_number(ArrivalNote.PARENT_MISSING, detail, ArrivalNote.PARENT_MISSING)


def find_parents(source: Source, foreign_ids: set[int]) -> dict[int, int]:
    """The ids here of the comments with these ids there."""
    found: dict[int, int] = {}
    for batch in batched(sorted(foreign_ids), LOOKUP_BATCH):
        rows = Element.objects.filter(source=source, kind=KIND, key__in=map(str, batch), object_id__isnull=False)
        found |= {int(key): pk for key, pk in rows.values_list("key", "object_id") if pk}
    return found


def by_conversation(orphans: Sequence[Orphan]) -> dict[int, list[Orphan]]:
    groups: dict[int, list[Orphan]] = defaultdict(list)
    for batch in batched(orphans, LOOKUP_BATCH):
        rows = Comment.objects.filter(pk__in=[orphan.pk for orphan in batch])
        places = dict(rows.values_list("pk", "conversation"))
        for orphan in batch:
            if orphan.pk in places:
                groups[places[orphan.pk]].append(orphan)
    return groups


@transaction.atomic
def adopt_in(conversation: int, orphans: Sequence[Orphan]) -> int:
    """Adopt those of one conversation, in one transaction; what somebody has moved meanwhile stays."""
    above = dict(Comment.objects.filter(conversation=conversation).values_list("pk", "parent"))
    adopted = {orphan.pk: orphan for orphan in orphans if orphan.parent in above and above.get(orphan.pk, 0) is None}
    changed: dict[int, int | None] = {}
    for orphan in sorted(adopted.values(), key=lambda orphan: orphan.pk):
        changed |= connect(orphan, above)
        above |= changed
    done = [orphan for orphan in adopted.values() if above[orphan.pk] == orphan.parent]
    if changed:
        rebuild_thread(conversation, parents=changed)
    Element.objects.filter(pk__in=[orphan.element for orphan in done]).update(reason="")
    circles = [orphan.element for orphan in adopted.values() if above[orphan.pk] is None]
    Element.objects.filter(pk__in=circles).update(reason=ArrivalNote.CIRCLE)
    elsewhere = [orphan.element for orphan in orphans if orphan.parent not in above]
    Element.objects.filter(pk__in=elsewhere).update(reason=ArrivalNote.PARENT_ELSEWHERE)
    return len(done)


def connect(orphan: Orphan, above: Mapping[int, int | None]) -> dict[int, int | None]:
    """The changes that put it under its parent; where that closes a circle, what was stored first begins the thread."""
    circle = [orphan.pk]
    reached: int | None = orphan.parent
    while reached is not None and reached != orphan.pk:
        circle.append(reached)
        reached = above[reached]
    if reached is None:
        return {orphan.pk: orphan.parent}
    first = min(circle)
    return {} if first == orphan.pk else {orphan.pk: orphan.parent, first: None}

"""Puts comments under the parents that the export gives them by now, where nobody has moved them here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment
from registan.transfer.content.comments.comment_arrival import KIND, Arrival
from registan.transfer.models import Element
from registan.transfer.models.ledger import Ledger


@dataclass(slots=True)
class Move:
    """A comment that answers another one there than before; `is_done`: it does so here, too."""

    arrival: Arrival
    element: Element
    is_done: bool = False


def has_moved(arrival: Arrival, element: Element) -> bool:
    """Does it answer another comment there than when it was stored?"""
    return element.source_parent not in ("", str(arrival.comment.parent_id))


def apply_moves(moves: Sequence[Move], ledger: Ledger) -> None:
    """Move each that stands here where the export had it, if its new parent is here; belongs in a transaction.

    The places of all other comments of the batch must be known.
    """
    wanted = {move.element.source_parent for move in moves} | {str(move.arrival.comment.parent_id) for move in moves}
    known = ledger.known(KIND, wanted - {"0"})
    groups: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        groups[move.arrival.target.conversation].append(move)
    for conversation, group in groups.items():
        _apply_in(conversation, group, known)


def _apply_in(conversation: int, moves: Iterable[Move], known: Mapping[str, Element]) -> None:
    above = dict(Comment.objects.filter(conversation=conversation).values_list("pk", "parent"))
    changed: dict[int, int | None] = {}
    for move in moves:
        pk, before = move.element.object_id or 0, known.get(move.element.source_parent)
        stood_under = before.object_id if before and before.object_id in above else None
        target, is_found = _find_parent(move.arrival, known)
        is_ours = pk in above and above[pk] == stood_under
        if is_ours and is_found and (target is None or target in above):
            changed[pk], move.is_done = target, True
    for pk in _in_circles(above | changed, changed):
        del changed[pk]
    for move in moves:
        move.is_done = move.is_done and move.element.object_id in changed
    if changed:
        rebuild_thread(conversation, parents=changed)


def _find_parent(arrival: Arrival, known: Mapping[str, Element]) -> tuple[int | None, bool]:
    """The comment here that it answers by now, None if it begins a thread; and whether that is known."""
    planned = arrival.planned
    if planned.parent is not None:
        place = arrival.target.places.get(planned.parent)
        return place, place is not None
    if not planned.parent_id:  # none, no comment, or a circle that was cut
        return None, True
    element = known.get(str(planned.parent_id))
    return (element.object_id, True) if element and element.object_id else (None, False)


def _in_circles(above: Mapping[int, int | None], changed: Mapping[int, int | None]) -> set[int]:
    """Those of the changed that would be below themselves."""
    found = set()
    for pk in changed:
        reached, seen = above.get(pk), {pk}
        while reached is not None and reached not in seen:
            seen.add(reached)
            reached = above.get(reached)
        if reached is not None:
            found.add(pk)
    return found

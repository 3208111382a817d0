"""Finds what the ledger knows of comments, also where merged exports give one id to several."""

from __future__ import annotations

from collections.abc import Sequence

from comments.models import Comment
from registan.transfer.content.comments.comment_arrival import KIND, Arrival, part_key, remark_number
from registan.transfer.content.comments.comment_reasons import ArrivalNote
from registan.transfer.content.comments.thread_plan import other_key
from registan.transfer.models import Element
from registan.transfer.models.ledger import Ledger


def find_known(ledger: Ledger, arrivals: Sequence[Arrival]) -> dict[str, Element]:
    """The elements of these by key, without those that were skipped and have another text now.

    An id may belong to a comment of another item already, where exports were merged: then this one gets another key.
    """
    seen: set[str] = set()
    others: list[Arrival] = []
    for arrival in arrivals:
        if arrival.key in seen:
            others.append(arrival)
        seen.add(arrival.key)
    known = ledger.known(KIND, seen)
    others += find_strangers(ledger, [arrival for arrival in arrivals if arrival not in others], known) if known else []
    for arrival in others:
        arrival.key = other_key(arrival.comment)
    if others:
        known |= ledger.known(KIND, [arrival.key for arrival in others])
    return {arrival.key: known[arrival.key] for arrival in arrivals if is_known(arrival, known)}


def is_known(arrival: Arrival, known: dict[str, Element]) -> bool:
    """Is it here, or was it skipped as it is?"""
    element = known.get(arrival.key)
    return element is not None and (element.object_id is not None or element.source_hash == arrival.source_hash)


def find_strangers(ledger: Ledger, arrivals: Sequence[Arrival], known: dict[str, Element]) -> list[Arrival]:
    """Those whose elements are of comments elsewhere, which came from another item.

    Moderators move comments, too: such a one has the time that it had.
    """
    doubtful = {
        arrival.key: arrival
        for arrival in arrivals
        if (element := known.get(arrival.key)) and (ledger.is_done(element) or has_changed(arrival, element))
    }
    rows = Comment.objects.filter(pk__in=[known[key].object_id for key in doubtful]) if doubtful else []
    by_pk = {comment.pk: comment for comment in rows}
    strangers = []
    for key, arrival in doubtful.items():
        comment = by_pk.get(known[key].object_id or 0)
        if comment is None or comment.conversation_id == arrival.target.conversation:
            continue
        if ledger.is_done(known[key]) or comment.created_at != arrival.planned.at:
            strangers.append(arrival)
    return strangers


def has_changed(arrival: Arrival, element: Element) -> bool:
    """Does the export say something else than when it was stored?"""
    return element.source_hash != arrival.source_hash


def find_further_parts(ledger: Ledger, element: Element) -> list[Element]:
    """The elements of the second part of a long comment and of what follows, in order."""
    count = remark_number(element.reason, element.detail, ArrivalNote.SPLIT)
    keys = [part_key(element.key, part) for part in range(2, count + 1)]
    found = ledger.known(KIND, keys) if keys else {}
    return [found[key] for key in keys if key in found]

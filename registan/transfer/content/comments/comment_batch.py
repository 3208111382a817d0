"""Stores some hundred comments of a thread: new ones, changed ones, and what the ledger says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from comments.lifecycle.archive import ArchivedComment, store_archived
from comments.lifecycle.archive_update import update_archived
from comments.models import Comment
from comments.models.comment_queryset import draw_ids
from comments.models.old_numbers import can_keep, reserve_numbers
from comments.threads.layout import MAX_PATH_DEPTH
from comments.threads.old_anchors import clean_anchor
from registan.transfer.content.comments.comment_arrival import (
    COMMENT_MODEL,
    KEPT_REASONS,
    KIND,
    Arrival,
    ThreadTarget,
    part_key,
)
from registan.transfer.content.comments.comment_draft import (
    CommentDraft,
    archived_status,
    build_draft,
    comment_hash,
    stored_hash,
)
from registan.transfer.content.comments.comment_moves import Move, apply_moves, has_moved
from registan.transfer.content.comments.comment_reasons import ArrivalNote, SkipReason
from registan.transfer.content.comments.known_comments import find_further_parts, find_known, has_changed
from registan.transfer.content.comments.thread_plan import PlannedReply
from registan.transfer.elsewhere.foreign_reader import ANCHOR
from registan.transfer.models import Element, Outcome
from registan.transfer.models.ledger import Ledger, StoredRow, hash_of
from registan.transfer.models.reasons import Remark, join_remarks
from registan.transfer.records.export_records import ItemComment


class CommentBatch:
    """Stores batches of comments, of one item or several; parents come before those that reply to them."""

    def __init__(self, ledger: Ledger, numbers: Counter[tuple[str, str]], *, learn: bool) -> None:
        self.ledger, self.numbers, self.learn = ledger, numbers, learn

    def store(self, batch: Iterable[tuple[ThreadTarget, PlannedReply, ItemComment]]) -> None:
        """Store these with their elements; belongs in a transaction, in which `ledger.flush` follows."""
        arrivals = [self._arrive(*one) for one in batch]
        known = find_known(self.ledger, arrivals)
        moves: list[Move] = []
        for arrival in arrivals:
            if element := known.get(arrival.key):
                arrival.target.places[arrival.planned.number] = element.object_id
                if has_moved(arrival, element) and not self.ledger.is_done(element):
                    moves.append(Move(arrival, element))
                else:
                    self._pass_known(arrival, element)
        self._create([arrival for arrival in arrivals if arrival.key not in known])
        if moves:
            apply_moves(moves, self.ledger)
        for move in moves:
            self._pass_moved(move)

    def _arrive(self, target: ThreadTarget, planned: PlannedReply, comment: ItemComment) -> Arrival:
        status = archived_status(comment, target.before_trash)
        return Arrival(target, planned, comment, planned.key, status, comment_hash(comment, status))

    def _count(self, outcome: Outcome) -> None:
        self.numbers[KIND.value, outcome.value] += 1

    # What is here

    def _pass_known(self, arrival: Arrival, element: Element) -> None:
        if self.ledger.is_done(element):
            return
        if not element.object_id:
            self.ledger.record(KIND, arrival.key, Outcome.SKIPPED, reason=element.reason, detail=element.detail)
            self._count(Outcome.SKIPPED)
        elif not has_changed(arrival, element):
            for part in [element, *find_further_parts(self.ledger, element)]:
                self.ledger.confirm(part)
            self._count(Outcome.UNCHANGED)
        else:
            self._update(arrival, [element, *find_further_parts(self.ledger, element)])

    def _pass_moved(self, move: Move) -> None:
        """Say what became of its place, and bring the rest up to date."""
        arrival, element = move.arrival, move.element
        if not move.is_done:
            self._keep([element], SkipReason.PLACE_KEPT)
            return
        orphaned = element.reason in (ArrivalNote.PARENT_MISSING, ArrivalNote.PARENT_ELSEWHERE)
        if orphaned or element.reason in KEPT_REASONS:
            element.reason, element.detail = "", ""
        element.source_parent = str(arrival.comment.parent_id)
        if has_changed(arrival, element):
            self._update(arrival, [element, *find_further_parts(self.ledger, element)])
            return
        self.ledger.record(
            KIND,
            element.key,
            Outcome.UPDATED,
            reason=element.reason,
            detail=element.detail,
            source_parent=element.source_parent,
        )
        self._count(Outcome.UPDATED)

    def _update(self, arrival: Arrival, elements: Sequence[Element]) -> None:
        """Store what the export says now, unless somebody has changed the comment here, or its parts are others."""
        rows = Comment.objects.in_bulk([element.object_id for element in elements])
        stored = [rows.get(element.object_id) for element in elements]
        if not all(row and stored_hash(row) == one.local_hash for row, one in zip(stored, elements, strict=True)):
            self._keep(elements, SkipReason.CHANGED_HERE)
            return
        draft = self._draft(arrival)
        if len(draft.bodies) != len(elements):
            self._keep(elements, SkipReason.PARTS_CHANGED)
            return
        for element, (body, html) in zip(elements, draft.bodies, strict=True):
            new = self._archived(arrival, draft, element.object_id or 0, None, body, html, element.key)
            update_archived(new, learn=self.learn)
            row = StoredRow(COMMENT_MODEL, new.pk, draft_hash(new))
            self.ledger.record(
                KIND,
                element.key,
                Outcome.UPDATED,
                reason="" if element.reason in KEPT_REASONS else element.reason,
                detail=element.detail,
                stored=row,
                source_hash=arrival.source_hash,
                source_parent=element.source_parent,
            )
        self._count(Outcome.UPDATED)

    def _keep(self, elements: Iterable[Element], reason: SkipReason) -> None:
        """Leave a comment as it is; what the ledger knows of its text stays, so that every run finds this again."""
        for element in elements:
            detail = element.detail
            if element.reason and element.reason not in KEPT_REASONS:
                _reason, detail = join_remarks([Remark(reason), Remark(element.reason, detail)])
            self.ledger.record(
                KIND, element.key, Outcome.UNCHANGED, reason=reason, detail=detail, source_parent=element.source_parent
            )
        self._count(Outcome.UNCHANGED)

    # What is new

    def _create(self, arrivals: Sequence[Arrival]) -> None:
        drafts = [(arrival, self._draft(arrival)) for arrival in arrivals]
        reserve_numbers(max((arrival.target.highest_id for arrival in arrivals), default=0))
        ids = iter(draw_ids(sum(len(draft.bodies) for _arrival, draft in drafts)))
        outside = self._find_outside(arrivals)
        archived: list[ArchivedComment] = []
        for arrival, draft in drafts:
            archived += self._archive(arrival, draft, ids, outside)
        if not archived:
            return
        parents = {one.pk: one.parent for one in archived}
        places = store_archived(archived, learn=self.learn)
        by_pk = {one.pk: one for one in archived}
        for arrival, draft in drafts:
            if not arrival.pks:
                continue
            place = places[arrival.pks[0]]
            if place.parent != parents[arrival.pks[0]]:
                draft.notes.insert(0, Remark(ArrivalNote.PARENT_ELSEWHERE, str(arrival.comment.parent_id)))
            if place.depth >= MAX_PATH_DEPTH:
                draft.notes.append(Remark(ArrivalNote.BELOW_PATHS, str(place.depth)))
            self._record_created(arrival, draft, [by_pk[pk] for pk in arrival.pks])

    def _find_outside(self, arrivals: Iterable[Arrival]) -> dict[int, int]:
        """The ids here of the parents that other items have, or other parts, by their foreign ids."""
        wanted = {str(arrival.planned.parent_id) for arrival in arrivals if arrival.planned.parent_id}
        found = self.ledger.known(KIND, wanted) if wanted else {}
        return {int(key): element.object_id for key, element in found.items() if element.object_id}

    def _archive(
        self, arrival: Arrival, draft: CommentDraft, ids: Iterator[int], outside: Mapping[int, int]
    ) -> Iterator[ArchivedComment]:
        """The parts of a comment; the second and those that follow reply to the first."""
        planned = arrival.planned
        parent = outside.get(planned.parent_id) if planned.parent is None else arrival.target.places.get(planned.parent)
        if planned.parent_id and parent is None:
            draft.notes.insert(0, Remark(ArrivalNote.PARENT_MISSING, str(planned.parent_id)))
        if planned.note:
            draft.notes.insert(0, Remark(planned.note, str(arrival.comment.parent_id)))
        if planned.at is None:
            draft.notes.append(Remark(ArrivalNote.NO_TIME))
        for body, html in draft.bodies:
            key = part_key(arrival.key, len(arrival.pks) + 1)
            above = arrival.pks[0] if arrival.pks else parent
            arrival.pks.append(next(ids))
            yield self._archived(arrival, draft, arrival.pks[-1], above, body, html, key)
        arrival.target.places[planned.number] = arrival.pks[0] if arrival.pks else parent
        if not arrival.pks:
            reason = SkipReason.NO_WORDS
            self.ledger.record(KIND, arrival.key, Outcome.SKIPPED, reason=reason, source_hash=arrival.source_hash)
            self._count(Outcome.SKIPPED)

    def _record_created(self, arrival: Arrival, draft: CommentDraft, parts: Sequence[ArchivedComment]) -> None:
        split = [Remark(ArrivalNote.SPLIT, str(len(parts)))] if len(parts) > 1 else []
        reason, detail = join_remarks([*draft.notes, *split])
        for number, part in enumerate(parts, 1):
            self.ledger.record(
                KIND,
                part_key(arrival.key, number),
                Outcome.CREATED,
                reason=reason if number == 1 else ArrivalNote.PART,
                detail=detail if number == 1 else "",
                stored=StoredRow(COMMENT_MODEL, part.pk, draft_hash(part)),
                source_hash=arrival.source_hash,
                source_parent=str(arrival.comment.parent_id) if number == 1 else "",
            )
        self._count(Outcome.CREATED)

    def _draft(self, arrival: Arrival) -> CommentDraft:
        target = arrival.target
        return build_draft(
            arrival.comment,
            arrival.status,
            site=target.site,
            authors=target.authors,
            content_format=target.content_format,
        )

    def _archived(
        self, arrival: Arrival, draft: CommentDraft, pk: int, parent: int | None, body: str, html: str, key: str
    ) -> ArchivedComment:
        return ArchivedComment(
            pk=pk,
            conversation=arrival.target.conversation,
            parent=parent,
            status=draft.status,
            name=draft.name,
            email=draft.email,
            website=draft.website,
            author=draft.author,
            body=body,
            html=html,
            created_at=(arrival.planned.at or arrival.target.fallback).replace(microsecond=0),
            origin=f"{self.ledger.source.pk} {key}",
            old_number=arrival.planned.id if key == arrival.key and can_keep(arrival.planned.id) else None,
            old_anchor=anchor_of(arrival.comment) if key == arrival.key else None,
        )


def anchor_of(comment: ItemComment) -> str | None:
    """The fragment of links to it, where its system has another than WordPress."""
    return next((clean_anchor(meta.value) for meta in comment.metas if meta.key == ANCHOR), None)


def draft_hash(new: ArchivedComment) -> str:
    """What `stored_hash` will say of it."""
    return hash_of([new.name, new.email, new.website, new.body, new.status.value])

"""Families: held and published comments from one hand, which moderators see as one card and decide at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from comments.families.join import Bearer, Evidence, JoinedFamily, collect_evidence, join
from comments.families.signs import LABELS, LEGIBLE_KINDS, SignKind, SignSource, find_signs, kind_of
from comments.models import Comment, CommentSign, Decision
from comments.models.comment_queryset import PAGE_COLUMNS, POST_COLUMNS, CommentQuerySet
from comments.queue.queue_item import QueueItem
from comments.status import Status

# Members of one card, the held ones first: what is not seen is not decided. The others come with the next card.
MAX_MEMBERS = 40
# Decided comments of one batch whose hands are looked for.
MAX_SEEDS = 50
# Pages and websites named on a card.
MAX_NAMED = 3
# The kinds in the order in which a card names them, the strongest first.
NAMED_KINDS = (
    *(SignKind.CONTACT, SignKind.LINK, SignKind.WEBSITE, SignKind.DOMAIN),
    *(SignKind.WORDS, SignKind.RHYTHM, SignKind.NETWORK, SignKind.READER),
)
DECIDABLE = (Status.PENDING, Status.APPROVED)
# Columns of a member, and those from which its signs are found again to be named.
MEMBER_COLUMNS = (
    *("name", "body", "html", "created_at", "status", "website", "email", "address", "tile"),
    *POST_COLUMNS,
    *PAGE_COLUMNS,
)


class SharedSign(NamedTuple):
    words: str
    kind: SignKind


@dataclass(frozen=True)
class Family:
    """A card of the queue: its members as they are to be shown, and the keys that joined them."""

    members: Sequence[Comment]
    keys: frozenset[int]
    claimed_by: str = ""
    is_family = True

    @property
    def pk(self) -> int:
        """The number of its first member, by which the card is known on the page."""
        return self.members[0].pk

    @cached_property
    def held(self) -> list[Comment]:
        return [comment for comment in self.members if comment.status == Status.PENDING]

    @property
    def published_count(self) -> int:
        return len(self.members) - len(self.held)

    @cached_property
    def shared(self) -> list[SharedSign]:
        """What its members share, in words."""
        texts: dict[int, str] = {}
        for comment in self.members:
            texts |= find_signs(
                SignSource(body=comment.body, html=comment.html, website=comment.website, address=comment.address or "")
            )
        named = {
            kind: sorted({texts.get(key, "") for key in self.keys if kind_of(key) == kind}) for kind in NAMED_KINDS
        }
        return [
            SharedSign(str(LABELS[kind]) % text if text else str(LABELS[kind]), kind)
            for kind, found in named.items()
            for text in found[:MAX_NAMED]
            if text or kind not in LEGIBLE_KINDS
        ]


def group_into_cards(items: Sequence[QueueItem]) -> list[QueueItem | Family]:
    """What a page shows: each family as one card where its first comment would be, and the other items as they are."""
    families = load_families(find_families(item.comment.pk for item in items))
    family_of = {comment.pk: family for family in families for comment in family.members}
    entries: dict[int, QueueItem | Family] = {}
    for item in items:
        if family := family_of.get(item.comment.pk):
            claimed_by = item.claimed_by or getattr(entries.get(family.pk), "claimed_by", "")
            entries[family.pk] = replace(family, claimed_by=claimed_by)
        else:
            entries[item.comment.pk] = item
    return list(entries.values())


def comments_of_batch(batch: UUID) -> list[int]:
    """The comments of a decision, as many as are looked at for their hands."""
    return list(Decision.objects.filter(batch=batch).values_list("comment", flat=True)[:MAX_SEEDS])


def count_siblings(comments: Collection[int]) -> int:
    """How many held and published comments are from the same hands as these, without them."""
    joined = find_families(list(comments)[:MAX_SEEDS])
    siblings = {pk for family in joined for pk in family.members} - set(comments)
    return Comment.objects.outside_trash().filter(pk__in=siblings, status__in=DECIDABLE).count() if siblings else 0


def find_families(comments: Iterable[int]) -> list[JoinedFamily]:
    """The families to which these comments belong, with held and published comments and these in any status.

    One query where nothing is shared, three otherwise, whatever the site holds.
    """
    seeds = set(comments)
    bearers = CommentSign.objects.bearers(seeds)
    sharing = {pk for pks in bearers.values() if len(pks) > 1 for pk in pks}
    if not sharing:
        return []
    evidence = collect_evidence(seeds, bearers, load_bearers(sharing, seeds=seeds))
    add_other_keys(evidence)
    return join(evidence)


def load_bearers(comments: Collection[int], *, seeds: Collection[int]) -> dict[int, Bearer]:
    """What is known of these comments; those that are parted, or decided already and no seeds, are left out."""
    rows = Comment.objects.filter(pk__in=comments).values_list(
        "pk", "status", "is_verified", "reader", "name_key", "network", "parted"
    )
    return {
        pk: Bearer(str(reader or name), network, is_published=status == Status.APPROVED, is_verified=is_verified)
        for pk, status, is_verified, reader, name, network, parted in rows
        if parted is None and (pk in seeds or status in DECIDABLE)
    }


def add_other_keys(evidence: Evidence) -> None:
    """Add the networks, addresses and rhythms that these pairs share, which join nobody by themselves."""
    known = CommentSign.objects.other_keys({pk for pair in evidence.shared for pk in pair})
    for (one, other), keys in evidence.shared.items():
        keys |= known[one] & known[other]


def load_families(joined: Iterable[JoinedFamily], *, least: int = 2) -> list[Family]:
    """Cards of these families, in one query; without those of which fewer than `least` members can be decided."""
    families = list(joined)
    wanted = {pk for family in families for pk in family.members}
    rows = {comment.pk: comment for comment in select_members(Comment.objects.filter(pk__in=wanted))} if wanted else {}
    cards = []
    for family in families:
        members = [rows[pk] for pk in sorted(family.members) if pk in rows]
        members.sort(key=lambda comment: comment.status != Status.PENDING)
        if len(members) >= least:
            cards.append(Family(members[:MAX_MEMBERS], frozenset(family.keys)))
    return cards


def select_members(rows: CommentQuerySet) -> CommentQuerySet:
    return rows.outside_trash().filter(status__in=DECIDABLE).with_subjects().only(*MEMBER_COLUMNS)

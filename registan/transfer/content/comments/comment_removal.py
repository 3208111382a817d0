"""Takes the comments and mentions of an old blog back out, with their elements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import batched

from django.db import transaction

from comments.lifecycle.archive_removal import remove_archived
from comments.models import Comment, Mention
from registan.transfer.content.comments.comment_arrival import COMMENT_MODEL
from registan.transfer.content.comments.mention_import import MENTION_MODEL
from registan.transfer.content.comments.skipped_comments import ELEMENT_KINDS
from registan.transfer.models import Element, Source

# Comments of one transaction: less than a second in which, on SQLite, nobody else writes.
REMOVAL_BATCH = 300


@dataclass(slots=True)
class CommentRemoval:
    """How many comments and mentions were removed, and how many comments stay, with which conversations."""

    removed: int = 0
    mentions: int = 0
    kept: int = 0
    kept_conversations: tuple[int, ...] = ()


def remove_comments(source: Source, after_batch: Callable[[int], object] = lambda number: None) -> CommentRemoval:
    """Remove every comment and mention that an import of this blog created, and their elements, in many transactions.

    What people here have decided, reported or replied to stays, with its element, and what it stands under. Elements of
    comments that were skipped go at the end. Safe to repeat; `after_batch` is called as in `import_thread`.
    """
    outcome, kept, elements = CommentRemoval(), dict[int, int](), made_elements(source, COMMENT_MODEL)
    for conversation, ids in comments_by_conversation(source).items():
        for batch in batched(ids, REMOVAL_BATCH):
            with transaction.atomic():
                result = remove_archived(conversation, batch)
                Element.objects.filter(pk__in=[elements[pk] for pk in result.removed]).delete()
                after_batch(len(result.removed))
            outcome.removed += len(result.removed)
            kept |= dict.fromkeys(result.kept, conversation)
    outcome.mentions = remove_mentions(source, after_batch)
    outcome.kept, outcome.kept_conversations = len(kept), tuple(sorted(set(kept.values())))
    with transaction.atomic():
        kinds = ELEMENT_KINDS.values()
        Element.objects.filter(source=source, kind__in=kinds).exclude(object_kind=COMMENT_MODEL).delete()
    return outcome


def comments_by_conversation(source: Source) -> dict[int, list[int]]:
    """The comments that imports created, by conversation; none before what replies to it."""
    made = Element.objects.filter(source=source).made_of(COMMENT_MODEL).values("object_id")
    rows = Comment.objects.filter(pk__in=made).order_by("conversation", "-depth", "-pk")
    groups: dict[int, list[int]] = defaultdict(list)
    for conversation, pk in rows.values_list("conversation", "pk").iterator():
        groups[conversation].append(pk)
    return groups


def made_elements(source: Source, model: str) -> dict[int, int]:
    """The elements of the rows of this model that imports created, by the ids of those."""
    rows = Element.objects.filter(source=source).made_of(model).order_by("pk").values_list("object_id", "pk")
    return {object_id: pk for object_id, pk in rows.iterator() if object_id}


def remove_mentions(source: Source, after_batch: Callable[[int], object]) -> int:
    elements = made_elements(source, MENTION_MODEL)
    for batch in batched(elements, REMOVAL_BATCH):
        with transaction.atomic():
            Mention.objects.filter(pk__in=batch).delete()
            Element.objects.filter(pk__in=[elements[pk] for pk in batch]).delete()
            after_batch(len(batch))
    return len(elements)

"""Deletes comments that an archive brought, with their decisions, as if they had never been there.

What people have decided, reported or replied here stays: such a comment is not deleted, nor what it stands under.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from blog.fulltext import index
from blog.models import Conversation
from blog.models.clock import Clock
from blog.search.vocabulary import forget_words_of
from comments.lifecycle.spam_training import count_differences, original_features, store_token_counts
from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models.act import Act
from comments.models.comment import Comment
from comments.models.comment_note import CommentNote
from comments.models.comment_queryset import CommentQuerySet
from comments.models.decision import Decision
from comments.models.objection import Objection
from comments.models.reader import Reader
from comments.models.report import Report
from comments.status import Via


@dataclass(slots=True)
class ArchiveRemoval:
    """Ids of comments: those that were deleted, those that people here have done something with, which stay."""

    removed: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


@transaction.atomic
def remove_archived(conversation: int, wanted: Collection[int]) -> ArchiveRemoval:
    """Delete these comments of one conversation, and the addresses that nobody else has used.

    Also stays what a comment that stays, or is not among `wanted`, replies to.
    """
    Conversation.objects.lock([conversation])
    comments = Comment.objects.filter(conversation=conversation, pk__in=wanted)
    locked = {comment.pk: comment for comment in comments.select_for_update(of=("self",)).order_by("pk")}
    kept = find_kept(comments, locked)
    removed = [comment for pk, comment in locked.items() if pk not in kept]
    delete_rows(removed)
    delete_unused_readers({comment.reader_id for comment in removed if comment.reader_id})
    if removed:
        rebuild_thread(conversation)
        if any(comment.website for comment in removed):
            Clock.move_site()
    return ArchiveRemoval([comment.pk for comment in removed], sorted(kept))


def find_kept(comments: CommentQuerySet, locked: Collection[int]) -> set[int]:
    """Of these comments, those that people have done something with, and those above what stays."""
    done = Q(Exists(Decision.objects.filter(comment=OuterRef("pk")).exclude(via=Via.IMPORT)))
    for model in (Report, Objection, Act, CommentNote):
        done |= Q(Exists(model._default_manager.filter(comment=OuterRef("pk"))))
    staying = set(comments.filter(done).values_list("pk", flat=True))
    replied = Comment.objects.filter(parent__in=locked).exclude(pk__in=locked).values_list("parent", flat=True)
    parents = dict(comments.values_list("pk", "parent"))
    kept = set[int]()
    for pk in (*staying, *(parent for parent in replied if parent)):
        reached: int | None = pk
        while reached in parents and reached not in kept:
            kept.add(reached)
            reached = parents[reached]
    return kept


def delete_rows(removed: Collection[Comment]) -> None:
    """Delete these comments and all that is only about them; the database lets go of decisions of imports alone."""
    ids = [comment.pk for comment in removed]
    unlearn([comment for comment in removed if comment.trained_as])
    forget_words_of([comment.html for comment in removed])
    index.remove(Comment.SEARCH_KIND, ids)
    Conversation.objects.filter(pinned__in=ids).update(pinned=None)
    Decision.objects.filter(comment__in=ids)._raw_delete(Decision.objects.db)
    Comment.objects.filter(pk__in=ids).update(parent=None)  # or none could go before those that reply to it
    Comment.objects.filter(pk__in=ids).delete()


def unlearn(comments: Collection[Comment]) -> None:
    """Let the spam filter forget what it learned from these."""
    features = original_features([comment.pk for comment in comments])
    store_token_counts(count_differences(comments, {comment.pk: "" for comment in comments}, features))


def delete_unused_readers(ids: Iterable[int]) -> None:
    """Delete the addresses of these readers that nobody verified, and of which nothing else is left."""
    unused = Reader.objects.filter(pk__in=ids, verified_at=None, standing=Reader.Standing.ORDINARY)
    for relation in Reader._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        unused = unused.exclude(Exists(rows))
    unused.delete()

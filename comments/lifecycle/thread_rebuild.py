"""Computes a conversation from what its comments reply to and how they were decided: places, tombstones, numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from blog.models import Conversation
from blog.models.clock import Clock
from comments.models.comment import Comment
from comments.status import Status
from comments.threads import layout

# By hand: the ORM writes one statement for a hundred rows, in which the database looks for each among all.
UPDATE = """
    UPDATE comments_comment SET parent_id = %s, path = %s, depth = %s, shown = %s, thread_size = %s WHERE id = %s
"""


class TreeRow(NamedTuple):
    """What a rebuild reads and writes of a comment."""

    parent: int | None
    path: str
    depth: int
    shown: bool
    thread_size: int


@transaction.atomic
def rebuild_thread(conversation: int, *, parents: Mapping[int, int | None] | None = None) -> int:
    """Compute the places of all comments of a conversation again, and its numbers; returns how many rows differed.

    `parents` are other parents for some of them, of the same conversation and in no circle. Reads every comment once.
    """
    Conversation.objects.lock([conversation])
    comments = Comment.objects.filter(conversation=conversation).order_by("pk")
    values = comments.values_list("pk", "status", "parent", "path", "depth", "shown", "thread_size")
    approved, before = set[int](), dict[int, TreeRow]()
    for pk, status, parent, path, depth, is_shown, thread_size in values.iterator():
        before[pk] = TreeRow(parent, path, depth, is_shown, thread_size)
        if status == Status.APPROVED:
            approved.add(pk)
    above = {pk: row.parent for pk, row in before.items()} | dict(parents or {})
    after = compute_rows({pk: parent if parent in before else None for pk, parent in above.items()}, approved)
    changed = [(pk, row) for pk, row in after.items() if row != before[pk]]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, [(*row, pk) for pk, row in changed])
    count_rebuilt(conversation, comments=len(approved), shown=sum(row.shown for row in after.values()))
    return len(changed)


def compute_rows(above: Mapping[int, int | None], approved: Iterable[int]) -> dict[int, TreeRow]:
    """The rows of comments with these parents, each after its parent; raises RecursionError for a circle."""
    order = parents_first(above)
    shown = set[int]()
    for pk in approved:
        reached: int | None = pk
        while reached and reached not in shown:
            shown.add(reached)
            reached = above[reached]
    paths, depths, sizes = dict[int, str](), dict[int, int](), dict[int, int]()
    for pk in order:
        parent = above[pk]
        paths[pk] = layout.path_below(paths[parent] if parent else "", pk)
        depths[pk] = depths[parent] + 1 if parent else 0
        if pk in shown:
            root = layout.thread_of(paths[pk])
            sizes[root] = sizes.get(root, 0) + 1
    return {pk: TreeRow(above[pk], paths[pk], depths[pk], pk in shown, sizes.get(pk, 0)) for pk in order}


def parents_first(above: Mapping[int, int | None]) -> list[int]:
    """These ids, each after its parent; raises RecursionError for a circle."""
    order, placed = list[int](), set[int]()
    for pk in above:
        branch, reached = dict[int, None](), pk
        while reached not in placed:
            if reached in branch:
                raise RecursionError(f"Comment {reached} replies to itself.")
            branch[reached] = None
            parent = above[reached]
            if parent is None:
                break
            reached = parent
        order += reversed(branch)
        placed.update(branch)
    return order


def count_rebuilt(conversation: int, *, comments: int, shown: int) -> None:
    """Store these numbers, and count a change."""
    numbers = {"comment_count": comments, "shown_count": shown}
    Conversation.objects.filter(pk=conversation).update(clock=F("clock") + 1, **numbers)
    Clock.move_comments()

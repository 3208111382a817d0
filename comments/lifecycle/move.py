"""Moves a comment with all its replies to another conversation, and back.

In the record of acts `post` is the number of a conversation: until pages had one, these were the numbers of posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from blog.models import Conversation
from comments.lifecycle.acts import ChangedSince, Values, record
from comments.lifecycle.decide import hide_comments, resize_threads, show_comments
from comments.models.act import Act
from comments.models.comment import Comment
from comments.models.quotation import Quotation
from comments.status import Status
from comments.threads import layout

# Comments moved in one transaction, which holds two conversations: less than a second.
MAX_MOVED = 1_000
PLACE_COLUMNS = ("conversation", "parent", "path", "depth")


class TooManyToMove(Exception):
    """The branch is longer than one transaction may move."""


@transaction.atomic
def move_branch(pk: int, wanted: Values, *, seen: Values, by: User, undoes: Act | None = None) -> Act:
    """Move the comment `pk` with its replies to the conversation `wanted["post"]`, under the comment `wanted["parent"]`
    or as a thread of its own (None).

    Raises ChangedSince unless it still stands in the conversation `seen["post"]`, and what it is to stand under where
    that was; TooManyToMove for a branch of more than MAX_MOVED. `wanted["quotations"]` are those to restore.
    """
    Conversation.objects.lock({seen["post"], wanted["post"]})
    root = Comment.objects.get(pk=pk)
    parent = Comment.objects.filter(pk=wanted["parent"], conversation=wanted["post"]).first()
    is_parent_gone = wanted["parent"] is not None and parent is None
    if root.conversation_id != seen["post"] or wanted["post"] == seen["post"] or is_parent_gone:
        raise ChangedSince
    branch = load_branch(root)
    if len(branch) > MAX_MOVED and undoes is None:
        raise TooManyToMove
    old_thread, old_parent = root.conversation_id, root.parent_id
    before = {"post": old_thread, "parent": old_parent, "quotations": forget_quotations_of_post(branch)}
    shown = [comment for comment in branch if comment.shown]
    approved = sum(comment.status == Status.APPROVED for comment in branch)
    resize_threads(shown, by=-1)
    place(branch, conversation_id=wanted["post"], parent=parent)
    resize_threads(shown, by=1)
    left = Comment.objects.filter(pk__in=[old_parent] if old_parent else [])
    gone = hide_comments(list(left))[old_thread] if root.shown else 0
    appeared = show_comments([parent])[wanted["post"]] if root.shown and parent else 0
    restore_quotations(branch, wanted.get("quotations", ()))
    Conversation.change_counts(old_thread, comments=-approved, shown=gone - len(shown))
    Conversation.record_change(wanted["post"], comments=approved, shown=appeared + len(shown))
    after = {"post": wanted["post"], "parent": wanted["parent"]}
    return record(Act.Kind.MOVE, before, after, by=by, undoes=undoes, conversation_id=old_thread, comment_id=pk)


def undo_move(act: Act, *, by: User) -> Act:
    """Move the branch back, with whatever was replied to it since; raises ChangedSince as `move_branch` does."""
    if Act.objects.filter(undoes=act).exists():
        raise ChangedSince
    return move_branch(act.comment_id or 0, act.before, seen=act.after, by=by, undoes=act)


def load_branch(root: Comment) -> list[Comment]:
    """The comment and all its replies, in every status, each after what it replies to: a query for each level.

    By their parents, since below a certain depth a path names no longer what it stands under.
    """
    branch, level = [root], [root]
    while level:
        level = list(Comment.objects.filter(parent__in=[comment.pk for comment in level]).order_by("pk"))
        branch += level
    return branch


def place(branch: Sequence[Comment], *, conversation_id: int, parent: Comment | None) -> None:
    """Store the new places of a branch whose first comment is to stand under `parent`."""
    placed: dict[int | None, Comment] = {parent.pk: parent} if parent else {}
    branch[0].parent_id = parent.pk if parent else None
    for comment in branch:
        above = placed.get(comment.parent_id)
        comment.conversation_id = conversation_id
        comment.path = layout.path_below(above.path if above else "", comment.pk)
        comment.depth = above.depth + 1 if above else 0
        placed[comment.pk] = comment
    Comment.objects.bulk_update(branch, PLACE_COLUMNS, batch_size=100)


def forget_quotations_of_post(branch: Sequence[Comment]) -> list[list[Any]]:
    """Delete what these quote of the post above them, which is to be another; what `restore_quotations` takes."""
    versions: dict[int, int] = {comment.pk: comment.version for comment in branch if comment.quote_count}
    rows = Quotation.objects.filter(comment__in=versions, source=None).order_by("comment", "place")
    kept: list[list[Any]] = [[row.comment_id, versions[row.comment_id], row.place, row.version] for row in rows]
    if kept:
        rows.delete()
        count_quotations({row[0] for row in kept})
    return kept


def restore_quotations(branch: Sequence[Comment], kept: Sequence[Sequence[Any]]) -> None:
    """Store them again, but in comments whose text has changed since."""
    versions = {comment.pk: comment.version for comment in branch}
    same = [row for row in kept if versions.get(row[0]) == row[1]]
    rows = (Quotation(comment_id=pk, place=number, version=version) for pk, _version, number, version in same)
    Quotation.objects.bulk_create(rows, ignore_conflicts=True)
    count_quotations({row[0] for row in same})


def count_quotations(ids: set[int]) -> None:
    """Count again the quotations with a known source in these comments."""
    for comment in Comment.objects.filter(pk__in=ids):
        Comment.objects.filter(pk=comment.pk).update(quote_count=comment.quotations.count())

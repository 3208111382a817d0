"""Rows of a thread as the items of a page: with its quotations marked, and tombstones for what is hidden."""

from __future__ import annotations

from django.utils.translation import gettext as _

from blog.models import Post
from comments import captions, threads
from comments.models import Comment
from comments.moderation import Status


def items_of(post: Post, *, start: int, size: int) -> list[threads.Item]:
    """`size` items of the post's thread from place `start`: in one query, or two if somebody is quoted."""
    shown = post.thread.shown_count
    rows = list(Comment.objects.page_of_thread(post, start=start, size=size)) if shown else []
    captions.mark(rows, post)
    authors = [author.pk for author in post.writers]
    return threads.draw(rows, author_ids=authors, gone_text=gone_texts())


def gone_texts() -> dict[str, str]:
    """What a tombstone says, by the state of the comment; "" for any other."""
    return {
        Status.REMOVED: _("This comment was removed by a moderator."),
        Status.WITHDRAWN: _("This comment was withdrawn by its writer."),
        "": _("This comment is not shown."),
    }

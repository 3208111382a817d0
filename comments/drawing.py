"""Rows of a thread as the items of a page: with its quotations marked, and tombstones for what is hidden."""

from __future__ import annotations

from bisect import bisect_right

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.models import Correction, Post
from comments import captions, threads
from comments.models import Comment
from comments.moderation import Status


def items_of(post: Post, *, start: int, size: int) -> list[threads.Item]:
    """`size` items of the post's thread from place `start`: in one query, or two if somebody is quoted."""
    shown = post.thread.shown_count
    rows = list(Comment.objects.page_of_thread(post, start=start, size=size)) if shown else []
    captions.mark(rows, post)
    authors = [author.pk for author in post.writers]
    items = threads.draw(rows, author_ids=authors, gone_text=gone_texts())
    say_which_precede(items, post)
    return items


def say_which_precede(items: list[threads.Item], post: Post) -> None:
    """Mark the comments older than a correction of the post, each with the first that came after it.

    Without a query where the post's page has its notes at hand.
    """
    if not post.correction_notes:
        return
    times = [note.corrected_at for note in post.correction_notes]
    words = [precedes(note, post) for note in post.correction_notes]
    for item in items:
        if not item.is_gone and (place := bisect_right(times, item.comment.created_at)) < len(times):
            item.precedes = words[place]


def precedes(note: Correction, post: Post) -> SafeString:
    """What a comment says that was written before this correction, with the way to it."""
    day = date_format(timezone.localtime(note.corrected_at), "DATE_FORMAT")
    return format_html(
        '<p class="comment__edited"><a href="{}#{}">{}</a></p>',
        post.get_absolute_url(),
        note.anchor,
        _("Written before the correction of %(day)s") % {"day": day},
    )


def gone_texts() -> dict[str, str]:
    """What a tombstone says, by the state of the comment; "" for any other."""
    return {
        Status.REMOVED: _("This comment was removed by a moderator."),
        Status.WITHDRAWN: _("This comment was withdrawn by its writer."),
        "": _("This comment is not shown."),
    }

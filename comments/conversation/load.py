"""Rows of a thread as the items of a page: with its quotations marked, and tombstones for what is hidden."""

from __future__ import annotations

from bisect import bisect_right

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.models import Correction, Post
from comments.conversation import captions
from comments.models import Comment
from comments.status import Status
from comments.threads import layout


def load_items(post: Post, *, start: int, size: int) -> list[layout.ThreadItem]:
    """`size` items of the post's thread from place `start`: in one query, or two if somebody is quoted."""
    shown = post.thread.shown_count
    rows = list(Comment.objects.page_of_thread(post, start=start, size=size)) if shown else []
    captions.add_captions(rows, post)
    authors = [author.pk for author in post.author_list]
    items = layout.build_items(rows, author_ids=authors, tombstone_text=tombstone_texts())
    mark_before_corrections(items, post)
    return items


def mark_before_corrections(items: list[layout.ThreadItem], post: Post) -> None:
    """Mark the comments older than a correction of the post, each with the first that came after it.

    Without a query where the post's page has its notes at hand.
    """
    if not post.correction_notes:
        return
    times = [note.corrected_at for note in post.correction_notes]
    words = [correction_link(note, post) for note in post.correction_notes]
    for item in items:
        if not item.is_tombstone and (place := bisect_right(times, item.comment.created_at)) < len(times):
            item.correction_html = words[place]


def correction_link(note: Correction, post: Post) -> SafeString:
    """What a comment says that was written before this correction, with the way to it."""
    day = date_format(timezone.localtime(note.corrected_at), "DATE_FORMAT")
    return format_html(
        '<p class="comment__edited"><a href="{}#{}">{}</a></p>',
        post.get_absolute_url(),
        note.anchor,
        _("Written before the correction of %(day)s") % {"day": day},
    )


def tombstone_texts() -> dict[str, str]:
    """What a tombstone says, by the state of the comment; "" for any other."""
    return {
        Status.REMOVED: _("This comment was removed by a moderator."),
        Status.WITHDRAWN: _("This comment was withdrawn by its writer."),
        "": _("This comment is not shown."),
    }

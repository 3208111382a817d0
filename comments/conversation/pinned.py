"""The comment that moderators have pinned: shown above the thread to everybody, and in its place as well."""

from __future__ import annotations

from django.http import HttpRequest

from blog.models import Commentable
from comments.conversation import captions, muted
from comments.models import Comment
from comments.threads.layout import ThreadItem, ThreadPage, build_item


def add_pinned(thread: ThreadPage, request: HttpRequest, subject: Commentable) -> None:
    """Put the pinned comment on the first page of the conversation, in any order.

    Costs one query, or two if it quotes somebody; none where nothing is pinned. One that is hidden, or stands elsewhere
    by now, is not shown; nor is that of a writer whom this browser has muted.
    """
    if thread.page.number != 1 or (item := load_pinned(subject)) is None:
        return
    muted.mark_muted([item], request)
    if item.is_muted:
        return
    is_here = any(other.comment.pk == item.comment.pk for other in thread.items)
    item.reply_url = f"#{item.anchor}" if is_here else item.comment.get_absolute_url()
    thread.pinned = item


def load_pinned(subject: Commentable) -> ThreadItem | None:
    if not subject.thread.pinned:
        return None
    comment = Comment.objects.approved().filter(pk=subject.thread.pinned, conversation=subject.thread_id).first()
    if comment is None:
        return None
    captions.add_captions([comment], subject)
    return build_item(comment)

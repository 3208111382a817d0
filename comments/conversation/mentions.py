"""The pages elsewhere that mention the subject: below the first page of its conversation, the newest first."""

from __future__ import annotations

from blog.models import Commentable
from comments.models.mention import MAX_SHOWN, Mention
from comments.threads.layout import ThreadPage


def add_mentions(thread: ThreadPage, subject: Commentable) -> None:
    """Add what mentions the subject to the first page, in any order. Costs one query, and none where nothing does."""
    if thread.page.number != 1 or not subject.thread.mention_count:
        return
    shown = Mention.objects.shown().filter(conversation=subject.thread_id)
    thread.mentions = list(shown.defer("excerpt")[:MAX_SHOWN])
    thread.mention_count = subject.thread.mention_count

"""Marks the quotations of comments that came without them, in an archive for example."""

from __future__ import annotations

from django.db import transaction

from blog.models import Conversation
from comments.models.comment import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.models.quotation import Quotation


def unmarked_quotations() -> CommentQuerySet:
    """Comments that quote something, and of which no source is known."""
    return Comment.objects.filter(quote_count=0, html__contains="<blockquote").order_by("pk")


@transaction.atomic
def mark_quotations(pk: int) -> bool:
    """Look through one comment; whether a source was found."""
    comment = Comment.objects.with_subjects().select_related("parent").get(pk=pk)
    found = Quotation.find_in(comment, html=comment.html)
    if not found:
        return False
    Conversation.objects.lock([comment.conversation_id])
    Quotation.replace_for(comment, found)
    Comment.objects.filter(pk=pk).update(quote_count=len(found))
    Conversation.record_change(comment.conversation_id)
    return True

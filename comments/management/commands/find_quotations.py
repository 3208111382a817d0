"""Looks through older comments, of an archive for example, and marks the quotations whose source it finds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from blog.models import Conversation
from comments.models import Comment, Quotation


class Command(BaseCommand):
    help = "Find the sources of quotations in comments that came without them; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        marked = 0
        quoting = Comment.objects.filter(quote_count=0, html__contains="<blockquote").order_by("pk")
        for pk in quoting.values_list("pk", flat=True).iterator():
            marked += self.mark(pk)
        self.stdout.write(f"Comments in which a quotation was found: {marked}.")

    @transaction.atomic
    def mark(self, pk: int) -> bool:
        """Look through one comment; whether something was found."""
        comment = Comment.objects.with_subjects().select_related("parent").get(pk=pk)
        found = Quotation.find_in(comment, html=comment.html)
        if not found:
            return False
        Conversation.objects.lock([comment.conversation_id])
        Quotation.replace_for(comment, found)
        Comment.objects.filter(pk=pk).update(quote_count=len(found))
        Conversation.record_change(comment.conversation_id)
        return True

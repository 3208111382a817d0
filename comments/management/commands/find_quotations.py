"""Looks through older comments, of an archive for example, and marks the quotations whose source it finds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from comments.lifecycle.archive_quotations import mark_quotations, unmarked_quotations


class Command(BaseCommand):
    help = "Find the sources of quotations in comments that came without them; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        marked = sum(mark_quotations(pk) for pk in unmarked_quotations().values_list("pk", flat=True).iterator())
        self.stdout.write(f"Comments in which a quotation was found: {marked}.")

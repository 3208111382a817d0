"""manage.py standing_pages: adds terms of use and house rules, in draft words, to a site that has none."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from blog.editing.page_drafts import add_missing_pages


class Command(BaseCommand):
    help = "Add the pages “Terms of use” and “House rules”, in draft words to be edited. What exists is left unchanged."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        added = add_missing_pages()
        for page in added:
            self.stdout.write(f"Added {page.get_absolute_url()}: read it, and change it in the admin (Pages).")
        if not added:
            self.stdout.write("The site has both pages.")

"""manage.py reindex: rebuilds the search index, from which the worker then chooses related posts again."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from blog.models import Post, RelatedChoice
from blog.search.rebuild import rebuild_index


class Command(BaseCommand):
    help = "Index every post, page and comment again. Searches go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--alone", action="store_true", help="quicker on PostgreSQL, but searches are slow until the end"
        )

    def handle(self, *args: Any, alone: bool, **options: Any) -> None:
        start = time.monotonic()
        count = rebuild_index(lambda message: self.stdout.write(message, ending="\r"), alone=alone)
        RelatedChoice.objects.ask_for(Post.objects.published().values_list("pk", flat=True))
        self.stdout.write(f"{count:,} texts indexed in {time.monotonic() - start:.0f} seconds.")

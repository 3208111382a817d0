"""manage.py reindex: makes the index of the search anew."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from blog.search.rebuild import rebuild_index


class Command(BaseCommand):
    help = "Take every post, page and comment into the search anew. Readers go on searching meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--alone", action="store_true", help="quicker on PostgreSQL, but searches wait for the end")

    def handle(self, *args: Any, alone: bool, **options: Any) -> None:
        begun = time.monotonic()
        count = rebuild_index(lambda words: self.stdout.write(words, ending="\r"), alone=alone)
        self.stdout.write(f"{count:,} texts are in the index after {time.monotonic() - begun:.0f} seconds.")

"""manage.py sample: fills a site with synthetic posts and comments, for benchmarks."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from blog.models import Author, Clock, Conversation, Page, Post, Quotation, Source, SourceKey, Tag
from blog.models.bulk_rows import store_rows
from blog.models.post_counted import PostCounted
from blog.search.rebuild import rebuild_index
from comments.mail import fanout
from comments.models import Comment, Decision, Reader
from registan.sample import rows
from registan.sample.plan import SampleSize

# Rows written in a batch: some 10 MB.
BATCH_SIZE = 10_000
STANDING_PAGES = {"about": "A site of **synthetic** posts, for measuring.", "terms": "Use it for *anything*."}


class Command(BaseCommand):
    help = "Fill an empty site with synthetic posts and comments, for benchmarks: always the same for the same numbers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--posts", type=int, default=100_000)
        parser.add_argument("--comments", type=int, default=1_000_000, help="on the whole site")
        parser.add_argument("--thread", type=int, default=100_000, help="comments under the longest thread's post")
        parser.add_argument("--chain", type=int, default=10_000, help="of these, replies to each other in one chain")

    def handle(self, *, posts: int, comments: int, thread: int, chain: int, **options: Any) -> None:
        size = SampleSize(posts, comments, thread, chain)
        if error := size.error():
            raise CommandError(error)
        if any(model.objects.exists() for model in (Post, Author, Tag, Comment)):
            raise CommandError("This site has posts, authors, tags or comments. A sample needs an empty one.")
        self.started_at = time.monotonic()
        with transaction.atomic():
            self.fill(rows.SampleSite(size))
        self.print_progress(f"{rebuild_index(alone=True):,} texts indexed")
        self.analyze_tables()
        self.print_progress("done")
        self.print_urls()

    def print_progress(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.started_at:6.1f} s  {what}")

    def fill(self, sample: rows.SampleSite) -> None:
        """Write all rows, each table after those it refers to."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Checked at the end, the constraints would first queue five million checks in memory.
                cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        Author.objects.bulk_create(sample.authors())
        Tag.objects.bulk_create(sample.tags())
        for slug, body in STANDING_PAGES.items():
            Page.objects.get_or_create(slug=slug, defaults={"title": slug.title(), "body": body})
        self.write(Conversation, "id clock comment_count shown_count", sample.threads())
        self.write(Post, rows.POST_COLUMNS, sample.posts())
        self.write(Post.authors.through, "post_id author_id", sample.post_authors())
        self.write(Post.tags.through, "post_id tag_id", sample.post_tags())
        self.add_sources(sample)
        Reader.objects.bulk_create(sample.readers())
        self.write(Comment, rows.COMMENT_COLUMNS, sample.comments())
        self.write(Decision, "id comment_id from_status to_status via reason note at", sample.decisions())
        self.finish()

    def write(self, model: type[Model], columns: str, lines: Iterable[tuple[Any, ...]]) -> None:
        """Store tuples of these columns without `save`, which would render every text."""
        names, count = columns.split(), 0
        for batch in itertools.batched(lines, BATCH_SIZE):
            store_rows(model, names, batch)
            count += len(batch)
        self.print_progress(f"{count:,} {model._meta.verbose_name_plural}")

    def add_sources(self, sample: rows.SampleSite) -> None:
        sources = sample.sources()
        for source in sources:
            source.before_save(None)
        Source.objects.bulk_create(sources)
        SourceKey.objects.bulk_create(SourceKey(key=source.key, source=source) for source in sources)
        columns = "post_id source_id place number locator address passage"
        self.write(Quotation, columns, sample.quotations())

    def finish(self) -> None:
        """Bring counts, sequences and the clock up to date."""
        PostCounted.recount([*Author.objects.all(), *Tag.objects.all(), *Source.objects.all()])
        models = [Author, Tag, Source, Conversation, Post, Reader, Comment, Decision]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        Clock.move_site()
        Clock.move_comments()
        fanout.mark_all_as_sent()

    def analyze_tables(self) -> None:
        """Gather statistics at once; PostgreSQL vacuums only outside a transaction, and a test is in one."""
        can_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        with connection.cursor() as cursor:
            if can_vacuum:
                cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE" if can_vacuum else "ANALYZE")

    def print_urls(self) -> None:
        for post in Post.objects.filter(slug__startswith="thread-").select_related("thread").order_by("id"):
            self.stdout.write(f"{post.comment_count:>9,} comments: {post.get_absolute_url()}")
        for model in (Tag, Author):
            largest = model.objects.order_by("-post_count", "id")[0]
            self.stdout.write(f"{largest.post_count:>9,} posts: {largest.get_absolute_url()}")

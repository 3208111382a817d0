"""manage.py sample: a large synthetic site, for benchmarks."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from blog.models import Author, Clock, Conversation, Page, Post, Quotation, Source, SourceKey, Tag
from blog.models.post_counted import PostCounted
from blog.search.rebuild import rebuild_index
from comments.mail import fanout
from comments.models import Comment, Decision, Reader
from registan.sample import rows
from registan.sample.plan import SampleSize

# Rows written at once: some 10 MB.
BATCH_SIZE = 10_000
# A PostgreSQL text copy: what separates columns and rows, and the mark itself, are written with a backslash.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
STANDING_PAGES = {"about": "A site of **synthetic** posts, for measuring.", "terms": "Use it for *anything*."}


class Command(BaseCommand):
    help = "Fill an empty site with synthetic posts and comments, for benchmarks: the same ones for the same numbers."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--posts", type=int, default=100_000)
        parser.add_argument("--comments", type=int, default=1_000_000, help="In the whole site.")
        parser.add_argument("--thread", type=int, default=100_000, help="Comments under one of the posts.")
        parser.add_argument("--chain", type=int, default=10_000, help="Of these, each a reply to the one before.")

    def handle(self, *, posts: int, comments: int, thread: int, chain: int, **options) -> None:
        size = SampleSize(posts, comments, thread, chain)
        if wrong := size.wrong():
            raise CommandError(wrong)
        if any(model.objects.exists() for model in (Post, Author, Tag, Comment)):
            raise CommandError("This site has posts, authors, tags or comments. A sample needs an empty one.")
        self.started_at = time.monotonic()
        with transaction.atomic():
            self.fill(rows.SampleSite(size))
        self.print_progress(f"{rebuild_index(alone=True):,} texts for the search")
        self.analyze_tables()
        self.print_progress("done")
        self.print_urls()

    def print_progress(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.started_at:6.1f} s  {what}")

    def fill(self, sample: rows.SampleSite) -> None:
        """All rows, in an order in which each finds what it refers to."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Constraints at once: checked at the end, they would first gather five million notes in memory.
                cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        Author.objects.bulk_create(sample.authors())
        Tag.objects.bulk_create(sample.tags())
        for slug, body in STANDING_PAGES.items():
            Page.objects.get_or_create(slug=slug, defaults={"title": slug.title(), "body": body})
        self.write(Post, rows.POST_COLUMNS, sample.posts())
        self.write(Post.authors.through, "post_id author_id", sample.post_authors())
        self.write(Post.tags.through, "post_id tag_id", sample.post_tags())
        self.add_sources(sample)
        self.write(Conversation, "post_id clock comment_count shown_count", sample.threads())
        Reader.objects.bulk_create(sample.readers())
        self.write(Comment, rows.COMMENT_COLUMNS, sample.comments())
        self.write(Decision, "id comment_id from_status to_status via reason note at", sample.decisions())
        self.finish()

    def write(self, model: type[Model], columns: str, lines: Iterable[tuple]) -> None:
        """Store `lines`, tuples of these columns; past `save`, which would render every text anew."""
        table, names, count = model._meta.db_table, columns.split(), 0
        store = copy_rows if connection.vendor == "postgresql" else insert_rows
        for batch in itertools.batched(lines, BATCH_SIZE):
            store(table, names, batch)
            count += len(batch)
        self.print_progress(f"{count:,} {model._meta.verbose_name_plural}")

    def add_sources(self, sample: rows.SampleSite) -> None:
        sources = sample.sources()
        for source in sources:
            source.before_save(None)
        Source.objects.bulk_create(sources)
        SourceKey.objects.bulk_create(SourceKey(key=one.key, source=one) for one in sources)
        columns = "post_id source_id place number locator address passage"
        self.write(Quotation, columns, sample.quotations())

    def finish(self) -> None:
        """Numbers of posts, the next numbers of rows, and the clock."""
        PostCounted.recount([*Author.objects.all(), *Tag.objects.all(), *Source.objects.all()])
        models = [Author, Tag, Source, Post, Reader, Comment, Decision]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        Clock.move_site()
        Clock.move_comments()
        fanout.mark_all_as_sent()

    def analyze_tables(self) -> None:
        """What databases do by themselves in time, and PostgreSQL only outside a transaction (a test is one)."""
        can_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        with connection.cursor() as cursor:
            if can_vacuum:
                cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE" if can_vacuum else "ANALYZE")

    def print_urls(self) -> None:
        for post in Post.objects.filter(slug__startswith="thread-").select_related("thread").order_by("id"):
            self.stdout.write(f"{post.comment_count:>9,} comments: {post.get_absolute_url()}")
        for model in (Tag, Author):
            one = model.objects.order_by("-post_count", "id").first()
            self.stdout.write(f"{one.post_count:>9,} posts: {one.get_absolute_url()}")


def insert_rows(table: str, names: list[str], batch: tuple[tuple, ...]) -> None:
    """SQLite's quickest way in."""
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", batch)  # noqa: S608


def copy_rows(table: str, names: list[str], batch: tuple[tuple, ...]) -> None:
    """PostgreSQL's quickest way in."""
    lines = (
        "\t".join(r"\N" if value is None else str(value).translate(COPY_ESCAPES) for value in line) for line in batch
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(names)}) FROM STDIN", io.StringIO("\n".join(lines) + "\n"))

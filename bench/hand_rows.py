"""Stores the comments of bench/hands.py with their signs, and fills a site with others that have signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.hand_texts import Written

# The first number of our own comments: far from what the sample has.
FIRST = 10_000_000


def store(written: Sequence[Written]) -> None:
    """Store these comments in place of those of an earlier run, with their signs as a submission would."""
    from django.utils import timezone

    from blog.models import Post
    from comments.models import Comment, CommentSign, Reader
    from comments.status import Status
    from comments.threads import layout

    Comment.objects.filter(pk__gte=FIRST).delete()
    posts, now = list(Post.objects.values_list("pk", flat=True)[:100]), timezone.now()
    Reader.objects.bulk_create(
        (Reader(email=email, session_key=email[:20]) for email in {comment.email for comment in written}),
        ignore_conflicts=True,
    )
    readers = dict(Reader.objects.values_list("email", "pk"))
    rows = []
    for pk, comment in enumerate(written, FIRST):
        rows.append(
            Comment(
                pk=pk, conversation_id=posts[pk % len(posts)], path=layout.path_below("", pk), name=comment.name,
                reader_id=readers[comment.email], email=comment.email, website=comment.website, body=comment.body,
                address=comment.address, fingerprint=f"hands {pk}", created_at=now, is_verified=comment.is_verified,
                status=Status.APPROVED if comment.is_published else Status.PENDING,
            )
        )  # fmt: skip
    Comment.objects.bulk_create(rows, batch_size=500)
    CommentSign.objects.bulk_create(
        (
            CommentSign(key=key, comment_id=row.pk)
            for row, comment in zip(rows, written, strict=True)
            for key in signs_of(row, comment)
        ),
        batch_size=5_000,
    )


def signs_of(row: Any, comment: Written) -> dict[int, str]:
    from comments.families.signs import SignSource, find_signs

    return find_signs(
        SignSource(
            body=row.body, html=row.html, website=row.website, email=row.email, address=comment.address,
            age=comment.seconds, day=comment.hour // 24,
        )
    )  # fmt: skip


def add_comments(count: int) -> None:
    """Add published comments, each with ten signs, until there are so many: some signs are everybody's."""
    from django.db import connection

    from comments.models import Comment, CommentSign

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # or ten million keys in no order would be written page by page
            for setting in ("cache_size = -1000000", "synchronous = OFF", "foreign_keys = OFF"):
                cursor.execute(f"PRAGMA {setting}")
        if (missing := count - Comment.objects.count()) > 0:
            first = Comment.objects.filter(pk__lt=FIRST).latest("pk").pk + 1
            patterns = Comment.objects.bulk_create(build_patterns(first))
            cursor.execute(copy_statement(first + len(patterns), first + missing, patterns=len(patterns), first=first))
            cursor.execute(signs_statement(first))
        if connection.vendor == "sqlite":
            connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{Comment.objects.count():,} comments with {CommentSign.objects.count():,} signs")


def build_patterns(first: int) -> Iterator[Any]:
    """A comment under each of a hundred posts, of which the others are copies."""
    from blog.models import Post
    from comments.models import Comment
    from comments.status import Status

    for pk, post in enumerate(Post.objects.values_list("thread", flat=True)[:100], first):
        yield Comment(
            pk=pk, conversation_id=post, path=f"pattern {pk}", name=f"Reader {pk}", body="Tea.", html="<p>Tea.</p>",
            fingerprint=f"large {pk}", status=Status.APPROVED,
        )  # fmt: skip


def copy_statement(start: int, end: int, *, patterns: int, first: int) -> str:
    """Inserts copies of the patterns, numbered from `start` to before `end`, each in a place of its own."""
    from comments.models import Comment

    own = {"id": "i", "path": "'copy ' || i", "name": "'Reader ' || i % 9999", "fingerprint": "'large ' || i"}
    columns = [str(field.column) for field in Comment._meta.concrete_fields if not field.generated]
    values = ", ".join(own.get(column, f'"{column}"') for column in columns)
    return f"""
        WITH RECURSIVE numbers(i) AS (SELECT {start} UNION ALL SELECT i + 1 FROM numbers WHERE i < {end - 1})
        INSERT INTO comments_comment ({", ".join(f'"{column}"' for column in columns)})
        SELECT {values} FROM numbers JOIN comments_comment AS pattern ON pattern.id = {first} + i % {patterns}
    """


def signs_statement(first: int) -> str:
    """Inserts the signs of these comments, in the order of their keys: whoever stores them otherwise waits an hour."""
    from comments.families.signs import SignKind, first_key

    words = [(SignKind.WORDS, f"id * 2654435761 + {band} * 977", 1 << 57) for band in range(6)]
    others = [(SignKind.RHYTHM, "id * 40503", 1 << 20), (SignKind.NETWORK, "id * 40503", 1 << 12)]
    shared = [(SignKind.DOMAIN, "(id % 50) * (id % 1000)", 50_000), (SignKind.READER, "id", 9_999)]
    rows = " UNION ALL ".join(
        f"SELECT {first_key(kind)} + ({number}) % {spread} AS key, id FROM comments_comment"
        f" WHERE id BETWEEN {first} AND {FIRST - 1}"
        for kind, number, spread in (*words, *others, *shared)
    )
    return f"INSERT INTO comments_commentsign (key, comment_id) SELECT key, id FROM ({rows}) AS signs ORDER BY key, id"

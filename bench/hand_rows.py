"""Stores the comments of bench/hands.py with their signs, and fills a site with others that have signs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from random import Random
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
                pk=pk, post_id=posts[pk % len(posts)], path=layout.path_below("", pk), name=comment.name,
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
    """Add published comments with signs until there are so many."""
    from django.db import connection

    from comments.models import Comment, CommentSign

    for batch in itertools.batched(large_rows(count - Comment.objects.count()), 5_000):
        Comment.objects.bulk_create(row for row, _keys in batch)
        for part in itertools.batched(batch, 500):
            CommentSign.objects.add_all((key, row.pk) for row, keys in part for key in keys)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{Comment.objects.count():,} comments with {CommentSign.objects.count():,} signs")


def large_rows(count: int) -> Iterator[tuple[Any, set[int]]]:
    """So many published comments, each with ten signs: some links and networks are everybody's, most are one's own."""
    from blog.models import Post
    from comments.families.signs import SignKind, first_key
    from comments.models import Comment
    from comments.status import Status
    from comments.threads import layout

    if count <= 0:
        return
    rng, posts = Random(3), list(Post.objects.values_list("pk", flat=True)[:100])
    first = Comment.objects.order_by("-pk")[0].pk + 1
    for pk in range(first, first + count):
        row = Comment(
            pk=pk, post_id=posts[pk % len(posts)], path=layout.path_below("", pk), name=f"Reader {pk % 9_999}",
            body="Tea.", html="<p>Tea.</p>", fingerprint=f"large {pk}", status=Status.APPROVED,
        )  # fmt: skip
        drawn = {first_key(SignKind.WORDS) + rng.getrandbits(57) for _ in range(6)}
        drawn |= {first_key(SignKind.RHYTHM) + rng.getrandbits(20), first_key(SignKind.NETWORK) + rng.getrandbits(12)}
        drawn |= {
            first_key(SignKind.DOMAIN) + int(rng.paretovariate(0.5)) % 50_000,
            first_key(SignKind.READER) + pk % 9_999,
        }
        yield row, drawn

"""Measures moderation: the queue, thousands of decisions in a batch, and the spam filter's speed and quality.

    python bench/moderation.py [--database sqlite|postgres] [--skip-quality]

The first run makes a site under var/bench; later runs use it again. The filter's quality is measured on a public
corpus, beside scikit-learn's naive Bayes; both are downloaded into var/bench, and left out where they can't be.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits
from comments.spam.classifier import TokenCounts
from comments.spam.features import extract_features

SIZE = {"posts": 500, "comments": 20_000, "thread": 10_000, "chain": 100}
WAITING_COUNTS = (10, 1_000, 50_000)
BULK_SIZE = 5_000
TRAINED_COUNT = 200_000
MODERATOR = "mona"
QUEUE = "/admin/comments/comment/queue/"
# In milliseconds, seconds and milliseconds.
QUEUE_LIMIT, BULK_LIMIT, JUDGE_LIMIT = 150, 10, 5


def main() -> None:
    options = parse_arguments()
    site.use_site(database=options.database, quick=False, purpose="moderation")
    site.fill(SIZE)
    logging.disable(logging.WARNING)
    limits = [*measure_queue(), *measure_bulk(), *measure_scoring()]
    if not options.skip_quality:
        from bench import classifier

        limits += classifier.measure(draws=options.draws)
    sys.exit(0 if check_limits(limits) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--skip-quality", action="store_true", help="leave out the corpus and scikit-learn")
    parser.add_argument("--draws", type=int, default=5, help="samples to draw from each training set (default: 5)")
    return parser.parse_args()


def measure_queue() -> Iterator[Limit]:
    """Print what the queue's pages cost with more and more comments waiting."""
    from bench.in_process import measure_cost

    table = Table("The queue", ("waiting", "page", "ms", "CPU ms", "queries", "bytes"), text_columns=2)
    cookie = site.session_cookie(MODERATOR, group="Moderator")
    for count in WAITING_COUNTS:
        set_waiting(count)
        for name, path in queue_pages().items():
            cost = measure_cost(path, cookie=cookie, runs=7)
            table.row(
                f"{count:,}", name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", len(cost.queries), f"{len(cost.body):,}"
            )
            yield Limit(f"the queue, {count:,} waiting, {name}", cost.wall, QUEUE_LIMIT, "ms")


def queue_pages() -> dict[str, str]:
    from comments.models import Comment

    post = Comment.objects.waiting().values_list("conversation", flat=True).first()
    return {
        "first": QUEUE,
        "by a reason": f"{QUEUE}?kind=first",
        "by a post": f"{QUEUE}?post={post}",
        "older than a day": f"{QUEUE}?age=over-1",
    }


def set_waiting(count: int) -> None:
    """Add comments until `count` wait, each held as its reader's first; or decide on the oldest, if more do."""
    from comments.models import Comment, Decision, Finding

    missing = count - Comment.objects.waiting().count()
    if missing <= 0:
        decide_oldest(-missing)
        return
    for batch in itertools.batched(build_comments(missing), 5_000):
        Comment.objects.bulk_create(batch)
        Finding.objects.bulk_create(Finding(comment=comment, kind="first") for comment in batch)
        Decision.objects.bulk_create(Decision(comment=comment, to_status="pending", via="form") for comment in batch)
    refresh_tables()


def build_comments(count: int) -> Iterator[Any]:
    """Build so many new comments, spread over posts and readers."""
    from django.utils import timezone

    from blog.models import Post
    from comments.models import Comment, Reader
    from comments.threads import layout

    posts = list(Post.objects.values_list("pk", flat=True)[:300])
    readers = list(Reader.objects.values_list("pk", flat=True)[:2_000])
    first = Comment.objects.order_by("-pk")[0].pk + 1
    for pk in range(first, first + count):
        yield Comment(
            pk=pk, conversation_id=posts[pk % len(posts)], reader_id=readers[pk % len(readers)],
            path=layout.path_below("", pk), name=f"Reader {pk}", email=f"reader{pk}@example.org",
            body=f"Comment {pk}, " + "a word more. " * 20, fingerprint=f"waiting {pk}", score=0.3,
            score_reasons=[["word", 0.5]], scored_at=timezone.now(),
        )  # fmt: skip


def refresh_tables() -> None:
    """Bring sequences and statistics up to date; autovacuum would be too late for the first request."""
    from django.core.management.color import no_style
    from django.db import connection

    from comments.models import Comment

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def decide_oldest(count: int) -> None:
    """Remove so many waiting comments, the oldest first."""
    from comments.lifecycle.decide import decide
    from comments.models import Comment
    from comments.status import Status, Via

    ids = list(Comment.objects.waiting().values_list("pk", flat=True)[:count])
    decide(ids, Status.REMOVED, via=Via.DESK)


def measure_bulk() -> Iterator[Limit]:
    """Print what thousands of decisions in one batch cost, and undoing them."""
    from comments.lifecycle.decide import decide
    from comments.lifecycle.undo import undo
    from comments.models import Comment, Decision
    from comments.status import Status, Via

    ids = list(Comment.objects.waiting().values_list("pk", flat=True)[:BULK_SIZE])
    table = Table(f"{BULK_SIZE:,} at once", ("act", "s"))
    for name, to in (("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED)):
        outcome, seconds = time_call(decide, ids, to, via=Via.DESK, by=moderator_user(), expected="pending")
        table.row(name, f"{seconds:.2f}")
        yield Limit(f"{name} {BULK_SIZE:,}", seconds, BULK_LIMIT, "s")
        batch = list(Decision.objects.filter(batch=outcome.batch))
        _, seconds = time_call(undo, batch, by=moderator_user())
        table.row("undo it", f"{seconds:.2f}")
        yield Limit(f"undo {name} {BULK_SIZE:,}", seconds, BULK_LIMIT, "s")


def moderator_user() -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(username=MODERATOR)


def measure_scoring() -> Iterator[Limit]:
    """Print what one score costs when the filter knows TRAINED_COUNT comments, most with invented words."""
    from comments.models import Comment, SpamToken

    rng, bodies = Random(7), list(Comment.objects.values_list("body", flat=True)[:200])
    SpamToken.objects.all().delete()
    SpamToken.objects.create(text="", good=TRAINED_COUNT * 9 // 10, spam=TRAINED_COUNT // 10)
    known = {feature for body in bodies for feature in extract_features(body=body, name="", email="", website="")}
    tokens = {f"made{number}" for number in range(400_000)} | known
    rows = (SpamToken(text=text, good=rng.randrange(1, 900), spam=rng.randrange(0, 100)) for text in sorted(tokens))
    for batch in itertools.batched(rows, 10_000):
        SpamToken.objects.bulk_create(batch, ignore_conflicts=True)
    times = [time_call(score_body, body, SpamToken.objects.counts_for)[1] * 1000 for body in bodies]
    median, slowest = statistics.median(times), max(times)
    print(
        f"\nJudging a comment, {TRAINED_COUNT:,} learned, {len(tokens):,} words: {median:.2f} ms, "
        f"at most {slowest:.2f} ms"
    )
    yield Limit(f"judging a comment, {TRAINED_COUNT:,} learned", median, JUDGE_LIMIT, "ms")


def score_body(body: str, counts_for: Callable[[frozenset[str]], TokenCounts]) -> Any:
    from comments.spam import classifier

    features = extract_features(body=body, name="Ann", email="ann@example.org", website="")
    return classifier.classify(features, counts_for(features))


def time_call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, float]:
    """What the function returns, and the seconds it took."""
    start = time.perf_counter()
    return function(*args, **kwargs), time.perf_counter() - start


if __name__ == "__main__":
    main()

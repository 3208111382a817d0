"""What the moderators' desk costs: the queue, thousands of decisions at once, the spam filter; and how right it is.

    python bench/moderation.py [--database sqlite|postgres] [--skip-quality]

Makes its own site under var/bench at the first run, and keeps it. The filter's quality is measured on a public corpus
that is fetched by npm into var/bench, beside scikit-learn's naive Bayes; what cannot be had is said to be missing.
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
from comments.spam.features import extract_features

SIZE = {"posts": 500, "comments": 20_000, "thread": 10_000, "chain": 100}
WAITING_COUNTS = (10, 1_000, 50_000)
BULK_SIZE = 5_000
TRAINED_COUNT = 200_000
QUEUE = "/admin/comments/comment/queue/"
# Milliseconds, seconds and milliseconds that we hold ourselves to; the rest is printed to be looked at.
QUEUE_LIMIT, BULK_LIMIT, JUDGE_LIMIT = 150, 10, 5


def main() -> None:
    options = parse_arguments()
    site.use_site(database=options.database, quick=False, purpose="moderation")
    site.fill(SIZE)
    logging.disable(logging.WARNING)
    held = [*measure_queue(), *measure_bulk(), *measure_scoring()]
    if not options.skip_quality:
        from bench import classifier

        held += classifier.measure(draws=options.draws)
    print("\nNumbers to hold")
    for what, value, limit, unit in held:
        print(f"{'held    ' if value <= limit else 'NOT HELD'}  {what}: {value:.3g} {unit}, at most {limit} {unit}")
    sys.exit(0 if all(value <= limit for _, value, limit, _ in held) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--skip-quality", action="store_true", help="leave out the corpus and scikit-learn")
    parser.add_argument("--draws", type=int, default=5, help="of decisions from each training set (default: 5)")
    return parser.parse_args()


def measure_queue() -> Iterator[tuple]:
    """The queue's page with so many waiting, first and last; each leaves a number to hold."""
    from bench.in_process import measure_cost

    print(
        "\nThe queue\n\n| waiting | page | ms | CPU ms | queries | bytes |\n| ---: | --- | ---: | ---: | ---: | ---: |"
    )
    cookie = moderator_cookie()
    for count in WAITING_COUNTS:
        set_waiting(count)
        for name, path in queue_pages().items():
            found = measure_cost(path, cookie=cookie, runs=7)
            size = f"{len(found.body):,}"
            print(f"| {count:,} | {name} | {found.wall:.1f} | {found.cpu:.1f} | {len(found.queries)} | {size} |")
            yield f"the queue, {count:,} waiting, {name}", found.wall, QUEUE_LIMIT, "ms"


def queue_pages() -> dict[str, str]:
    from comments.models import Comment

    post = Comment.objects.waiting().values_list("post", flat=True).first()
    return {
        "first": QUEUE,
        "by a reason": f"{QUEUE}?kind=first",
        "by a post": f"{QUEUE}?post={post}",
        "older than a day": f"{QUEUE}?age=over-1",
    }


def moderator_cookie() -> str:
    """The session of a moderator made for the benchmark, on its own site."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="mona", defaults={"is_staff": True, "email": "mona@example.org"})
    user.groups.add(Group.objects.get(name="Moderator"))
    client = Client()
    client.force_login(user)
    return client.cookies.output(header="", attrs=[]).strip()


def set_waiting(count: int) -> None:
    """Add comments until so many wait, each held as the first of its reader, spread over the posts."""
    from django.db import connection
    from django.utils import timezone

    from blog.models import Post
    from comments.models import Comment, Decision, Finding, Reader
    from comments.threads import layout

    lacking, first = count - Comment.objects.waiting().count(), Comment.objects.order_by("-pk").first().pk + 1
    if lacking <= 0:
        return decide_oldest(-lacking)
    posts = list(Post.objects.values_list("pk", flat=True)[:300])
    readers = list(Reader.objects.values_list("pk", flat=True)[:2_000])
    rows = [
        Comment(
            pk=pk, post_id=posts[pk % len(posts)], reader_id=readers[pk % len(readers)],
            path=layout.path_below("", pk), name=f"Reader {pk}", email=f"reader{pk}@example.org",
            body=f"Comment {pk}, " + "a word more. " * 20, fingerprint=f"waiting {pk}", score=0.3,
            score_reasons=[["word", 0.5]], scored_at=timezone.now(),
        )
        for pk in range(first, first + lacking)
    ]  # fmt: skip
    for batch in itertools.batched(rows, 5_000):
        Comment.objects.bulk_create(batch)
        Finding.objects.bulk_create(Finding(comment=one, kind="first") for one in batch)
        Decision.objects.bulk_create(Decision(comment=one, to_status="pending", via="form") for one in batch)
    with connection.cursor() as cursor:
        from django.core.management.color import no_style

        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
        # PostgreSQL tidies up by itself within a minute: nobody counts the rows of a table that was filled just now.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return None


def decide_oldest(count: int) -> None:
    """Decide on so many, oldest first, so that fewer wait."""
    from comments.lifecycle.decide import decide
    from comments.models import Comment
    from comments.status import Status, Via

    ids = list(Comment.objects.waiting().values_list("pk", flat=True)[:count])
    decide(ids, Status.REMOVED, via=Via.DESK)


def measure_bulk() -> Iterator[tuple]:
    """Thousands of decisions at one stroke, and their undoing."""
    from comments.lifecycle.decide import decide
    from comments.lifecycle.undo import undo
    from comments.models import Comment, Decision
    from comments.status import Status, Via

    ids = list(Comment.objects.waiting().values_list("pk", flat=True)[:BULK_SIZE])
    print(f"\n{BULK_SIZE:,} at once\n\n| act | s |\n| --- | ---: |")
    for name, to in (("approve", Status.APPROVED), ("spam", Status.SPAM), ("remove", Status.REMOVED)):
        outcome, seconds = time_call(
            lambda to=to: decide(ids, to, via=Via.DESK, by=moderator_user(), expected="pending")
        )
        print(f"| {name} | {seconds:.2f} |")
        yield f"{name} {BULK_SIZE:,}", seconds, BULK_LIMIT, "s"
        batch = list(Decision.objects.filter(batch=outcome.batch))
        _, seconds = time_call(lambda batch=batch: undo(batch, by=moderator_user()))
        print(f"| undo it | {seconds:.2f} |")
        yield f"undo {name} {BULK_SIZE:,}", seconds, BULK_LIMIT, "s"


def moderator_user() -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(username="mona")


def measure_scoring() -> Iterator[tuple]:
    """One comment judged when the filter has learned from TRAINED others; with made-up words."""
    from comments.lifecycle.spam_training import load_token_counts
    from comments.models import Comment, SpamToken

    rng, chosen = Random(7), list(Comment.objects.values_list("body", flat=True)[:200])
    SpamToken.objects.all().delete()
    SpamToken.objects.create(text="", good=TRAINED_COUNT * 9 // 10, spam=TRAINED_COUNT // 10)
    own = {one for body in chosen for one in extract_features(body=body, name="", email="", website="")}
    made = {f"made{number}" for number in range(400_000)} | own
    rows = (SpamToken(text=text, good=rng.randrange(1, 900), spam=rng.randrange(0, 100)) for text in sorted(made))
    for batch in itertools.batched(rows, 10_000):
        SpamToken.objects.bulk_create(batch, ignore_conflicts=True)
    times = []
    for body in chosen:
        times.append(time_call(lambda body=body: score_body(body, load_token_counts))[1] * 1000)
    middle, slowest = statistics.median(times), max(times)
    print(
        f"\nJudging a comment, {TRAINED_COUNT:,} learned, {len(made):,} words: {middle:.2f} ms, "
        f"at most {slowest:.2f} ms"
    )
    yield f"judging a comment, {TRAINED_COUNT:,} learned", middle, JUDGE_LIMIT, "ms"


def score_body(body: str, counts_for: Callable) -> Any:
    from comments.spam import classifier

    found = extract_features(body=body, name="Ann", email="ann@example.org", website="")
    return classifier.classify(found, counts_for(found))


def time_call(act: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


if __name__ == "__main__":
    main()

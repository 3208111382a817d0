"""What a long thread costs, page by page, for a stranger and for a reader who is shown what is new; is all of it met?

    python bench/threads.py [--database sqlite|postgres] [--quick]

Makes its own site under var/bench at the first run, and keeps it: threads of 10, 100, 1,000 and 100,000 comments, the
longest with a chain of 10,000 replies.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.pages import Table

SIZE = {"posts": 50, "comments": 110_000, "thread": 100_000, "chain": 10_000}
QUICK = {"posts": 50, "comments": 12_000, "thread": 10_000, "chain": 1_000}
ANCHOR = re.compile(rb'class="comment [^"]*" id="comment-(\d+)"')
# What the design promises: queries of a post's page, and how much dearer the dearest page of a thread may be than the
# only page of one of a hundred. Telling what is new takes one query more.
MOST_QUERIES, MOST_TIMES = 8, 3
RUNS = 9


def main() -> None:
    options = parse_arguments()
    site.use_site(database=options.database, quick=options.quick, purpose="threads")
    site.fill(QUICK if options.quick else SIZE)
    logging.disable(logging.WARNING)
    posts = sample_threads()
    print(f"\n{options.database}: threads of {', '.join(f'{size:,}' for size in posts)} comments")
    held = measure(posts)
    sys.exit(0 if all([*held, *check_every_page(posts[max(posts)])]) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="10,000 comments in the longest thread")
    return parser.parse_args()


def sample_threads() -> dict[int, Any]:
    """The posts of the threads of known size."""
    from blog.models import Post

    posts = Post.objects.filter(slug__startswith="thread-").select_related("thread")
    known = {int(post.slug.split("-")[1]): post for post in posts}
    return {size: known[size] for size in sorted(known)}


def measure(posts: dict[int, Any]) -> list[bool]:
    """Every page, from nothing; prints each with what it costs, and what is held of the promises."""
    from bench.in_process import measure_cost

    usual = posts[100].get_absolute_url()
    head = ("comments", "page", "ms", "least", "CPU ms", "queries", "bytes", "gzipped", "to 100 comments")
    table = Table(f"From nothing, medians of {RUNS}, each beside the only page of 100 comments", head)
    held = []
    for size, post in posts.items():
        for name, path in thread_urls(post).items():
            # Measured again each time: what else the machine does changes by the minute.
            first, made = measure_cost(usual, runs=RUNS), measure_cost(path, runs=RUNS)
            queries, times = len(made.queries), comparable_ms(made) / comparable_ms(first)
            packed = len(gzip.compress(made.body, 6))
            table.row(
                f"{size:,}", name, f"{made.wall:.1f}", f"{made.least:.1f}", f"{made.cpu:.1f}", queries,
                f"{len(made.body):,}", f"{packed:,}", f"{times:.2f} times",
            )  # fmt: skip
            held.append(queries <= MOST_QUERIES + ("new" in name) and times <= MOST_TIMES)
            if not held[-1]:
                print(f"NOT HELD  at most {MOST_QUERIES} queries and {MOST_TIMES} times the page of 100 comments")
    return held


def comparable_ms(made: Any) -> float:
    """The milliseconds that are compared: on SQLite all work is this process's own, and its CPU knows no neighbours."""
    from django.db import connection

    return made.cpu if connection.vendor == "sqlite" else made.least


def thread_urls(post: Any) -> dict[str, str]:
    """The first, a middle and the last page, the permalinks of the last and the deepest, the same in pieces."""
    from comments.models import Comment
    from comments.threads import layout
    from comments.views.full_thread import COMMENTS_PER_SECTION

    address, shown = post.get_absolute_url(), post.thread.shown_count
    count, pieces = layout.count_pages(shown), -(-shown // COMMENTS_PER_SECTION)
    places = {"first": 1, "middle": (count + 1) // 2, "last": count}
    found = {f"{name} page": layout.thread_page_url(address, number) for name, number in places.items()}
    deepest = Comment.objects.in_thread_order(post).order_by("-depth", "path").first()
    found["page of the deepest reply"] = deepest.get_thread_url().partition("#")[0]
    last = Comment.objects.in_thread_order(post).last().get_absolute_url()
    new = since_parameter(post, 3), since_parameter(post, shown)
    found |= {"permalink of the last": last, "permalink of the deepest": deepest.get_absolute_url()}
    found |= {"first page, 3 new": f"{address}?since={new[0]}", "first page, all new": f"{address}?since={new[1]}"}
    found["the way to a new one"] = f"{last}?since={new[0]}"
    for name, number in {"first": 1, "middle": (pieces + 1) // 2, "last": pieces}.items():
        found[f"{name} piece of the whole"] = f"{address}discussion/" + (f"page/{number}/" if number > 1 else "")
    return found


def since_parameter(post: Any, count: int) -> int:
    """The Unix second since which so many comments came."""
    from comments.models import Comment

    times = Comment.objects.approved().filter(post=post).order_by("-decided_at").values_list("decided_at", flat=True)
    return int((times[count - 1 : count].first() or times.last()).timestamp())


def check_every_page(post: Any) -> Iterator[bool]:
    """Turn every page of the thread, then every piece of the whole: is each comment met exactly once?"""
    from bench.in_process import get_response
    from comments.models import Comment
    from comments.threads import layout
    from comments.views.full_thread import COMMENTS_PER_SECTION

    address, shown = post.get_absolute_url(), post.thread.shown_count
    order = list(Comment.objects.in_thread_order(post).values_list("pk", flat=True))
    pages = [layout.thread_page_url(address, n) for n in range(1, layout.count_pages(shown) + 1)]
    pieces = [
        f"{address}discussion/" + (f"page/{n}/" if n > 1 else "")
        for n in range(1, -(-shown // COMMENTS_PER_SECTION) + 1)
    ]
    for name, paths in (("pages", pages), ("pieces", pieces)):
        met = [int(pk) for path in paths for pk in ANCHOR.findall(get_response(path)[1])]
        verdict = "held    " if met == order else "NOT HELD"
        print(f"{verdict}  {len(paths):,} {name}: {len(set(met)):,} comments met once")
        yield met == order


if __name__ == "__main__":
    main()

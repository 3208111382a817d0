"""Measures every kind of page of long threads, with and without marks for new comments, and checks that none is lost.

    python bench/threads.py [--database sqlite|postgres] [--quick]

The first run makes a site under var/bench; later runs use it again. Its threads have 10, 100, 1,000 and 100,000
comments, the longest with a chain of 10,000 replies.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Table, print_verdict

if TYPE_CHECKING:
    from bench.in_process import Cost

SIZE = {"posts": 50, "comments": 110_000, "thread": 100_000, "chain": 10_000}
QUICK = {"posts": 50, "comments": 12_000, "thread": 10_000, "chain": 1_000}
ANCHOR = re.compile(rb'class="comment [^"]*" id="comment-(\d+)"')
# What the design promises: the queries of a post's page, one more with marks for new comments; and the slowest page of
# a thread, as a multiple of the only page of a hundred comments.
MAX_QUERIES, MAX_TIMES = 8, 3
RUNS = 9


def main() -> None:
    options = parse_arguments()
    site.use_site(database=options.database, quick=options.quick, purpose="threads")
    site.fill(QUICK if options.quick else SIZE)
    logging.disable(logging.WARNING)
    posts = sample_threads()
    print(f"\n{options.database}: threads of {', '.join(f'{size:,}' for size in posts)} comments")
    verdicts = measure(posts)
    sys.exit(0 if all([*verdicts, *check_every_page(posts[max(posts)])]) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="make the longest thread 10,000 comments")
    return parser.parse_args()


def sample_threads() -> dict[int, Any]:
    """The sampled posts whose slugs say how many comments they have, by that number."""
    from blog.models import Post

    posts = Post.objects.filter(slug__startswith="thread-").select_related("thread")
    known = {int(post.slug.split("-")[1]): post for post in posts}
    return {size: known[size] for size in sorted(known)}


def measure(posts: dict[int, Any]) -> list[bool]:
    """Print what each page costs from nothing; yield whether it meets the limits."""
    from bench.in_process import measure_cost

    usual = posts[100].get_absolute_url()
    head = ("comments", "page", "ms", "least", "CPU ms", "queries", "bytes", "gzipped", "to 100 comments")
    table = Table(f"From nothing, medians of {RUNS}, each beside the only page of 100 comments", head)
    verdicts = []
    for size, post in posts.items():
        for name, path in thread_urls(post).items():
            # Measured again each time, since the machine's load changes by the minute.
            reference, cost = measure_cost(usual, runs=RUNS), measure_cost(path, runs=RUNS)
            queries, times = len(cost.queries), comparable_ms(cost) / comparable_ms(reference)
            gzipped = len(gzip.compress(cost.body, 6))
            table.row(
                f"{size:,}", name, f"{cost.wall:.1f}", f"{cost.least:.1f}", f"{cost.cpu:.1f}", queries,
                f"{len(cost.body):,}", f"{gzipped:,}", f"{times:.2f} times",
            )  # fmt: skip
            verdicts.append(queries <= MAX_QUERIES + ("new" in name) and times <= MAX_TIMES)
            if not verdicts[-1]:
                print_verdict(f"at most {MAX_QUERIES} queries, {MAX_TIMES} times the page of 100", is_met=False)
    return verdicts


def comparable_ms(cost: Cost) -> float:
    """Milliseconds that other load on the machine changes least: on SQLite all work is this process's own CPU time."""
    from django.db import connection

    return cost.cpu if connection.vendor == "sqlite" else cost.least


def thread_urls(post: Any) -> dict[str, str]:
    """The first, middle and last page, permalinks of the last and the deepest comment, and the full-thread pages."""
    from comments.threads import layout
    from comments.threads.orders import Order
    from comments.views.full_thread import COMMENTS_PER_SECTION

    address, shown = post.get_absolute_url(), post.thread.shown_count
    count, pieces = layout.count_pages(shown), -(-shown // COMMENTS_PER_SECTION)
    places = {"first": 1, "middle": (count + 1) // 2, "last": count}
    urls = {f"{name} page": layout.thread_page_url(address, number) for name, number in places.items()}
    for order in (Order.NEWEST, Order.MOST_REPLIED):
        ways = order.address(address)
        urls |= {f"{name} page, {order}": layout.thread_page_url(ways, number) for name, number in places.items()}
    deepest = site.thread_rows(post).order_by("-depth", "path").first()
    urls["page of the deepest reply"] = deepest.get_thread_url().partition("#")[0]
    last = site.thread_rows(post).last().get_absolute_url()
    new = since_parameter(post, 3), since_parameter(post, shown)
    urls |= {"permalink of the last": last, "permalink of the deepest": deepest.get_absolute_url()}
    urls |= {"first page, 3 new": f"{address}?since={new[0]}", "first page, all new": f"{address}?since={new[1]}"}
    urls["the way to a new one"] = f"{last}?since={new[0]}"
    for name, number in {"first": 1, "middle": (pieces + 1) // 2, "last": pieces}.items():
        urls[f"{name} piece of the whole"] = f"{address}discussion/" + (f"page/{number}/" if number > 1 else "")
    return urls


def since_parameter(post: Any, count: int) -> int:
    """The Unix second since which `count` comments have been published."""
    from comments.models import Comment

    published = Comment.objects.approved().filter(post=post, decided_at__isnull=False).order_by("-decided_at")
    times = [moment for moment in published.values_list("decided_at", flat=True) if moment]
    return int(times[min(count, len(times)) - 1].timestamp())


def check_every_page(post: Any) -> Iterator[bool]:
    """Request every page of the thread and of the full thread; yield whether each shows every comment exactly once."""
    from bench.in_process import get_response
    from comments.threads import layout
    from comments.views.full_thread import COMMENTS_PER_SECTION

    address, shown = post.get_absolute_url(), post.thread.shown_count
    order = list(site.thread_rows(post).values_list("pk", flat=True))
    pages = [layout.thread_page_url(address, n) for n in range(1, layout.count_pages(shown) + 1)]
    pieces = [
        f"{address}discussion/" + (f"page/{n}/" if n > 1 else "")
        for n in range(1, -(-shown // COMMENTS_PER_SECTION) + 1)
    ]
    for name, paths in (("pages", pages), ("pieces", pieces)):
        shown_ids = [int(pk) for path in paths for pk in ANCHOR.findall(get_response(path)[1])]
        print_verdict(f"{len(paths):,} {name}: {len(set(shown_ids)):,} comments, each once", is_met=shown_ids == order)
        yield shown_ids == order


if __name__ == "__main__":
    main()

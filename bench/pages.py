"""Measures pages of a site with a million comments: from the page cache, from nothing, and as a file of nginx.

    python bench/pages.py [--database sqlite|postgres] [--quick] [--seconds 3]

The first run makes a site under var/bench, which takes some minutes; later runs use it again. Needs wrk and nginx.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits

# A reader with one of our cookies gets a page of their own, rendered for them from nothing (blog/page_cache.py).
OWN_COOKIE = "registan_x=1"
FIXED_ADDRESSES = {
    "tags": "/tags/",
    "authors": "/authors/",
    "archive": "/archive/",
    "sitemap": "/sitemap.xml",
    "sitemap of posts": "/sitemap-posts.xml",
    "feed, Atom": "/feed/atom/",
    "feed, JSON": "/feed/json/",
    "feed of comments": "/comments/feed/",
    "a page (about)": "/about/",
    "404": "/2020/01/01/nothing-here/",
}
STAFF_ADDRESSES = {
    "admin: posts": "/admin/blog/post/",
    "admin: comments": "/admin/comments/comment/",
    "admin: comments, approved": "/admin/comments/comment/?status__exact=approved",
    "admin: the queue": "/admin/comments/comment/queue/",
}


@dataclass
class Addresses:
    """Paths by their names in the tables: those measured under load, all the others, and those of the staff."""

    loaded: dict[str, str]
    others: dict[str, str]
    staff: dict[str, str]


def main() -> None:
    options = parse_arguments()
    folder = site.use_site(database=options.database, quick=options.quick)
    size = site.QUICK if options.quick else site.FULL
    site.fill(size)
    logging.disable(logging.WARNING)  # the 404 that is measured
    addresses = find_addresses()
    print(f"\n{options.database}: {size['posts']:,} posts, {size['comments']:,} comments; {os.cpu_count()} cores")
    measure_in_process(addresses)
    all_met = check_limits(page_limits(addresses))
    if shutil.which("wrk") and shutil.which("nginx"):
        measure_under_load(folder, addresses, options.seconds)
    else:
        print("wrk or nginx is not installed: nothing was measured under load.")
    sys.exit(0 if all_met else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="use a small site, made within seconds")
    parser.add_argument("--seconds", type=int, default=3, help="of load on each page, each way (default: 3)")
    return parser.parse_args()


def find_addresses() -> Addresses:
    from blog.models import Author, Post, Tag

    threads = {int(post.slug.split("-")[1]): post for post in Post.objects.filter(slug__startswith="thread-")}
    urls = {size: threads[size].get_absolute_url() for size in sorted(threads)}
    longest, posts = threads[max(threads)], Post.objects.count()
    tag, author = (model.objects.order_by("-post_count", "id")[0] for model in (Tag, Author))
    return Addresses(
        loaded={
            "home": "/",
            **{f"post, {size:,} comments": url for size, url in urls.items() if size != 100},
            **last_comments_address(longest),
            "tag": tag.get_absolute_url(),
            **archive_address(posts),
            "feed": "/feed/",
        },
        others={
            "post, 100 comments": urls[100],
            **thread_addresses(longest),
            **list_addresses(posts, day=threads[10].published_on or datetime.date.today()),
            **owner_addresses("tag", tag),
            "author": author.get_absolute_url(),
            **owner_addresses("author", author),
            **FIXED_ADDRESSES,
        },
        staff=STAFF_ADDRESSES,
    )


def last_comments_address(post: Any) -> dict[str, str]:
    from comments.threads import layout

    page = layout.count_pages(post.thread.shown_count)
    return {f"its page {page:,} of comments": f"{post.get_absolute_url()}comment-page-{page}/"}


def archive_address(posts: int) -> dict[str, str]:
    from blog.views.lists import TITLES_PER_PAGE

    page = min(250, -(-posts // TITLES_PER_PAGE))
    return {f"archive, page {page}": f"/archive/page/{page}/"}


def thread_addresses(post: Any) -> dict[str, str]:
    """Pages in the middle of the longest thread, its feed, and the permalink of its last comment."""
    from comments.threads import layout

    url, pages = post.get_absolute_url(), layout.count_pages(post.thread.shown_count)
    return {
        **{f"comments, page {page:,}": f"{url}comment-page-{page}/" for page in (pages // 2, pages * 3 // 4)},
        "permalink of the last comment": site.thread_rows(post).last().get_absolute_url(),
        "feed of the longest thread": f"{url}feed/",
    }


def list_addresses(posts: int, *, day: datetime.date) -> dict[str, str]:
    """Pages of lists of so many posts, at the end and far from both ends."""
    from blog.text.pagination import POSTS_PER_PAGE
    from blog.views.lists import TITLES_PER_PAGE

    pages, archive_pages = -(-posts // POSTS_PER_PAGE), -(-posts // TITLES_PER_PAGE)
    return {
        f"home, page {pages // 2:,}": f"/page/{pages // 2}/",
        f"home, page {pages:,} (last)": f"/page/{pages}/",
        "year": f"/{day.year}/",
        "year, page 40": f"/{day.year}/page/{min(40, posts // 20 // POSTS_PER_PAGE)}/",
        "month": f"/{day.year}/{day.month:02}/",
        f"archive, page {archive_pages:,} (last)": f"/archive/page/{archive_pages}/",
        "sitemap of posts, last page": f"/sitemap-posts.xml?p={-(-posts // 5_000)}",
    }


def owner_addresses(name: str, owner: Any) -> dict[str, str]:
    """The last page and the feed of a tag or an author."""
    from blog.text.pagination import POSTS_PER_PAGE

    url, pages = owner.get_absolute_url(), -(-owner.post_count // POSTS_PER_PAGE)
    return {f"{name}, last page": f"{url}page/{pages}/", f"feed of one {name}": f"{url}feed/"}


def measure_in_process(addresses: Addresses) -> None:
    """Print what each page costs without a network: from nothing and, for readers, from the page cache."""
    from bench.in_process import measure_cost

    head = ("page", "CPU ms", "ms in all", "queries", "cached: CPU ms", "queries", "bytes", "gzipped")
    table = Table("One request inside, from nothing and from the page cache (medians of 20)", head)
    for name, path in (addresses.loaded | addresses.others).items():
        # A lost address is not kept; that a reader asked for it is, in the same cache, and is counted once.
        cost, cached = measure_cost(path, from_cache=name == "404"), measure_cost(path, from_cache=True)
        table.row(
            name, f"{cost.cpu:.1f}", f"{cost.wall:.1f}", len(cost.queries), f"{cached.cpu:.2f}", len(cached.queries),
            f"{len(cost.body):,}", f"{len(gzip.compress(cost.body, 6)):,}",
        )  # fmt: skip
    cookie = site.session_cookie("bench")
    for name, path in addresses.staff.items():
        cost = measure_cost(path, cookie=cookie)
        table.row(name, f"{cost.cpu:.1f}", f"{cost.wall:.1f}", len(cost.queries), "", "", f"{len(cost.body):,}", "")


def page_limits(addresses: Addresses) -> Iterator[Limit]:
    """What the design promises of pages."""
    from bench.in_process import measure_cost

    posts = {name: measure_cost(path) for name, path in addresses.loaded.items() if name.startswith("post")}
    small = posts["post, 10 comments"]
    cached = measure_cost(addresses.loaded["post, 10 comments"], from_cache=True)
    only_page = measure_cost(addresses.others["post, 100 comments"]).wall
    pages = {**addresses.loaded, **addresses.others}
    slowest = max(measure_cost(path).wall for name, path in pages.items() if "page" in name and "comments" in name)
    most_queries = max(len(cost.queries) for cost in posts.values())
    yield Limit("queries of a post's page from nothing", most_queries, 8)
    yield Limit("CPU of a post's page with 10 comments from nothing", small.cpu, 6, "ms")
    yield Limit("queries of a post's page from the cache", len(cached.queries), 2)
    yield Limit("CPU of a post's page from the cache", cached.cpu, 1, "ms")
    yield Limit("slowest page of the longest thread, to the only page of 100 comments", slowest / only_page, 3, "times")


def measure_under_load(folder: Path, addresses: Addresses, seconds: int) -> None:
    """Print the requests a second of gunicorn and of nginx, in turn, on the same cores as wrk."""
    from bench.in_process import get_response

    names = {path: f"{number}.html" for number, path in enumerate(addresses.loaded.values())}
    files = {names[path]: get_response(path)[1] for path in names}
    figures = ("req/s", "p50 ms", "p99 ms", "CPU ms")
    head = ("page", *figures, "nginx req/s", *(f"from nothing: {column}" for column in figures))
    table = Table(f"Under load: 8 connections, {seconds} s each, from the page cache, as a file, from nothing", head)
    with site.gunicorn() as server, site.nginx(folder / "files", files) as static:
        for name, path in addresses.loaded.items():
            cells: list[Any] = [name]
            for headers in ((), (f"Cookie: {OWN_COOKIE}",)):
                cells += load_cells(server, path, seconds, headers)
                if not headers:
                    cells.append(load_cells(static, f"/{names[path]}", max(1, seconds // 2), ())[0])
            table.row(*cells)


def load_cells(server: site.Server, path: str, seconds: int, headers: tuple[str, ...]) -> list[str]:
    """Requests a second, p50, p99, and the server's CPU milliseconds for a request, as cells."""
    from bench.wrk import run_wrk

    run_wrk(server.address + path, seconds=1, headers=headers)  # so that every worker has the page in its cache
    before = server.cpu()
    load = run_wrk(server.address + path, seconds=seconds, headers=headers)
    cpu = (server.cpu() - before) * 1000 / max(1, load.requests)
    if load.failed:
        print(f"{load.failed} of {load.requests} requests of {path} failed")
    return [f"{load.rate:,.0f}", f"{load.p50:.1f}", f"{load.p99:.1f}", f"{cpu:.2f}"]


if __name__ == "__main__":
    main()

"""Measures pages of a site with a million comments: from the page cache, from nothing, and as a file of nginx.

    python bench/pages.py [--database sqlite|postgres] [--quick] [--seconds 3]

The first run makes a site under var/bench, which takes some minutes; later runs use it again. Needs wrk and nginx.
"""

from __future__ import annotations

import argparse
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
    from blog.views.lists import POSTS_PER_PAGE, TITLES_PER_PAGE
    from comments.models import Comment
    from comments.threads import layout

    known = {int(post.slug.split("-")[1]): post for post in Post.objects.filter(slug__startswith="thread-")}
    posts, total = {size: post.get_absolute_url() for size, post in known.items()}, Post.objects.count()
    largest, longest = max(posts), posts[max(posts)]
    pages = layout.count_pages(known[largest].thread.shown_count)
    last = Comment.objects.in_thread_order(known[largest]).last()
    tag, author = (model.objects.order_by("-post_count", "id").first() for model in (Tag, Author))
    titles = -(-total // TITLES_PER_PAGE)
    last_page = {
        owner: f"{owner.get_absolute_url()}page/{-(-owner.post_count // POSTS_PER_PAGE)}/" for owner in (tag, author)
    }
    year = f"/{known[10].published_on.year}/"
    return Addresses(
        loaded={
            "home": "/",
            **{f"post, {size:,} comments": posts[size] for size in sorted(posts) if size != 100},
            f"its page {pages:,} of comments": f"{longest}comment-page-{pages}/",
            "tag": tag.get_absolute_url(),
            f"archive, page {min(250, titles)}": f"/archive/page/{min(250, titles)}/",
            "feed": "/feed/",
        },
        others={
            "post, 100 comments": posts[100],
            f"comments, page {pages // 2:,}": f"{longest}comment-page-{pages // 2}/",
            f"comments, page {pages * 3 // 4:,}": f"{longest}comment-page-{pages * 3 // 4}/",
            "permalink of the last comment": last.get_absolute_url(),
            f"home, page {total // POSTS_PER_PAGE // 2:,}": f"/page/{total // POSTS_PER_PAGE // 2}/",
            f"home, page {-(-total // POSTS_PER_PAGE):,} (last)": f"/page/{-(-total // POSTS_PER_PAGE)}/",
            "year": year,
            "year, page 40": f"{year}page/{min(40, total // 20 // POSTS_PER_PAGE)}/",
            "month": f"{year}{known[10].published_on.month:02}/",
            "tag, last page": last_page[tag],
            "author": author.get_absolute_url(),
            "author, last page": last_page[author],
            "tags": "/tags/",
            "authors": "/authors/",
            "archive": "/archive/",
            f"archive, page {titles:,} (last)": f"/archive/page/{titles}/",
            "sitemap": "/sitemap.xml",
            "sitemap of posts": "/sitemap-posts.xml",
            "sitemap of posts, last page": f"/sitemap-posts.xml?p={-(-total // 5_000)}",
            "feed, Atom": "/feed/atom/",
            "feed, JSON": "/feed/json/",
            "feed of a tag": f"{tag.get_absolute_url()}feed/",
            "feed of an author": f"{author.get_absolute_url()}feed/",
            "feed of comments": "/comments/feed/",
            "feed of the longest thread": f"{longest}feed/",
            "a page (about)": "/about/",
            "404": "/2020/01/01/nothing-here/",
        },
        staff={
            "admin: posts": "/admin/blog/post/",
            "admin: comments": "/admin/comments/comment/",
            "admin: comments, approved": "/admin/comments/comment/?status__exact=approved",
            "admin: the queue": "/admin/comments/comment/queue/",
        },
    )


def measure_in_process(addresses: Addresses) -> None:
    """Print what each page costs without a network: from nothing and, for readers, from the page cache."""
    from bench.in_process import measure_cost

    head = ("page", "CPU ms", "ms in all", "queries", "cached: CPU ms", "queries", "bytes", "gzipped")
    table = Table("One request inside, from nothing and from the page cache (medians of 20)", head)
    for name, path in (addresses.loaded | addresses.others).items():
        cost, cached = measure_cost(path), measure_cost(path, from_cache=True)
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
    each = ("req/s", "p50 ms", "p99 ms", "CPU ms")
    head = ("page", *each, "nginx req/s", *(f"from nothing: {column}" for column in each))
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

"""What a page costs: from the page cache, from nothing, and as a file of nginx; on a site of a million comments.

    python bench/pages.py [--database sqlite|postgres] [--quick] [--seconds 3]

Makes its own site under var/bench at the first run (some minutes), and keeps it. Needs wrk and nginx.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site

# A reader with a cookie of ours gets a page of his own, made for him from nothing (blog/page_cache.py).
OWN_COOKIE = "registan_x=1"


@dataclass
class Addresses:
    """The pages measured under load, and all the others, by what they are called in the tables."""

    loaded: dict[str, str]
    others: dict[str, str]
    staff: dict[str, str]


def main() -> None:
    options = parse_arguments()
    folder = site.use_site(database=options.database, quick=options.quick)
    size = site.QUICK if options.quick else site.FULL
    site.fill(size)
    logging.disable(logging.WARNING)  # the 404 that is measured
    found = find_addresses()
    print(f"\n{options.database}: {size['posts']:,} posts, {size['comments']:,} comments; {os.cpu_count()} cores")
    measure_in_process(found)
    held = check_limits(found)
    if shutil.which("wrk") and shutil.which("nginx"):
        measure_under_load(folder, found, options.seconds)
    else:
        print("wrk or nginx is not installed: nothing was measured under load.")
    sys.exit(0 if held else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="a small site, made within seconds")
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
    deep = {one: f"{one.get_absolute_url()}page/{-(-one.post_count // POSTS_PER_PAGE)}/" for one in (tag, author)}
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
            "tag, last page": deep[tag],
            "author": author.get_absolute_url(),
            "author, last page": deep[author],
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


def measure_in_process(found: Addresses) -> None:
    """Every page once more from nothing, those under load from the cache too."""
    from bench.in_process import measure_cost

    head = ("page", "CPU ms", "ms in all", "queries", "cached: CPU ms", "queries", "bytes", "gzipped")
    table = Table("One request inside, from nothing and from the page cache (medians of 20)", head)
    for name, path in (found.loaded | found.others).items():
        made, kept = measure_cost(path), measure_cost(path, from_cache=True)
        table.row(
            name, f"{made.cpu:.1f}", f"{made.wall:.1f}", len(made.queries), f"{kept.cpu:.2f}", len(kept.queries),
            f"{len(made.body):,}", f"{len(gzip.compress(made.body, 6)):,}",
        )  # fmt: skip
    cookie = staff_cookie()
    for name, path in found.staff.items():
        made = measure_cost(path, cookie=cookie)
        table.row(name, f"{made.cpu:.1f}", f"{made.wall:.1f}", len(made.queries), "", "", f"{len(made.body):,}", "")


def staff_cookie() -> str:
    """The session of an administrator made for the benchmark, on its own site."""
    from django.contrib.auth.models import User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="bench", defaults={"is_staff": True, "is_superuser": True})
    client = Client()
    client.force_login(user)
    return client.cookies.output(header="", attrs=[]).strip()


def check_limits(found: Addresses) -> bool:
    """What the design promises of pages; prints each with what was found."""
    from bench.in_process import measure_cost

    print("\nNumbers to hold")
    posts = {name: measure_cost(path) for name, path in found.loaded.items() if name.startswith("post")}
    small, kept = posts["post, 10 comments"], measure_cost(found.loaded["post, 10 comments"], from_cache=True)
    first = measure_cost(found.others["post, 100 comments"]).wall
    pages = {**found.loaded, **found.others}
    slowest = max(measure_cost(path).wall for name, path in pages.items() if "page" in name and "comments" in name)
    most = max(len(one.queries) for one in posts.values())
    verdicts = [
        ("queries of a post's page from nothing", most, 8, ""),
        ("CPU of a post's page with 10 comments from nothing", small.cpu, 6, " ms"),
        ("queries of a post's page from the cache", len(kept.queries), 2, ""),
        ("CPU of a post's page from the cache", kept.cpu, 1, " ms"),
        ("the slowest page of the longest thread, to the only page of 100 comments", slowest / first, 3, " times"),
    ]
    for what, value, limit, unit in verdicts:
        print(f"{'held    ' if value <= limit else 'NOT HELD'}  {what}: {value:.3g}{unit}, at most {limit}{unit}")
    return all(value <= limit for _, value, limit, _ in verdicts)


def measure_under_load(folder: Path, found: Addresses, seconds: int) -> None:
    """Requests a second of gunicorn and of nginx, one after the other, on the same cores as wrk."""
    from bench.in_process import get_response

    names = {path: f"{number}.html" for number, path in enumerate(found.loaded.values())}
    files = {names[path]: get_response(path)[1] for path in names}
    each = ("req/s", "p50 ms", "p99 ms", "CPU ms")
    head = ("page", *each, "nginx req/s", *(f"from nothing: {one}" for one in each))
    table = Table(f"Under load: 8 connections, {seconds} s each, from the page cache, as a file, from nothing", head)
    with site.gunicorn() as server, site.nginx(folder / "files", files) as static:
        for name, path in found.loaded.items():
            cells: list[Any] = [name]
            for headers in ((), (f"Cookie: {OWN_COOKIE}",)):
                cells += load_cells(server, path, seconds, headers)
                if not headers:
                    cells.append(load_cells(static, f"/{names[path]}", max(1, seconds // 2), ())[0])
            table.row(*cells)


def load_cells(server: site.Server, path: str, seconds: int, headers: tuple[str, ...]) -> list[str]:
    """Cells: requests a second, p50, p99, CPU milliseconds of the server a request."""
    from bench.wrk import run_wrk

    run_wrk(server.address + path, seconds=1, headers=headers)  # every worker has seen the page
    before = server.cpu()
    load = run_wrk(server.address + path, seconds=seconds, headers=headers)
    cpu = (server.cpu() - before) * 1000 / max(1, load.requests)
    if load.failed:
        print(f"{load.failed} of {load.requests} requests of {path} failed")
    return [f"{load.rate:,.0f}", f"{load.p50:.1f}", f"{load.p99:.1f}", f"{cpu:.2f}"]


class Table:
    """Prints rows as they come, in the Markdown that docs/benchmarks.md takes."""

    def __init__(self, title: str, head: tuple[str, ...]) -> None:
        print(f"\n{title}\n")
        self.row(*head)
        self.row("---", *["---:"] * (len(head) - 1))

    def row(self, *cells: Any) -> None:
        print("|", " | ".join(f"{cell}" for cell in cells), "|", flush=True)


if __name__ == "__main__":
    main()

"""Measures pages of search results on sites of three sizes.

    python bench/search.py [--database sqlite|postgres] [--size small|middle|large] [--keep]

Makes each site in turn under var/bench, and deletes it afterwards without --keep.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits

# What a page of results may take.
MAX_MS = 50


def main() -> None:
    options = parse_arguments()
    if options.size:
        measure(options.database, options.size)
    else:
        failed = False
        for database in [options.database] if options.database else ["sqlite", "postgres"]:
            for size in site.SIZES:
                with temporary_site(database, size, keep=options.keep):
                    # A process of its own: settings are read once.
                    command = [sys.executable, __file__, "--database", database, "--size", size]
                    failed |= subprocess.run(command, check=False, cwd=site.ROOT).returncode != 0
        sys.exit(failed)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    parser.add_argument("--size", choices=[*site.SIZES], help="measure one site, and keep it")
    parser.add_argument("--keep", action="store_true", help="keep the sites for the next time")
    return parser.parse_args()


@contextlib.contextmanager
def temporary_site(database: str, size: str, *, keep: bool) -> Iterator[None]:
    """Delete the site and its database at the end, unless `keep`."""
    try:
        yield
    finally:
        if not keep:
            folder = site.use_site(database=database, quick=False, purpose=f"search-{size}")
            shutil.rmtree(folder)
            if database == "postgres":
                site.drop_database(os.environ["DATABASE_URL"])


def measure(database: str, size: str) -> None:
    site.use_site(database=database, quick=False, purpose=f"search-{size}")
    start = time.monotonic()
    site.fill(site.SIZES[size])
    from bench.in_process import measure_cost

    numbers = site.SIZES[size]
    print(f"\n{database}: {numbers['posts']:,} posts, {numbers['comments']:,} comments", flush=True)
    title = f"made, with its index, in {time.monotonic() - start:.0f} s; index {index_bytes() / 1e6:,.0f} MB"
    table = Table(title, ("search", "ms", "CPU ms", "queries", "bytes"))
    limits = []
    for name, path in search_urls().items():
        # No page of results is kept; but that a search found nothing is counted once for each reader, which the cache
        # of pages remembers: emptied, it would be counted again each time.
        cost = measure_cost(path, from_cache="/feed/" not in path)
        table.row(name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", len(cost.queries), f"{len(cost.body):,}")
        limits.append(Limit(name, cost.wall, MAX_MS, "ms"))
    sys.exit(0 if check_limits(limits) else 1)


def search_urls() -> dict[str, str]:
    """Paths by their names in the table."""
    from urllib.parse import urlencode

    rare = create_rare_word()
    queries = {
        f"a rare word ({rare})": rare,
        "a word in every text (the)": "the",
        "a word in a third of all (camel)": "camel",
        "three such words": "camel teapot ledger",
        "one without another": "camel -dome",
        "one of three": "camel OR dome OR river",
        "a phrase that stands often": '"blue camel"',
        "a phrase that stands nowhere": '"camel blue"',
        "a prefix": "cam*",
        "a short prefix": "ca*",
        "author:": "author:anvar",
        "tag: and a word": 'tag:"blue bazaar" camel',
        "year: and a word": "camel year:2007",
        "nothing found, near words offered": "cammel",
        "two words never in one text": f"{rare} qqqq",
    }
    urls = {name: f"/search/?{urlencode({'q': text})}" for name, text in queries.items()}
    urls["comments alone"] = "/search/?q=camel&in=comments"
    urls["page 50"] = "/search/?q=camel&page=50"
    urls["its feed"] = "/search/feed/?q=camel"
    return urls


def create_rare_word() -> str:
    """A word that a single post contains; the post is created on first use."""
    from blog.models import Post

    word = "xylophone"
    if not Post.objects.filter(slug="rare").exists():
        text = f"A {word} alone."
        Post.objects.create(title="Rare", slug="rare", body=text, status=Post.Status.PUBLISHED)
    return word


def index_bytes() -> int:
    """The size of the search entries and their index."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('blog_searchentry')")
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'blog_search%'")
        return int(cursor.fetchone()[0] or 0)


if __name__ == "__main__":
    main()

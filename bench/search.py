"""What a search costs: times, queries and bytes of a page of results, on sites of three sizes.

    python bench/search.py [--database sqlite|postgres] [--size small|middle|large] [--keep]

Makes its own sites under var/bench, one after the other, and removes each when it is measured, unless told to keep it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site

SIZES = {
    "small": {"posts": 1_000, "comments": 10_000, "thread": 5_000, "chain": 100},
    "middle": {"posts": 10_000, "comments": 100_000, "thread": 10_000, "chain": 1_000},
    "large": {"posts": 100_000, "comments": 1_000_000, "thread": 100_000, "chain": 10_000},
}
# What an answer may take, in milliseconds.
LIMIT_MS = 50


def main() -> None:
    options = parse_arguments()
    if options.size:
        measure(options.database, options.size)
    else:
        failed = False
        for database in [options.database] if options.database else ["sqlite", "postgres"]:
            for size in SIZES:
                with temporary_site(database, size, keep=options.keep):
                    # A process of its own: settings are read once.
                    command = [sys.executable, __file__, "--database", database, "--size", size]
                    failed |= subprocess.run(command, check=False, cwd=site.ROOT).returncode != 0
        sys.exit(failed)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"])
    parser.add_argument("--size", choices=[*SIZES], help="of a site that is made, measured and kept")
    parser.add_argument("--keep", action="store_true", help="leave the sites, for the next time")
    return parser.parse_args()


@contextlib.contextmanager
def temporary_site(database: str, size: str, *, keep: bool):
    """Remove the site that is made meanwhile, and on PostgreSQL its database, unless it is kept."""
    try:
        yield
    finally:
        if not keep:
            folder = site.use_site(database=database, quick=False, purpose=f"search-{size}")
            shutil.rmtree(folder)
            if database == "postgres":
                run_on_server(f"DROP DATABASE IF EXISTS {database_name()}")


def database_name() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.strip("/")


def run_on_server(statement: str) -> None:
    """One statement outside our own database."""
    import psycopg2

    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres"))
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


def measure(database: str, size: str) -> None:
    site.use_site(database=database, quick=False, purpose=f"search-{size}")
    if database == "postgres":
        import psycopg2

        with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
            run_on_server(f"CREATE DATABASE {database_name()}")
    begun = time.monotonic()
    site.fill(SIZES[size])
    from bench.in_process import measure_cost

    numbers = SIZES[size]
    print(f"\n{database}: {numbers['posts']:,} posts, {numbers['comments']:,} comments", flush=True)
    print(f"(made, with its index, in {time.monotonic() - begun:.0f} s; index {index_bytes() / 1e6:,.0f} MB)\n")
    print("| search | ms | CPU ms | queries | bytes |\n| --- | ---: | ---: | ---: | ---: |")
    slow = []
    for name, path in search_urls().items():
        one = measure_cost(path)
        print(f"| {name} | {one.wall:.1f} | {one.cpu:.1f} | {len(one.queries)} | {len(one.body):,} |", flush=True)
        slow += [name] if one.wall >= LIMIT_MS else []
    verdict = (
        f"NOT HELD  under {LIMIT_MS} ms: {', '.join(slow)}" if slow else f"held      every search under {LIMIT_MS} ms"
    )
    print(f"\n{verdict}")
    sys.exit(1 if slow else 0)


def search_urls() -> dict[str, str]:
    """The searches that are measured, by what they are called in the table."""
    from urllib.parse import urlencode

    rare = create_rare_word()
    words = {
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
    found = {name: f"/search/?{urlencode({'q': text})}" for name, text in words.items()}
    found["comments alone"] = "/search/?q=camel&in=comments"
    found["page 50"] = "/search/?q=camel&page=50"
    found["its feed"] = "/search/feed/?q=camel"
    return found


def create_rare_word() -> str:
    """A word in a single post, written for the benchmark."""
    from blog.models import Post

    word = "xylophone"
    if not Post.objects.filter(slug="rare").exists():
        text = f"A {word} alone."
        Post.objects.create(title="Rare", slug="rare", body=text, status=Post.Status.PUBLISHED)
    return word


def index_bytes() -> int:
    """What the search keeps, its keys and its index together."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('blog_searchentry')")
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'blog_search%'")
        return int(cursor.fetchone()[0] or 0)


if __name__ == "__main__":
    main()

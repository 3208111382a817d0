"""Measures how an export of WordPress is read and moved in: items and comments a second, and the memory at its peak.

    python bench/wordpress_export.py [--posts 20000] [--comments 200000] [--words 300] [--database sqlite|postgres]

The export is generated, always the same for the same numbers: a tenth of the comments are under one post, every fourth
answers another. It goes to var/bench, and is used again. Each import has an empty site and a process of its own. The
posts are moved in twice, alone and with their comments: the difference is what comments cost, from file to ledger.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")

import django
from django.utils import timezone

from bench import site
from bench.table import Limit, Table, check_limits

FOLDER = Path("var/bench")
MEMORY_LIMIT = 300
COMMENTS_LIMIT = 2_000
PROSE = "of the conversation under every post, which is why people come back & answer each other"
WORDS = PROSE.split()
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
    "<title>A blog of twenty years</title><wp:wxr_version>1.2</wp:wxr_version>"
    "<wp:base_blog_url>https://old.example</wp:base_blog_url>\n"
)
FOOT = "</channel>\n</rss>\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--comments", type=int, default=200_000)
    parser.add_argument("--words", type=int, default=300, help="of each post")
    parser.add_argument("--database", choices=["sqlite", "postgres"], help="import into this one alone")
    parser.add_argument("--import", dest="path", type=Path, help="import this file, and print what it costs as JSON")
    options = parser.parse_args()
    if options.path:
        print(json.dumps(run_import(options.path, options.database)))
        return
    posts, all_of_it = (make_export(options.posts, number, options.words) for number in (0, options.comments))
    limits: list[Limit] = []
    if not options.database:
        django.setup()
        limits += measure(all_of_it, options.posts, options.comments)
    for database in [options.database] if options.database else ["sqlite", "postgres"]:
        alone, whole = import_in_process(posts, database), import_in_process(all_of_it, database)
        limits += print_import(database, alone, whole, posts=options.posts, comments=options.comments)
    sys.exit(0 if check_limits(limits) else 1)


def make_export(posts: int, comments: int, words: int) -> Path:
    path = FOLDER / f"export-{posts}-{comments}-{words}.xml"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            file.writelines(write_export(posts, comments, words))
    return path


def write_export(posts: int, comments: int, words: int) -> Iterator[str]:
    """The export in pieces; the memory that it needs would count as the reader's."""
    yield HEAD
    longest, first = comments // 10, 1
    for number in range(1, posts + 1):
        count = longest if number == posts // 2 else (comments - longest) // max(1, posts - 1)
        yield write_item(number, words)
        yield from (write_comment(comment, first) for comment in range(first, first + count))
        first += count
        yield "</item>\n"
    yield FOOT


def write_item(number: int, words: int) -> str:
    paragraphs = (words_from(number + paragraph, 80) for paragraph in range(words // 80))
    fields = {
        "title": f"Post {number}",
        "link": f"https://old.example/2020/05/post-{number}/",
        "dc:creator": f"author{number % 300}",
        "guid": f"https://old.example/?p={number}",
        "content:encoded": "\n\n".join(paragraphs),
        "wp:post_id": str(number),
        "wp:post_date": "2020-05-01 12:00:00",
        "wp:post_date_gmt": "2020-05-01 10:00:00",
        "wp:post_name": f"post-{number}",
        "wp:status": "publish",
        "wp:post_type": "post",
    }
    return "<item>\n" + "".join(wrap(name, text) for name, text in fields.items())


def write_comment(number: int, first: int) -> str:
    fields = {
        "wp:comment_id": str(number),
        "wp:comment_author": f"Reader {number % 9_000}",
        "wp:comment_author_email": f"reader{number % 9_000}@example.org",
        "wp:comment_date": "2020-05-02 12:00:00",
        "wp:comment_date_gmt": "2020-05-02 10:00:00",
        "wp:comment_content": words_from(number, 40),
        "wp:comment_approved": "1",
        "wp:comment_type": "comment",
        "wp:comment_parent": str(number - 1 if number % 4 == 0 and number > first else 0),
        "wp:comment_user_id": "0",
    }
    url = "<wp:comment_author_url>https://reader.example/?a=1&b=2</wp:comment_author_url>\n"
    return f"<wp:comment>\n{''.join(wrap(name, text) for name, text in fields.items())}{url}</wp:comment>\n"


def wrap(name: str, text: str) -> str:
    return f"<{name}><![CDATA[{text}]]></{name}>\n"


def words_from(start: int, count: int) -> str:
    return " ".join(WORDS[(start * place) % len(WORDS)] for place in range(1, count + 1))


def measure(path: Path, posts: int, comments: int) -> Iterator[Limit]:
    """Print what the inventory of the export costs, from the file to the last number."""
    from registan.transfer.wordpress.inventory.inventory import Inventory
    from registan.transfer.wordpress.reader.export_files import find_parts

    before = peak_memory()
    start = time.process_time()
    inventory = Inventory(now=timezone.now())
    for part in find_parts([path]):
        inventory.read(part)
    sections = inventory.sections()
    seconds, memory = time.process_time() - start, peak_memory()
    assert sections["Items by kind"] == {"post": posts}
    table = Table("The inventory of an export", ("", "number"))
    table.row("MB of XML", f"{path.stat().st_size / 1024**2:,.0f}")
    table.row("items a second of CPU", f"{posts / seconds:,.0f}")
    table.row("comments a second of CPU", f"{comments / seconds:,.0f}")
    table.row("MB a second of CPU", f"{path.stat().st_size / 1024**2 / seconds:,.1f}")
    table.row("MB of memory before", f"{before:,.0f}")
    table.row("MB of memory at the peak", f"{memory:,.0f}")
    yield Limit("memory at the peak", memory, MEMORY_LIMIT, "MB")
    yield Limit("CPU of 2,000 comments", seconds * COMMENTS_LIMIT / comments, 1, "s")


def import_in_process(path: Path, database: str) -> dict[str, float]:
    """What `run_import` returns, of a process of its own: settings are read once, and memory is counted from there."""
    command = [sys.executable, __file__, "--database", database, "--import", str(path)]
    output = subprocess.run(command, check=True, cwd=site.ROOT, stdout=subprocess.PIPE, text=True).stdout
    cost: dict[str, float] = json.loads(output.splitlines()[-1])
    return cost


def run_import(path: Path, database: str) -> dict[str, float]:
    """Move the export into an empty site, ledger included: seconds, those of CPU, and MB of memory at the peak."""
    folder = site.use_site(database=database, quick=False, purpose="import")
    if database == "postgres":
        site.drop_database(os.environ["DATABASE_URL"])
    shutil.rmtree(folder)
    folder.mkdir()
    site.create_database(os.environ["DATABASE_URL"])
    site.run_manage("migrate", "--verbosity", "0")
    django.setup()
    from django.core.management import call_command

    start, cpu = time.monotonic(), time.process_time()
    call_command("import_wordpress", str(path), stdout=io.StringIO())
    return {"seconds": time.monotonic() - start, "cpu": time.process_time() - cpu, "memory": peak_memory()}


def print_import(
    database: str, alone: dict[str, float], whole: dict[str, float], *, posts: int, comments: int
) -> Iterator[Limit]:
    rate = comments / (whole["cpu"] - alone["cpu"])
    table = Table(f"An import into {database}", ("", "number"))
    table.row("seconds, posts alone", f"{alone['seconds']:,.0f}")
    table.row("seconds, posts and comments", f"{whole['seconds']:,.0f}")
    table.row("of these, seconds of its own CPU", f"{whole['cpu']:,.0f}")
    table.row("posts a second of CPU", f"{posts / alone['cpu']:,.0f}")
    table.row("comments a second of CPU, besides their posts", f"{rate:,.0f}")
    table.row("MB of memory at the peak, posts alone", f"{alone['memory']:,.0f}")
    table.row("MB of memory at the peak", f"{whole['memory']:,.0f}")
    yield Limit("memory at the peak", whole["memory"], MEMORY_LIMIT, "MB")
    yield Limit("CPU of 2,000 comments", COMMENTS_LIMIT / rate, 1, "s")


def peak_memory() -> float:
    """The most memory that this process has had, in MB (Linux counts in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

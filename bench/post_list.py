"""Measures the list of posts in the admin, searched and filtered, on a site of 100,000 posts.

    python bench/post_list.py [--database sqlite|postgres] [--quick]

The first run makes a site under var/bench and keeps it. PostgreSQL's own time is asked of EXPLAIN ANALYZE.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits

FULL = {"posts": 100_000, "comments": 20_000, "thread": 10_000, "chain": 1_000}
# What the list may cost in any state: CPU of the process, and time of the database's server.
MAX_MS = 50
# One post of so many is a draft, waits for review, or is scheduled.
STEP = 60
# Times that PostgreSQL runs each query: the least counts, which other load changes least.
RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true", help="500 posts instead of 100,000")
    options = parser.parse_args()
    site.use_site(database=options.database, quick=options.quick, purpose="posts")
    site.fill(site.QUICK if options.quick else FULL)
    from bench.in_process import measure_cost

    cookie = sign_in()
    withdraw_some()
    table = Table(f"{options.database}: list of posts", ("state", "CPU ms, least", "median", "in SQL", "queries"))
    limits = []
    for name, query in list_states().items():
        cost = measure_cost(f"/admin/blog/post/?{urlencode(query)}", cookie=cookie)
        served = server_time(cost.queries)
        table.row(name, f"{cost.least_cpu:.1f}", f"{cost.cpu:.1f}", f"{served:.1f}", len(cost.queries))
        limits.append(Limit(f"list of posts, {name}", cost.least_cpu + served, MAX_MS, "ms"))
    sys.exit(0 if check_limits(limits) else 1)


def sign_in() -> str:
    """The cookie of an editor's session."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user, _is_new = User.objects.get_or_create(username="bench-editor")
    user.groups.add(Group.objects.get(name="Editor"))
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def withdraw_some() -> None:
    """Make drafts and scheduled posts of some, once: a sample has published posts alone."""
    from blog.models import Post

    if Post.objects.filter(status=Post.Status.DRAFT).exists():
        return
    later = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
    for number, post in enumerate(Post.objects.order_by("-pk")[::STEP]):
        changes = (post.save_draft, post.hand_in, lambda: post.schedule(later))  # noqa: B023  called at once
        changes[number % 3]()


def list_states() -> dict[str, dict[str, Any]]:
    """What the list is asked for, by names of rows; filters by what most posts have."""
    from blog.models import Author, Tag

    author = {"author": Author.objects.order_by("-post_count")[0].slug}
    tag = {"tag": Tag.objects.order_by("-post_count")[0].slug}
    month, open_talk = {"month": "2015-06"}, {"conversation__exact": "open"}
    word, published = {"q": "camel"}, {"state": "published"}
    return {
        "all": {},
        "page 2": {"p": 2},
        "page 40": {"p": 40},
        **{f"state {state}": {"state": state} for state in ("draft", "review", "scheduled", "published")},
        "author": author,
        "author, page 40": {**author, "p": 40},
        "tag": tag,
        "tag, page 40": {**tag, "p": 40},
        "month": month,
        "conversation": open_talk,
        "author, tag": {**author, **tag},
        "author, tag, published": {**author, **tag, **published},
        "author, tag, month": {**author, **tag, **month},
        "tag, draft": {**tag, "state": "draft"},
        "a word in every text": {"q": "the"},
        "a word in a third of all": word,
        "a word in none": {"q": "xylophone"},
        "three words": {"q": "camel teapot ledger"},
        "a phrase": {"q": '"blue camel"'},
        "a part of a word": {"q": "ame"},
        "a word, page 5": {**word, "p": 5},
        "a word, author": {**word, **author},
        "a word, tag, published": {**word, **tag, **published},
        "a word, month": {**word, **month},
        "a word, draft": {**word, "state": "draft"},
    }


def server_time(queries: list[str]) -> float:
    """Milliseconds in which PostgreSQL plans and runs these queries; on SQLite they are in the process's own."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    total = 0.0
    with connection.cursor() as cursor:
        for query in queries:
            if query.lstrip().upper().startswith("SELECT"):
                total += min(explain(cursor, query) for _run in range(RUNS))
    return total


def explain(cursor: Any, query: str) -> float:
    cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query.replace('%', '%%')}", [])
    plan = cursor.fetchone()[0][0]
    return float(plan["Planning Time"] + plan["Execution Time"])


if __name__ == "__main__":
    main()

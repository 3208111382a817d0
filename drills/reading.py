"""A crowd at one page that has just changed, a chain of replies and a wide thread."""

from __future__ import annotations

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from drills.fault import Drill, Fault
from drills.load import ask

CROWD, REQUESTS = 50, 500
THREAD, CHAIN = 3_000, 1_000
# A sample needs a site without any of these.
EMPTY = "[model.objects.all().delete() for model in (Post, Author, Reader)]"
MEGABYTE = 1024 * 1024
# How often nginx may ask the application: once a second, for those who came at the same moment, and for whoever waited
# for the first page longer than proxy_cache_lock_timeout.
RENDERED = 200


def stampede(drill: Drill) -> None:
    """Fifty at once ask 500 times for a post while comments on it are published."""
    statuses, waits = Counter[int](), list[float]()

    def read(number: int) -> None:
        begun = time.monotonic()
        try:
            page = ask(drill.stack.address, drill.stack.cast["post"], sender=f"127.9.{number % CROWD}.1")
            statuses[page.status] += 1
        except (OSError, HTTPException):
            statuses[0] += 1
        waits.append(time.monotonic() - begun)

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = [crowd.submit(read, number) for number in range(REQUESTS)]
        for _ in range(10):
            body = drill.ledger.intend()
            drill.load.compose(body, is_ann=True)
            drill.load.send(body)
        for answer in answers:
            answer.result()
    p99 = sorted(waits)[int(REQUESTS * 0.99) - 1]
    drill.promise(statuses == {200: REQUESTS}, f"readers saw {dict(statuses)}")
    drill.note(f"{REQUESTS} reads by {CROWD} at once, 10 changes: {dict(statuses)}, p99 {p99:.1f} s")
    if drill.stack.nginx:
        log = (drill.stack.folder / "registan.access.log").read_text()
        found = Counter(
            line.rsplit(" ", 1)[1] for line in log.splitlines() if f'"GET {drill.stack.cast["post"]} ' in line
        )
        asked = sum(count for state, count in found.items() if state not in {"HIT", "STALE", "UPDATING"})
        drill.promise(asked <= RENDERED, f"the application was asked {asked} times")
        drill.note(f"nginx: {', '.join(f'{count} {state}' for state, count in found.items())}")


def deep_and_wide(drill: Drill) -> None:
    """A thread of thousands with a chain of a thousand replies: every page in time, the deepest reachable."""
    drill.stack.change(f"from blog.models import *; from comments.models import *; {EMPTY}")
    drill.stack.manage("sample", "--posts=20", f"--comments={THREAD + 1_200}", f"--thread={THREAD}", f"--chain={CHAIN}")
    drill.earlier = drill.stack.stored()
    path = drill.stack.change(
        "from comments.models import Comment\n"
        "deepest = Comment.objects.filter(shown=True).extra(select={'n': 'length(path)'}).order_by('-n')[0]\n"
        "print(deepest.post.get_absolute_url(), deepest.pk, deepest.get_thread_url())"
    ).split()
    post, number, thread = path
    sizes, waits = [], []
    for where in (post, thread.partition("#")[0], f"{post}comment-page-{THREAD // 100}/"):
        for _ in range(2):
            begun = time.monotonic()
            page = ask(drill.stack.address, where, Cookie=drill.stack.cast["ann"])
            waits.append(time.monotonic() - begun)
            sizes.append(len(page.text))
            drill.promise(page.status == 200, f"{where} was answered {page.status}")
        if where == thread.partition("#")[0]:
            drill.promise(re.search(rf'id="comment-{number}"', page.text), "the deepest reply is not on its page")
    drill.promise(max(sizes) < MEGABYTE, f"a page has {max(sizes):,} characters")
    drill.promise(min(waits) < 5, f"pages took {min(waits):.1f} s at least")
    drill.note(
        f"{THREAD:,} comments, a chain of {CHAIN:,}: pages of at most {max(sizes) // 1024} kB in {max(waits):.1f} s"
    )


FAULTS = (
    Fault("stampede", "a crowd at a page that changes", "23", play=stampede),
    Fault("deep-and-wide", "a deep chain and a wide thread", "24, 25", play=deep_and_wide, is_alone=True),
)

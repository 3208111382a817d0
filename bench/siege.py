"""Besieges a site of a million comments: programs ask for what is expensive, while readers read and write.

    python bench/siege.py [--database sqlite|postgres] [--quick] [--seconds 120] [--rate 200]

Fails when readers wait longer than the design promises, or when a comment that was acknowledged is not there. The first
run makes a site under var/bench, which takes some minutes; later runs use it again.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.table import Limit, Table, check_limits

ADDRESSES = 10_000
# Seconds between two posts that a reader opens, and between two comments that a reader sends.
POST_EVERY, COMMENT_EVERY = 0.1, 0.5
WORDS = ("water", "stone", "wall", "light", "city", "garden", "melon", "letter", "border", "number")
# A reader with one of our cookies gets a page of their own, rendered for them from nothing.
OWN_COOKIE = "Cookie: registan_x=1\r\n"


@dataclass
class Answers:
    """What one kind of request was answered: milliseconds, by status, and the bodies' places."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: int) -> float:
        return statistics.quantiles(self.times, n=100)[share - 1] if len(self.times) > 1 else 0.0


@dataclass
class Targets:
    """What is asked for: expensive addresses, posts, and where and when the form of a comment was opened."""

    expensive: list[str]
    posts: list[str]
    form: str
    stamp: str


class Siege:
    """Sends requests at their times, whether or not earlier ones have been answered."""

    def __init__(self, port: int, targets: Targets) -> None:
        self.port, self.targets = port, targets
        self.random = random.Random(1)
        self.answers = {name: Answers() for name in ("expensive", "post", "comment")}
        self.numbers = itertools.count(1)

    async def run(self, *, seconds: float, rate: float) -> None:
        await asyncio.gather(
            self.repeat(self.ask_expensive, 1 / rate, seconds),
            self.repeat(self.ask_post, POST_EVERY, seconds),
            self.repeat(self.send_comment, COMMENT_EVERY, seconds),
        )

    async def repeat(self, act: Callable[[], Coroutine[None, None, None]], every: float, seconds: float) -> None:
        begun, tasks = time.perf_counter(), []
        for number in range(int(seconds / every)):
            await asyncio.sleep(max(0.0, begun + number * every - time.perf_counter()))
            tasks.append(asyncio.create_task(act()))
        await asyncio.gather(*tasks)

    async def ask_expensive(self) -> None:
        await self.ask("expensive", "GET", self.random.choice(self.targets.expensive))

    async def ask_post(self) -> None:
        await self.ask("post", "GET", self.random.choice(self.targets.posts), head=OWN_COOKIE)

    async def send_comment(self) -> None:
        number = next(self.numbers)
        text = " ".join(self.random.choices(WORDS, k=40))
        form = {"name": f"Reader {number}", "email": f"siege{number}@example.org", "body": f"{text} {number}"}
        body = urlencode({**form, "stamp": self.targets.stamp})
        head = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        await self.ask("comment", "POST", self.targets.form, head=f"{head}Sec-Fetch-Site: same-origin\r\n", body=body)

    async def ask(self, kind: str, method: str, path: str, *, head: str = "", body: str = "") -> None:
        """One request on a connection of its own, from one of the ten thousand addresses."""
        number = self.random.randrange(ADDRESSES)
        sender = f"10.{number % 50}.{number // 50}.{self.random.randrange(1, 255)}"
        lines = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\nAccept-Encoding: gzip\r\n"
        begun = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(f"{lines}X-Forwarded-For: {sender}\r\n{head}\r\n{body}".encode())
            answer = await reader.read()
            writer.close()
            status = int(answer.split(b" ", 2)[1]) if answer else 0
        except OSError:
            status = 0
        self.answers[kind].times.append((time.perf_counter() - begun) * 1000)
        self.answers[kind].statuses[status] += 1


def find_targets() -> Targets:
    """Searches, whole discussions and pages at any depth; posts with a page of comments; the newest open post."""
    from blog.models import Conversation, Post, Tag
    from comments.submission import form_time

    numbers = random.Random(2)
    posts = Post.objects.published().latest_first()
    pages = posts.count() // 10
    threads = Conversation.objects.filter(shown_count__range=(10, 60)).select_related("post")[:200]
    long = Conversation.objects.order_by("-shown_count").select_related("post")[0]
    url = long.post.get_absolute_url()
    tags = [tag.get_absolute_url() for tag in Tag.objects.order_by("-post_count")[:20]]
    expensive = [
        *(f"/search/?q={first}+{second}" for first in WORDS for second in WORDS),
        *(f"/page/{numbers.randrange(2, pages)}/" for _ in range(2_000)),
        *(f"{url}comment-page-{numbers.randrange(2, long.shown_count // 100)}/" for _ in range(500)),
        *(f"{thread.post.get_absolute_url()}discussion/" for thread in threads),
        *(f"{tag}page/{numbers.randrange(2, 50)}/" for tag in tags for _ in range(20)),
    ]
    newest = posts[0]
    return Targets(
        expensive=expensive,
        posts=[thread.post.get_absolute_url() for thread in threads],
        form=f"{newest.get_absolute_url()}comments/",
        stamp=form_time.sign_form_time(newest, seconds_ago=60),
    )


def main() -> None:
    options = read_options()
    os.environ["TRUSTED_PROXIES"] = "127.0.0.1"
    site.use_site(database=options.database, quick=options.quick)
    site.fill(site.QUICK if options.quick else site.FULL)
    targets = find_targets()
    from comments.models import Comment

    before = Comment.objects.count()
    with site.gunicorn() as server:
        siege = Siege(urlsplit(server.address).port or 0, targets)
        asyncio.run(siege.run(seconds=options.seconds, rate=options.rate))
    stored = Comment.objects.count() - before
    table = Table("Answers", ("request", "answers", "p50 ms", "p95 ms", "p99 ms", "by status"))
    for name, answers in siege.answers.items():
        times = [f"{answers.percentile(share):.0f}" for share in (50, 95, 99)]
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(answers.statuses.items()))
        table.row(name, len(answers.times), *times, statuses)
    post, comment = siege.answers["post"], siege.answers["comment"]
    print(f"\nComments acknowledged: {comment.statuses[302]}, stored: {stored}.")
    limits = [
        Limit("95 of 100 posts within", post.percentile(95), 100, "ms"),
        Limit("95 of 100 comments within", comment.percentile(95), 1_000, "ms"),
        Limit("posts not answered", len(post.times) - post.statuses[200], 0),
        Limit("comments acknowledged and not stored", comment.statuses[302] - stored, 0),
    ]
    sys.exit(not check_limits(limits))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""Measures how well comments from one hand are found, what moderators save, and what it costs among a million.

    python bench/hands.py [--database sqlite|postgres] [--comments 1000000]

Six hundred comments of thirty machine-made hands among three thousand true ones (bench/hand_texts.py) are judged by a
moderator who takes the queue page by page: those on which the weights were chosen, and two draws that nobody had seen.
With --comments they are among so many other comments with ten signs each, and the queue itself is timed. The first run
makes a site under var/bench; later runs use it again.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import site
from bench.hand_rows import FIRST, add_comments, signs_of, store
from bench.hand_texts import HANDS, OTHER_SEEDS, PEOPLE_COMMENTS, PER_HAND, TRAINING_SEED, Written, write_all
from bench.table import Limit, Table, check_limits

SIZE = {"posts": 100, "comments": 1_000, "thread": 100, "chain": 10}
MODERATOR, QUEUE = "mona", "/admin/comments/comment/queue/"
PAGE = 50
# False joins in a hundred true comments; milliseconds.
FALSE_LIMIT, LOOKUP_LIMIT, QUEUE_LIMIT, WRITE_LIMIT = 1, 50, 150, 2


def main() -> None:
    options = parse_arguments()
    site.use_site(database=options.database, quick=False, purpose="hands-large" if options.comments else "hands")
    site.fill(SIZE)
    logging.disable(logging.WARNING)
    add_comments(options.comments)
    store(write_all())
    limits = [*measure_queue(), *measure_popular(), *measure_days(), *measure_writing()]
    sys.exit(0 if check_limits(limits) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--comments", type=int, default=0, help="how many others there are (default: 1,000)")
    return parser.parse_args()


@dataclass
class Day:
    """What a moderator did: presses of a button for the hands' comments, for true ones, and to part false members."""

    hand_acts: int = 0
    true_acts: int = 0
    parted: int = 0
    false_joins: set[int] = field(default_factory=set)
    cards: int = 0
    whole: int = 0
    held: int = 0
    missed: int = 0
    largest: Counter[int] = field(default_factory=Counter)
    lookups: list[tuple[float, float]] = field(default_factory=list)


def measure_days() -> Iterator[Limit]:
    """Print what becomes of the hands of each draw when the whole queue is decided, page by page."""
    days = {seed: spend_day(write_all(seed)) for seed in (TRAINING_SEED, *OTHER_SEEDS)}
    table = Table(
        f"Thirty hands among three thousand true comments, by seed (the weights were chosen on {TRAINING_SEED})",
        ("", *map(str, days)),
    )
    for label, value in ROWS.items():
        table.row(label, *(value(day) for day in days.values()))
    for seed, day in days.items():
        share = 100 * len(day.false_joins) / PEOPLE_COMMENTS
        yield Limit(f"false joins in a hundred true comments, seed {seed}", share, FALSE_LIMIT)
        cpu = statistics.median(cpu for _wall, cpu in day.lookups)
        yield Limit(f"looking up a page of the queue, seed {seed}, CPU", cpu, LOOKUP_LIMIT, "ms")


ROWS: dict[str, Callable[[Day], str]] = {
    f"hands of {HANDS} whose comments all share one family": lambda day: str(day.whole),
    "comments of a hand on its largest card, of a hundred": lambda day: (
        f"{100 * sum(day.largest.values()) / (HANDS * PER_HAND):.1f}"
    ),
    f"true comments of {PEOPLE_COMMENTS:,} joined with another hand's": lambda day: str(len(day.false_joins)),
    "cards": lambda day: str(day.cards),
    "comments that wait": lambda day: f"{day.held:,}",
    "acts for the hands, one by one": lambda _day: str(HANDS * PER_HAND),
    "acts for the hands, as cards": lambda day: str(day.hand_acts + day.missed),
    "acts to part a true comment from a card": lambda day: str(day.parted),
    "comments of hands that stay published when the queue is empty": lambda day: str(day.missed),
    "looking up a page of the queue": lambda day: median_times(day.lookups),
}


def spend_day(written: Sequence[Written]) -> Day:
    """Store these comments and decide all of them as a moderator would."""
    from comments.models import Comment

    store(written)
    known = dict(enumerate(written, FIRST))
    Comment.objects.filter(pk__lt=FIRST, status="pending").update(status="removed")
    day = Day(whole=whole_families(known), held=sum(not comment.is_published for comment in written))
    while ids := list(Comment.objects.waiting().values_list("pk", flat=True)[:PAGE]):
        decide_page(ids, known, day)
    left = Comment.objects.filter(pk__gte=FIRST, status="approved")
    day.missed = sum(known[pk].hand >= 0 for pk in left.values_list("pk", flat=True))
    return day


def whole_families(known: dict[int, Written]) -> int:
    """How many hands have all their comments in one family, whichever of them wait."""
    from comments.models import Comment
    from comments.queue.families import find_families

    families = find_families(Comment.objects.filter(pk__gte=FIRST).values_list("pk", flat=True))
    hands = [{pk for pk, comment in known.items() if comment.hand == hand} for hand in range(HANDS)]
    return sum(any(hand <= family.members for family in families) for hand in hands)


def decide_page(ids: list[int], known: dict[int, Written], day: Day) -> None:
    """Decide each card of a page by what most of its members are, and the other comments one by one."""
    from comments.models import Comment
    from comments.queue.families import find_families, load_families

    families: list[Any] = []
    day.lookups.append(time_call(lambda: families.extend(load_families(find_families(ids)))))
    decided: set[int] = set()
    for family in families:
        members = {comment.pk for comment in family.members}
        day.cards += 1
        people = Counter(known[pk].person for pk in members)
        person, count = people.most_common(1)[0]
        strangers = {pk for pk in members if known[pk].person != person}
        day.false_joins |= {pk for pk in strangers if known[pk].hand < 0}
        if person >= 0 and strangers:
            day.false_joins |= {pk for pk in members if known[pk].hand < 0}
        day.parted += len(strangers)
        if person < 0:
            day.hand_acts += 1
            day.largest[-person - 1] = max(day.largest[-person - 1], count)
            Comment.objects.filter(pk__in=members - strangers).update(status="spam")
        else:
            day.true_acts += 1
            Comment.objects.filter(pk__in=members - strangers, status="pending").update(status="approved")
        decided |= members
    for pk in set(ids) - decided:
        is_machine = known[pk].hand >= 0
        day.hand_acts += is_machine
        day.true_acts += not is_machine
        Comment.objects.filter(pk=pk).update(status="spam" if is_machine else "approved")
    strangers = {pk for pk in decided & set(ids) if Comment.objects.filter(pk=pk, status="pending").exists()}
    for pk in strangers:  # parted from the card: then decided by itself
        Comment.objects.filter(pk=pk).update(status="spam" if known[pk].hand >= 0 else "approved")


def measure_writing() -> Iterator[Limit]:
    """Print what the signs add to a submission: finding them before the transaction, and storing them in it."""
    from comments.models import Comment, CommentSign

    written = write_all()
    store(written)
    rows = list(Comment.objects.filter(pk__gte=FIRST).order_by("pk")[:1_000])
    finding, storing, counts = [], [], []
    for row, comment in zip(rows, written, strict=False):
        CommentSign.objects.filter(comment=row).delete()
        finding.append(time_call(partial(signs_of, row, comment)))
        keys = signs_of(row, comment)
        storing.append(time_call(partial(CommentSign.objects.add, row.pk, keys)))
        counts.append(len(keys))
    print(f"\nThe signs of one comment: {statistics.median(counts):.0f}, at most {max(counts)}")
    print(f"finding them: {median_times(finding)}; storing them: {median_times(storing)}")
    for name, times in (("finding", finding), ("storing", storing)):
        yield Limit(f"{name} the signs, CPU", statistics.median(cpu for _wall, cpu in times), WRITE_LIMIT, "ms")


def measure_queue() -> Iterator[Limit]:
    """Print what the first page of the queue costs, with its cards."""
    from bench.in_process import measure_cost

    cookie = site.session_cookie(MODERATOR, group="Moderator")
    cost = measure_cost(QUEUE, cookie=cookie, runs=7)
    table = Table("The first page of the queue", ("ms", "CPU ms", "queries", "bytes"), text_columns=0)
    table.row(f"{cost.wall:.1f}", f"{cost.cpu:.1f}", len(cost.queries), f"{len(cost.body):,}")
    yield Limit("the first page of the queue, CPU", cost.cpu, QUEUE_LIMIT, "ms")


def measure_popular() -> Iterator[Limit]:
    """Print what it costs when a page of comments links to what the whole site links to."""
    from django.db.models import Count

    from comments.families.signs import SignKind, first_key
    from comments.models import CommentSign
    from comments.queue.families import find_families

    domains = CommentSign.objects.filter(key__gte=first_key(SignKind.DOMAIN), key__lt=first_key(SignKind.WEBSITE))
    popular = domains.values_list("key").annotate(n=Count("key")).order_by("-n", "key")[:1]
    for key, bearers in popular:
        seeds = list(CommentSign.objects.filter(key=key).order_by("-comment").values_list("comment", flat=True)[:PAGE])
        times = [time_call(partial(find_families, seeds)) for _ in range(7)]
        print(f"\n{len(seeds)} comments with a website that {bearers:,} link to: {median_times(times)}")
        yield Limit(
            "looking up a popular website, CPU", statistics.median(cpu for _wall, cpu in times), LOOKUP_LIMIT, "ms"
        )


type Times = tuple[float, float]


def time_call(function: Callable[[], Any]) -> Times:
    """The milliseconds that the function takes, in all and of this process's CPU."""
    start, cpu = time.perf_counter(), time.process_time()
    function()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - cpu)


def median_times(times: Sequence[Times]) -> str:
    wall, cpu = (statistics.median(each) for each in zip(*times, strict=True))
    return f"{wall:.2f} ms (CPU {cpu:.2f})"


if __name__ == "__main__":
    main()

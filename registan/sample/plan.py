"""Plans the synthetic site in numbers, without models: which post has which comments, and when.

Posts are numbered from 1 in order of publication and comments from 1 in order of time, as on a site that grew.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from comments.status import Status

DAY_SECONDS = 24 * 60 * 60
# Twenty years up to the first of January 2026, in seconds of Unix time.
START_TIME, END_TIME = 1_136_073_600, 1_767_225_600
# Threads to compare, besides the longest. Those of up to 100 comments have approved comments alone.
KNOWN_SIZES = (10, 100, 1_000)
MAX_WAITING = 200
REPLY_SHARE, AUTHOR_REPLY_SHARE = 0.6, 0.04
# A reply answers one of this many comments before it.
MAX_REPLY_DISTANCE = 40


@dataclass(frozen=True)
class SampleSize:
    """The size of the site: `thread` comments on the largest post, `chain` of them in a chain of replies."""

    posts: int
    comments: int
    thread: int
    chain: int

    @property
    def known(self) -> list[int]:
        """The sizes of the threads to compare, the longest last."""
        return [size for size in KNOWN_SIZES if size < self.thread] + [self.thread]

    def error(self) -> str:
        """Why there can't be a site of this size, as a sentence; "" when there can."""
        if self.thread < 1 or sum(self.known) > self.comments:
            return f"Threads of {self.known} comments need a site of at least {sum(self.known):,}, and at least 1 each."
        if self.posts <= len(self.known):
            return f"Threads of {self.known} comments need more than {len(self.known)} posts."
        return "" if 0 <= self.chain <= self.thread else "The chain must fit into the thread."


class PlannedComment(NamedTuple):
    """A comment's place, time and status. `parent` is 0 when it answers the post."""

    post: int
    parent: int
    at: int
    status: Status
    by_author: bool


class SamplePlan:
    """The comments of the whole site, at random."""

    def __init__(self, size: SampleSize, rng: Random) -> None:
        self.size, self.rng = size, rng
        self.published = [
            0,
            *sorted(START_TIME + int(rng.random() * (END_TIME - DAY_SECONDS - START_TIME)) for _ in range(size.posts)),
        ]
        # Their posts are neighbours, before the last tenth of the site's time.
        first = max(1, size.posts * 9 // 10 - len(size.known))
        self.known = {first + n: length for n, length in enumerate(size.known)}
        self.waiting = min(MAX_WAITING, size.comments // 50)

    def places(self) -> list[PlannedComment]:
        """Return every comment, in order of time."""
        earlier: list[list[int]] = [[] for _ in range(self.size.posts + 1)]
        ranks = dict.fromkeys(self.known, 0)
        arrivals, places = sorted(self.arrivals()), []
        newest = self.newest(arrivals)
        for pk, (at, post) in enumerate(arrivals, 1):
            status = self.status(post, is_new=pk in newest)
            parent, by_author = self.parent(earlier[post], post, ranks.get(post, 0))
            if post in ranks:
                ranks[post] += 1
            # What readers never saw has no replies.
            if status not in (Status.PENDING, Status.SPAM):
                earlier[post].append(pk)
            places.append(PlannedComment(post, parent, at, status, by_author and status == Status.APPROVED))
        return places

    def arrivals(self) -> Iterator[tuple[int, int]]:
        """Yield (time, post) of each comment: threads to compare go on to the end, others last a few days."""
        for post, length in self.known.items():
            rest = END_TIME - self.published[post]
            yield from ((self.published[post] + int(self.rng.random() * rest), post) for _ in range(length))
        posts = range(1, self.size.posts + 1)
        weights = (0 if post in self.known else min(self.rng.paretovariate(1.2), 200) for post in posts)
        count = self.size.comments - sum(self.known.values())
        for post in self.rng.choices(posts, cum_weights=list(itertools.accumulate(weights)), k=count):
            yield min(END_TIME, self.published[post] + int(self.rng.expovariate(1 / (3 * DAY_SECONDS)))), post

    def newest(self, arrivals: list[tuple[int, int]]) -> set[int]:
        """The numbers of the comments that wait for a moderator: the latest outside the threads to compare."""
        others = (pk for pk in range(len(arrivals), 0, -1) if arrivals[pk - 1][1] not in self.known)
        return set(itertools.islice(others, self.waiting))

    def status(self, post: int, *, is_new: bool) -> Status:
        chance = self.rng.random()
        if chance < 0.005 and self.known.get(post, 101) > 100:
            return Status.REMOVED if chance < 0.004 else Status.WITHDRAWN
        if post in self.known:
            return Status.APPROVED
        if is_new:
            return Status.PENDING
        return Status.SPAM if chance < 0.015 else Status.APPROVED

    def parent(self, earlier: list[int], post: int, rank: int) -> tuple[int, bool]:
        """Which comment the comment `rank` of a thread answers, and whether an author of the post wrote it.

        Only authors answer the comment just before their own, which keeps fingerprints unique.
        """
        chance = self.rng.random()
        back = int(self.rng.random() * min(len(earlier), MAX_REPLY_DISTANCE))
        link = rank - self.size.thread // 2
        if self.known.get(post) == self.size.thread and 0 <= link < self.size.chain:
            return (earlier[-1] if link else 0), False
        if not earlier or chance >= REPLY_SHARE:
            return 0, False
        return (earlier[-1], True) if chance < AUTHOR_REPLY_SHARE else (earlier[-1 - back], False)


def flag_shown(places: list[PlannedComment]) -> bytearray:
    """Mark with 1 each comment (from 1) that is shown: approved, or with a shown reply."""
    shown = bytearray(len(places) + 1)
    for pk in range(len(places), 0, -1):
        shown[pk] |= places[pk - 1].status == Status.APPROVED
        shown[places[pk - 1].parent] |= shown[pk]
    return shown


def compute_depths(places: list[PlannedComment]) -> array[int]:
    """Count the ancestors of each comment (from 1)."""
    depths = array("l", [-1])
    for place in places:
        depths.append(depths[place.parent] + 1)
    return depths


def count_threads(places: list[PlannedComment], shown: bytearray) -> array[int]:
    """How many of the thread are shown that each comment (from 1) begins; 0 for a reply."""
    first, sizes = array("l", [0]), array("l", [0] * (len(places) + 1))
    for pk, place in enumerate(places, 1):
        first.append(first[place.parent] or pk)
        sizes[first[pk]] += shown[pk]
    return sizes

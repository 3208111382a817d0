"""Measures pages: made from nothing, and from caches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.peers.contestant import LARGE_THREAD, SMALL_THREAD, Contestant, check_page
from bench.peers.measure import CONNECTIONS, Results, take_turns
from bench.peers.sample import Sample
from bench.table import Table
from bench.wrk import Load, run_wrk

# A page is measured until so many requests were answered, but no longer than so many times what was asked for.
ENOUGH_REQUESTS, MOST_TIMES = 4 * CONNECTIONS, 8


def measure_pages(contestants: Sequence[Contestant], sample: Sample, *, seconds: int, turns: int) -> Results:
    """Every page of each contestant, uncompressed, as nothing but the application makes it."""
    print_sizes(contestants, sample)
    results: Results = {}
    for page in dict.fromkeys(page for contestant in contestants for page in contestant.pages):
        having = [contestant for contestant in contestants if page in contestant.pages]
        measure_page(results, page, page, having, encoding="identity", seconds=seconds, turns=turns)
    return results


def measure_cached(contestants: Sequence[Contestant], sample: Sample, *, seconds: int, turns: int) -> Results:
    """Two posts from caches, compressed and not."""
    results: Results = {}
    for page in (SMALL_THREAD, LARGE_THREAD):
        for encoding in ("gzip", "identity"):
            for contestant in contestants:
                check_page(contestant, page, sample, encoding=encoding)
            row = f"{page}, {'gzip' if encoding == 'gzip' else 'uncompressed'}"
            measure_page(results, row, page, contestants, encoding=encoding, seconds=seconds, turns=turns)
    return results


def measure_page(
    results: Results,
    row: str,
    page: str,
    contestants: Sequence[Contestant],
    *,
    encoding: str,
    seconds: int,
    turns: int,
) -> None:
    # By the way, every process gets warm.
    durations = {
        contestant.name: find_duration(contestant, page, seconds=seconds, encoding=encoding)
        for contestant in contestants
    }

    def load(contestant: Contestant) -> Load:
        return load_page(contestant, page, seconds=durations[contestant.name], encoding=encoding)

    take_turns(results, row, contestants, turns, load)


def find_duration(contestant: Contestant, page: str, *, seconds: int, encoding: str) -> int:
    """So many seconds; more for a page that is so slow that too few would be answered meanwhile."""
    duration = 1
    while load_page(contestant, page, seconds=duration, encoding=encoding).requests < ENOUGH_REQUESTS:
        if duration >= seconds * MOST_TIMES:
            break
        duration *= 2
    return max(seconds, duration)


def load_page(contestant: Contestant, page: str, *, seconds: int, encoding: str = "gzip") -> Load:
    """Request the page for so many seconds, and wait until the contestant is idle again.

    A request that is under way when the time is up is worked off though nobody waits for it: it is counted, too.
    """
    load = run_wrk(
        contestant.address + contestant.pages[page],
        seconds=seconds,
        headers=tuple(f"{name}: {value}" for name, value in contestant.headers.items()),
        connections=CONNECTIONS,
        encoding=encoding,
    )
    contestant.settle()
    return replace(load, requests=load.requests + CONNECTIONS)


def print_sizes(contestants: Sequence[Contestant], sample: Sample) -> None:
    """What each page holds, after it was looked for the post's and the comments' own words."""
    table = Table("What the pages are", ("page", "who", "bytes", "comments"), text_columns=2)
    for page in dict.fromkeys(page for contestant in contestants for page in contestant.pages):
        for contestant in contestants:
            if page not in contestant.pages:
                continue
            size, comments = check_page(contestant, page, sample)
            table.row(page, contestant.name, f"{size:,}", comments or "")

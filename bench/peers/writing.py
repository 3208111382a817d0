"""Measures how fast comments are stored, and how fast a post is saved."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.peers.contestant import CommentCounts, Contestant
from bench.peers.measure import CONNECTIONS, Measurement, Results, take_turns
from bench.peers.sample import SERIAL
from bench.wrk import Load, run_wrk

SCRIPT = Path(__file__).resolve().parent / "post.lua"
MAX_SAVES = 200


def measure_comments(contestants: Sequence[Contestant], folder: Path, *, seconds: int, turns: int) -> Results:
    """Comments of known readers, published at once, and of strangers, held for a moderator; from 1 and 16 writers."""
    results: Results = {}
    for is_known in (True, False):
        files = {contestant.name: write_forms(contestant, folder, is_known) for contestant in contestants}
        for writers in (1, CONNECTIONS):
            row = f"{'published at once' if is_known else 'held'}, {writers} at a time"

            def load(contestant: Contestant, writers: int = writers, is_known: bool = is_known) -> Load:
                forms = files[contestant.name]  # noqa: B023  used within this round of the loop
                return store_comments(contestant, forms, writers=writers, is_known=is_known, seconds=seconds)

            take_turns(results, row, contestants, turns, load)
    return results


def write_forms(contestant: Contestant, folder: Path, is_known: bool) -> Path:
    """Fill in the contestant's forms, for the script to send."""
    assert contestant.comment_forms is not None
    lines = []
    for form in contestant.comment_forms(is_known):
        headers = [text for name, value in form.headers.items() if value for text in (name, value)]
        lines.append("\t".join([form.path, form.body, *headers]))
    path = folder / f"forms, {contestant.name}.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def store_comments(contestant: Contestant, forms: Path, *, writers: int, is_known: bool, seconds: int) -> Load:
    """Send forms for so many seconds; RuntimeError unless as many comments are stored as were answered."""
    assert contestant.count_comments is not None
    before = contestant.count_comments()
    first = int(time.time() * 10_000)  # so that no two runs send the same
    load = run_wrk(
        contestant.address,
        seconds=seconds,
        connections=writers,
        script=(str(SCRIPT), str(forms), SERIAL, str(first)),
    )
    contestant.settle()  # what a server does after it has answered, as Registan's worker, belongs to the cost
    after = contestant.count_comments()
    stored = CommentCounts(*(new - old for new, old in zip(after, before, strict=True)))
    expected, other = (stored.published, stored.held) if is_known else (stored.held, stored.published)
    # wrk counts answers; what was under way when it ended is stored as well, and so it has its share of the CPU.
    if other or not load.requests <= expected <= load.requests + writers:
        raise RuntimeError(f"{contestant.name}: {load.requests} comments were answered, but stored: {stored}")
    return replace(load, requests=expected)


def measure_saving(contestants: Sequence[Contestant], *, seconds: int, turns: int) -> Results:
    """One author who saves a post, each time with more text, as soon as it is saved."""
    results: Results = {}
    able = [contestant for contestant in contestants if contestant.save_post]
    for contestant in able:
        save_posts(contestant, seconds=1)
    for _ in range(turns):
        for contestant in able:
            measurement = results.setdefault(("a post is saved", contestant.name), Measurement())
            load, cpu = save_posts(contestant, seconds=seconds)
            measurement.loads.append(load)
            measurement.cpu += cpu
    return results


def save_posts(contestant: Contestant, *, seconds: int) -> tuple[Load, float]:
    """Save for so many seconds; the load, and the CPU in seconds of the saving alone."""
    assert contestant.save_post is not None
    times, cpu, end = list[float](), 0.0, time.monotonic() + seconds
    while time.monotonic() < end and len(times) < MAX_SAVES:
        took, used = contestant.save_post(f"Saved at {time.time()}.")
        times.append(took)
        cpu += used
    milliseconds = sorted(1_000 * took for took in times)
    p99 = milliseconds[int(len(milliseconds) * 0.99)]
    return Load(len(times) / sum(times), len(times), statistics.median(milliseconds), p99, failed=0), cpu

"""Measures contestants by turns, so that a machine that grows slower or faster meanwhile does so for all of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.peers.contestant import Contestant
from bench.wrk import Load

# Requests under way at a time.
CONNECTIONS = 16

type Results = dict[tuple[str, str], Measurement]


@dataclass
class Measurement:
    """What one contestant's row came to, over several turns: CPU in seconds, of all its processes."""

    loads: list[Load] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return statistics.median(load.rate for load in self.loads)

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for a request."""
        return self.cpu * 1_000 / max(1, sum(load.requests for load in self.loads))

    @property
    def p50(self) -> float:
        return statistics.median(load.p50 for load in self.loads)

    @property
    def p99(self) -> float:
        return statistics.median(load.p99 for load in self.loads)


def take_turns(
    results: Results, row: str, contestants: Sequence[Contestant], turns: int, load: Callable[[Contestant], Load]
) -> None:
    """Put what each contestant does under the load into `results`, under (row, its name).

    `load` returns when the contestant is idle again, with all requests that it has worked on. RuntimeError when some
    of them fail.
    """
    for _ in range(turns):
        for contestant in contestants:
            measurement = results.setdefault((row, contestant.name), Measurement())
            before = contestant.processes.cpu()
            measurement.loads.append(load(contestant))
            measurement.cpu += contestant.processes.cpu() - before
            if failed := measurement.loads[-1].failed:
                raise RuntimeError(f"{contestant.name}, {row}: {failed} requests failed")

"""Runs wrk and parses its report."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

# As many as gunicorn has threads: the server is busy, and no connection waits for a thread.
CONNECTIONS = 8
# Seconds that an answer may take.
TIMEOUT = 60
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)\s*$", re.MULTILINE)


@dataclass
class Load:
    """A run of wrk: requests a second, and the milliseconds within which 50 and 99 of 100 were answered."""

    rate: float
    requests: int
    p50: float
    p99: float
    failed: int


def run_wrk(
    url: str,
    *,
    seconds: int,
    headers: tuple[str, ...] = (),
    connections: int = CONNECTIONS,
    encoding: str = "gzip",
    script: tuple[str, ...] = (),
) -> Load:
    """Request `url` for so many seconds, accepting gzip as browsers do; or what a Lua script, given with its
    arguments, makes of it."""
    options = [option for header in (f"Accept-Encoding: {encoding}", *headers) for option in ("-H", header)]
    options += ["-s", script[0], url, "--", *script[1:]] if script else [url]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={TIMEOUT}s", "--latency", *options]
    report = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + TIMEOUT + 60).stdout
    latency = {int(share): float(number) * UNITS[unit] for share, number, unit in LATENCY.findall(report)}
    return Load(
        rate=float(first_match(r"Requests/sec:\s+([\d.]+)", report)),
        requests=int(first_match(r"(\d+) requests in", report)),
        p50=latency[50],
        p99=latency[99],
        failed=sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", report))
        + sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", report)),
    )


def first_match(pattern: str, report: str) -> str:
    """The first group of the pattern; ValueError when wrk reports otherwise than expected."""
    found = re.search(pattern, report)
    if found is None:
        raise ValueError(f"wrk reports no {pattern}: {report}")
    return found[1]

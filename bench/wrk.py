"""wrk, and what it says."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

# As many as gunicorn has threads: the server is busy, and nobody waits for a place.
CONNECTIONS = 8
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)\s*$", re.MULTILINE)


@dataclass
class Load:
    """What one run of wrk found: requests a second, and milliseconds that half and 99 of 100 waited at most."""

    rate: float
    requests: int
    p50: float
    p99: float
    failed: int


def run_wrk(url: str, *, seconds: int, headers: tuple[str, ...] = ()) -> Load:
    """Ask for `url` for so many seconds, as a browser that takes gzip."""
    words = [word for header in ("Accept-Encoding: gzip", *headers) for word in ("-H", header)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *words, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    waited = {int(share): float(number) * UNITS[unit] for share, number, unit in LATENCY.findall(said)}
    return Load(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        requests=int(re.search(r"(\d+) requests in", said)[1]),
        p50=waited[50],
        p99=waited[99],
        failed=sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
        + sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", said)),
    )

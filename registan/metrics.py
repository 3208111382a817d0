"""Counts requests, queries and cached pages for Prometheus, in all processes of this machine together.

Only with TRUSTED_MONITORS: otherwise nothing here is imported, and a request costs nothing more.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

# Files of numbers that the processes share, in memory where the machine has such a folder. Prometheus's client reads
# the variable when it is imported; processes that are forked from this one inherit both.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    shared_memory = Path("/dev/shm")  # noqa: S108
    folder = tempfile.mkdtemp(prefix="registan-metrics-", dir=shared_memory if shared_memory.is_dir() else None)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))

from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from registan.site_gauges import as_text

# What answered without Django: a page that this process remembers (registan/fast_path.py).
FROM_MEMORY = "memory"
ADD_SECONDS = 1.0
KINDS = {"admin": "staff", "accounts": "staff", "feed": "feed", "media": "file", "static": "file", "share": "file"}
# The text format, by the version that every Prometheus reads.
CONTENT_TYPE_PLAIN = "text/plain; version=0.0.4; charset=utf-8"
WATCHERS = frozenset({"healthz", "readyz", "metrics"})

REQUESTS = Counter("registan_requests", "Requests, by kind and status.", ["kind", "status"])
SECONDS = Histogram(
    "registan_request_seconds",
    "Time until an answer of Django's was ready, by kind; pages from memory take none worth counting.",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
QUERIES = Counter("registan_queries", "Statements to the database in requests that Django answered.")
PAGES = Counter("registan_cached_pages", "Pages that may be cached: found (hit), or rendered (miss).", ["result"])

type Application = Callable[..., Iterable[bytes]]


class CountingApplication:
    """WSGI middleware between the fast path and Django."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        statuses: list[str] = []

        def record_start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            statuses.append(status[:3])
            return start_response(status, headers, *more)

        queries = QueryCount()
        started = time.perf_counter()
        with connection.execute_wrapper(queries):
            response = self.application(environ, record_start)
        kind = request_kind(environ)
        SECONDS.labels(kind).observe(time.perf_counter() - started)
        REQUESTS.labels(kind, statuses[0] if statuses else "500").inc()
        QUERIES.inc(queries.count)
        if (is_hit := getattr(response, "is_cache_hit", None)) is not None:
            PAGES.labels("hit" if is_hit else "miss").inc()
        return response


class QueryCount:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def request_kind(environ: dict[str, Any]) -> str:
    """One of a few words, whatever strangers ask for."""
    first, _slash, _rest = environ["PATH_INFO"].lstrip("/").partition("/")
    if first in WATCHERS:
        return "watcher"
    if kind := KINDS.get(first):
        return kind
    return "page" if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else "form"


class MemoryCount:
    """Counts what the fast path answers. Adding to the shared files costs a third of such an answer, so each process
    does that once a second: the last answers before a pause are in the numbers when the next request comes."""

    def __init__(self) -> None:
        self.pending = {"200 OK": itertools.count(1), "304 Not Modified": itertools.count(1)}
        self.added = dict.fromkeys(self.pending, 0)
        self.next_add = dict.fromkeys(self.pending, 0.0)
        self.lock = threading.Lock()

    def __call__(self, status: str) -> None:
        if (counter := self.pending.get(status)) is None:
            return
        number = next(counter)  # as one step, whatever other threads do
        now = time.monotonic()
        if now >= self.next_add[status]:
            self.next_add[status] = now + ADD_SECONDS
            self.add(status, number)

    def add(self, status: str, number: int) -> None:
        """Bring the shared number of this status up to `number`."""
        with self.lock:
            missing = number - self.added[status]
            if missing > 0:
                REQUESTS.labels(FROM_MEMORY, status[:3]).inc(missing)
                self.added[status] = number


def exposition() -> tuple[bytes, str]:
    """Everything in Prometheus's text format, and its content type."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry) + as_text().encode(), CONTENT_TYPE_PLAIN

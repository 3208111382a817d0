"""Measures single requests by calling the WSGI application directly, without a network or other load."""

from __future__ import annotations

import functools
import gc
import io
import statistics
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

RUNS = 20


@dataclass
class Cost:
    """Medians of RUNS requests in milliseconds of CPU and of wall time; queries and body of a single request.

    `least` and `least_cpu` are the shortest times, which other load changes least.
    """

    cpu: float
    wall: float
    queries: list[str]
    body: bytes
    least: float
    least_cpu: float


@functools.cache
def load_application() -> Any:
    from registan.wsgi import application

    return application


def get_response(path: str, *, cookie: str = "", gzip: bool = False) -> tuple[str, bytes]:
    """(status, body) of a GET of `path` through everything that a server calls: middleware, connections, signals."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": cookie, "HTTP_ACCEPT_ENCODING": "gzip" if gzip else "", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    status: list[str] = []
    response = load_application()(environ, lambda line, headers, exc_info=None: status.append(line))
    try:
        return status[0], b"".join(response)
    finally:
        if hasattr(response, "close"):  # not what is answered before Django
            response.close()


def measure_cost(path: str, *, from_cache: bool = False, cookie: str = "", runs: int = RUNS) -> Cost:
    """Measure `path` from the page cache or from nothing; RuntimeError when it answers with an error."""

    def prepare() -> None:
        if not from_cache:
            caches["pages"].clear()
            load_application().answers.clear()

    status, body = get_response(path, cookie=cookie)
    if not status.startswith(("200", "204", "301", "302", "404")):
        raise RuntimeError(f"{path} answers {status}.")
    gc.collect()
    gc.freeze()  # what is loaded, as in deploy/gunicorn.conf.py
    prepare()
    with CaptureQueriesContext(connection) as captured:
        get_response(path, cookie=cookie)
    queries = [query["sql"] for query in captured.captured_queries]
    cpu, wall = zip(*(time_request(path, prepare, cookie) for _ in range(runs)), strict=True)
    return Cost(statistics.median(cpu), statistics.median(wall), queries, body, min(wall), min(cpu))


def time_request(path: str, prepare: Any, cookie: str) -> tuple[float, float]:
    """(CPU, wall) milliseconds of a request that accepts gzip, as browsers do."""
    prepare()
    cpu, wall = time.process_time(), time.perf_counter()
    get_response(path, cookie=cookie, gzip=True)
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000

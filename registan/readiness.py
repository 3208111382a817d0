"""Says whether this process can serve readers, and what else does not work; asked by load balancers and by people.

Two faults take a machine out (decision 0078): a database that does not answer, and one without this version's tables.
With anything else pages are served, and no other machine of the site would fare better.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest

from blog.models import Clock
from blog.web.client_ip import client_ip, is_trusted_proxy, parse_ip
from registan.database import missing_migrations
from registan.site_health import background, machinery, waiting
from registan.site_health.health_line import HealthLine

READY, DEGRADED, DOWN = "ready", "degraded", "down"
# Changes no row, and is refused where nothing may be written.
HARMLESS_WRITE = "UPDATE blog_workerbeat SET at = at WHERE id < 0"


class Check(NamedTuple):
    """`find_fault` returns what is wrong, "" for nothing; `is_fatal`: no page can be served."""

    name: str
    find_fault: Callable[[], str]
    is_fatal: bool = False


def database_fault() -> str:
    Clock.read()
    return ""


def migrations_fault() -> str:
    return ", ".join(f"{app}.{name}" for app, name in missing_migrations(connection))


def writing_fault() -> str:
    """May rows be written? A file that another process is writing to may."""
    if settings.READ_ONLY:
        return ""
    if connection.vendor == "sqlite":
        return sqlite_writing_fault(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute(HARMLESS_WRITE)
    return ""


def sqlite_writing_fault(path: str) -> str:
    """Asked past the queue of writers, which may be long."""
    address = f"file:{quote(path)}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as probe:
        try:
            probe.execute("BEGIN IMMEDIATE")
            probe.execute(HARMLESS_WRITE)
            probe.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return "" if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY else str(error)
    return ""


def fault_of(line: Callable[[], HealthLine]) -> Callable[[], str]:
    """The fault that a line of the health page tells, if any."""

    def find_fault() -> str:
        found = line()
        return str(found.fact) if found.state.needs_attention else ""

    return find_fault


CHECKS = (
    Check("database", database_fault, is_fatal=True),
    Check("migrations", migrations_fault, is_fatal=True),
    Check("writing", writing_fault),
    Check("cache", fault_of(machinery.cache_line)),
    Check("worker", fault_of(background.worker_line)),
    Check("email", fault_of(waiting.oldest_email_line)),
    Check("disk", fault_of(machinery.disk_room_line)),
)


def assess() -> tuple[str, dict[str, str]]:
    """READY, DEGRADED or DOWN, and what is wrong by the name of the check; the first fatal fault ends the search."""
    faults: dict[str, str] = {}
    for check in CHECKS:
        try:
            fault = check.find_fault()
        except (Error, Clock.DoesNotExist, OSError, sqlite3.Error) as error:
            fault = f"{type(error).__name__}: {error}".strip().partition("\n")[0]
            if isinstance(error, Error):
                connection.close()
        if fault:
            faults[check.name] = fault
            if check.is_fatal:
                return DOWN, faults
    return (DEGRADED if faults else READY), faults


def may_know(request: HttpRequest) -> bool:
    """Is it from one of TRUSTED_MONITORS? A proxy that is not ours, or not named as such, speaks for strangers."""
    sender = parse_ip(request.META.get("REMOTE_ADDR", ""))
    came_through_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    is_socket = not request.META.get("REMOTE_ADDR")
    if came_through_proxy and not (is_trusted_proxy(sender) or (is_socket and settings.TRUSTED_PROXIES)):
        return False
    address = parse_ip(client_ip(request))
    return address is not None and any(address in network for network in settings.TRUSTED_MONITORS)

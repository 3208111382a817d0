"""Lines about what the site stands on: the disk, the database and the cache."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from blog.models.rendition import IMAGE_FOLDER
from registan.site_health.health_line import HealthLine, State

GIGABYTE = 1024**3
# Less than a tenth of a disk is used up sooner than most people think.
LITTLE_SHARE = 10
# A large upload, SQLite's log during a long import and a day of the system's own logs still fit into this.
LITTLE_ROOM = GIGABYTE
# Below this, uploads and comments may be refused at any moment.
NO_ROOM = GIGABYTE // 10
# Looked at in about 20 ms; the page says "at least" when there are more.
MAX_FILES = 10_000
# A database beside the site answers within one, another machine's within some.
SLOW_MILLISECONDS = 50


def disk_room_line() -> HealthLine:
    """The room alone, which is found out at once."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    fact = _("%(free)s of %(total)s are free for %(folder)s.") % {
        "free": filesizeformat(usage.free),
        "total": filesizeformat(usage.total),
        "folder": settings.DATA_DIR,
    }
    return HealthLine(room_state(usage.free, usage.total), fact, room_action())


def room_state(free: int, total: int) -> State:
    """By the bytes that are free, and how much of the disk that is."""
    if free < NO_ROOM:
        return State.BROKEN
    return State.LOOK if free < max(LITTLE_ROOM, total // LITTLE_SHARE) else State.GOOD


def room_action() -> str:
    return _("Make room or get a larger disk: when it is full, no comment, post or picture can be stored.")


def disk_line() -> HealthLine:
    usage = shutil.disk_usage(settings.DATA_DIR)
    fact = _("%(free)s of %(total)s are free for %(folder)s. Pictures take %(media)s, the database takes %(database)s.")
    words = {
        "free": filesizeformat(usage.free),
        "total": filesizeformat(usage.total),
        "folder": settings.DATA_DIR,
        "media": describe_media_size(),
        "database": filesizeformat(database_size()),
    }
    state = room_state(usage.free, usage.total)
    return HealthLine(state, fact % words, room_action() if state.needs_attention else "")


def describe_media_size() -> str:
    """The size of all pictures and their renditions, as far as a page can count them."""
    if "OPTIONS" in settings.STORAGES["default"]:
        return _("0 bytes (they are in S3)")
    folder = Path(settings.MEDIA_ROOT) / IMAGE_FOLDER
    if not folder.is_dir():
        return filesizeformat(0)
    with os.scandir(folder) as files:
        sizes = [file.stat().st_size for file in islice(files, MAX_FILES + 1)]
    size = filesizeformat(sum(sizes))
    return _("at least %s") % size if len(sizes) > MAX_FILES else size


def database_size() -> int:
    """In bytes; SQLite's log is part of it."""
    if connection.vendor == "sqlite":
        size, name = 0, connection.settings_dict["NAME"]
        for path in (f"{name}", f"{name}-wal"):
            with suppress(FileNotFoundError):
                size += Path(path).stat().st_size
        return size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def database_line() -> HealthLine:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    milliseconds = (time.perf_counter() - started) * 1000
    fact = _("%(kind)s %(version)s answers in %(milliseconds).1f ms.") % {
        "kind": connection.display_name,
        "version": ".".join(map(str, connection.get_database_version())),
        "milliseconds": milliseconds,
    }
    if milliseconds < SLOW_MILLISECONDS:
        return HealthLine(State.GOOD, fact)
    action = _("Look at the load of the machine, and at the network between the site and its database.")
    return HealthLine(State.LOOK, fact, action)


def cache_line() -> HealthLine:
    pages = settings.CACHES["pages"]
    if "Redis" in pages["BACKEND"]:
        return redis_line(str(pages["LOCATION"]))
    caches["default"].get("health")  # raises when its table is missing
    fact = (
        _("Pages are cached in each process.")
        if "locmem" in pages["BACKEND"]
        else _("Pages are cached in the database.")
    )
    return HealthLine(State.GOOD, fact)


def redis_line(address: str) -> HealthLine:
    server = urlsplit(address)
    place = f"{server.hostname}:{server.port or 6379}" if server.hostname else server.path
    if not cast(Any, caches["pages"]).answers():
        return HealthLine(
            State.BROKEN,
            _("Redis at %s does not answer: the site works without it, but slowly and without its rate limits.")
            % place,
            _("Start Redis again, or check CACHE_URL."),
        )
    return HealthLine(State.GOOD, _("Redis at %s answers.") % place)

"""Fetches the files of attachments from the old blog's own host, one at a time, and from no other host."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import unquote

from django.conf import settings

from blog.fetch.client import FetchError, GuardedClient, NoAnswer
from blog.images.processing import MAX_BYTES
from registan.transfer.content.import_plan import is_picture
from registan.transfer.models.reasons import Remark
from registan.transfer.wordpress.inventory.old_urls import split_url

HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
# Of one file, redirects included: 100 MB at 350 kB a second.
FILE_SECONDS = 300.0
# The same for the worker, whose emails wait meanwhile: 10 MB at that speed.
WORKER_FILE_SECONDS = 30.0
# Between two requests: the old server has readers, too.
PAUSE_SECONDS = 0.25
# So many requests in a row that nobody answers, and no more is asked for: whoever runs it again asks again.
GIVE_UP_AFTER = 5
# What a file may say that it is; what it is, is decided by its content. Not `text/html`, with which servers say sorry.
CONTENT_TYPES = ("image/*", "audio/*", "video/*", "application/*", "binary/*")


class NotFetched(Exception):
    """The file was not fetched: `remark` says why, and `is_failure` whether it was tried."""

    def __init__(self, remark: Remark, *, is_failure: bool) -> None:
        super().__init__(remark.data)
        self.remark, self.is_failure = remark, is_failure


class FileFetcher:
    """Asks one host, with and without `www.`; the guarded client goes to public addresses alone."""

    def __init__(self, host: str, *, in_worker: bool = False) -> None:
        self.hosts, self.seconds = hosts_of(host), WORKER_FILE_SECONDS if in_worker else FILE_SECONDS
        self._unanswered = 0
        self._asked_at = float("-inf")

    @contextmanager
    def open(self, url: str) -> Iterator[BufferedRandom]:
        """The file at an address of the host, from its beginning; it goes with the context. Raises NotFetched."""
        if plain_host(split_url(url).hostname or "") not in self.hosts:
            raise NotFetched(Remark("other-host", url), is_failure=False)
        with TemporaryFile() as file:
            self._fetch(url, file)
            file.seek(0)
            yield file

    def _fetch(self, url: str, file: BinaryIO) -> None:
        if self._unanswered >= GIVE_UP_AFTER:
            raise NotFetched(Remark("host-silent", url), is_failure=True)
        self._pause()
        try:
            self._client(MAX_BYTES if is_picture(url) else settings.MEDIA_MAX_MB * 1024 * 1024).fetch_into(file, url)
        except FetchError as error:
            self._unanswered = self._unanswered + 1 if isinstance(error, NoAnswer) else 0
            raise NotFetched(Remark("not-fetched", f"{url}: {error}"), is_failure=True) from error
        self._unanswered = 0

    def _client(self, byte_limit: int) -> GuardedClient:
        return GuardedClient(
            user_agent=f"Registan ({settings.SITE_URL})",
            content_types=CONTENT_TYPES,
            byte_limit=byte_limit,
            time_limit=self.seconds,
            hosts=self.hosts,
        )

    def _pause(self) -> None:
        """Wait until the next request may begin."""
        time.sleep(max(0.0, self._asked_at + PAUSE_SECONDS - time.monotonic()))
        self._asked_at = time.monotonic()


def plain_host(host: str) -> str:
    """A host in the letters of the DNS; "" if it cannot be one."""
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def is_host(host: str) -> bool:
    """Is this the name of a host, in the letters of the DNS?"""
    return bool(HOST.fullmatch(host))


def hosts_of(host: str) -> frozenset[str]:
    """The host with and without `www.`; none at all if it cannot be one."""
    bare = plain_host(host).removeprefix("www.")
    return frozenset({bare, f"www.{bare}"}) if bare else frozenset()


def file_name_of(url: str) -> str:
    """The last part of an address, as its author has named the file."""
    return PurePosixPath(unquote(split_url(url).path)).name

"""Answers again what Django has answered, before Django, as long as the content clock stands where it stood.

Only pages of `cached_page` (blog/page_cache.py) for somebody without cookies of ours, and only in the very words of
Django's own answer: status, headers and bytes are recorded, never made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpResponse

from blog import schedule
from blog.models.clock import ClockArguments
from blog.page_cache import COOKIE_PREFIX, GZIP
from blog.web.client_ip import is_trusted_proxy, parse_ip

# Answers in each process: some 10 kB each compressed, 40 kB otherwise.
MAX_ANSWERS = 500
# What Django's answer depends on besides the path, the clock and the encoding.
RELEVANT = ("SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_IF_NONE_MATCH")
COOKIES_THAT_MATTER = re.compile(rf"\b(?:{COOKIE_PREFIX}|{settings.LANGUAGE_COOKIE_NAME}=)")


class FastPath:
    """WSGI middleware around Django's handler."""

    def __init__(
        self, application: Callable[..., Iterable[bytes]], on_answer: Callable[[str], object] | None = None
    ) -> None:
        """`on_answer` is told the status of each answer that Django has not given."""
        self.application, self.on_answer = application, on_answer
        self.clocks: dict[str, ClockArguments] = {}  # by path: which clock its page is kept under
        self.answers: dict[tuple[Any, ...], tuple[str, list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_simple(environ):
            return self.application(environ, start_response)
        key = self.key(environ)  # before Django reads anything: an answer may be newer than its key, never older
        if key and (answer := self.answers.get(key)):
            start_response(answer[0], list(answer[1]))
            if self.on_answer:
                self.on_answer(answer[0])
            return [answer[2]]
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def record_start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            started.append((status, list(headers)))
            return start_response(status, headers, *more)

        response = self.application(environ, record_start)
        if isinstance(response, HttpResponse) and (clock := getattr(response, "clock_arguments", None)) is not None:
            if len(self.answers) >= MAX_ANSWERS or len(self.clocks) >= MAX_ANSWERS:
                self.answers, self.clocks = {}, {}
            self.clocks[environ["PATH_INFO"]] = clock
            if key and ("HTTP_IF_NONE_MATCH" not in environ or response.status_code == 304):
                self.answers[key] = (*started[0], response.content)
        return response

    def key(self, environ: dict[str, Any]) -> tuple[Any, ...] | None:
        """What the answer depends on; None while that is unknown, or when the database does not say."""
        if (clock := self.clocks.get(environ["PATH_INFO"])) is None:
            return None
        try:
            now = schedule.read_clock(**clock)
        except Error:
            connection.close()
            return None
        counter = ("all", now.comments) if now.thread is None else ("its own", now.thread)
        accepts_gzip = bool(GZIP.search(environ.get("HTTP_ACCEPT_ENCODING", "")))
        return (environ["PATH_INFO"], now.site, counter, accepts_gzip, *map(environ.get, RELEVANT))


def is_simple(environ: dict[str, Any]) -> bool:
    """A GET without a query, without a cookie that matters, and with no word on HTTPS from a stranger."""
    names_scheme = "HTTP_X_FORWARDED_PROTO" in environ
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and not COOKIES_THAT_MATTER.search(environ.get("HTTP_COOKIE", ""))
        and (not names_scheme or is_trusted_proxy(parse_ip(environ.get("REMOTE_ADDR", ""))))
    )

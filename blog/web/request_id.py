"""The id of the request, or of the worker's round, that is being worked on: the same in every log and email."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

HEADER = "X-Request-ID"
# nginx's $request_id. Anything else that a stranger sends is not repeated.
_FORM = re.compile(r"[0-9a-f]{32}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id; "" outside of requests and rounds."""
    return _current.get()


def new_id() -> str:
    return secrets.token_hex(16)


def begin_request(environ: dict[str, Any] | None = None, **_: Any) -> None:
    """Take the id that nginx gave this request, or a new one; receives `request_started`."""
    given = (environ or {}).get("HTTP_X_REQUEST_ID", "")
    _current.set(given if _FORM.fullmatch(given) else new_id())


def end_request(**_: Any) -> None:
    """Forget it: the thread is used again; receives `request_finished`."""
    _current.set("")


@contextmanager
def bound(value: str) -> Iterator[None]:
    """Work under this id, then under the one before."""
    token = _current.set(value)
    try:
        yield
    finally:
        _current.reset(token)

"""A bounded number of places for what is expensive: searches, whole discussions, pages deep in a list.

However many programs ask for these at once, the other threads of each process are free for posts, for comments and for
those who run the site. What is in the page cache needs no place.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader

# Of the four threads that a process has (deploy/gunicorn.conf.py).
PLACES = 1
# Requests that may wait for a place: each keeps a thread meanwhile.
WAITING = 1
# Seconds that one waits at most.
PATIENCE = 2.0
RETRY_SECONDS = "5"

View = Callable[..., HttpResponse]


class Full(Exception):
    """There is no place, and none will be free soon."""


class Pool:
    """Places for requests, shared by the threads of a process."""

    def __init__(self, places: int, waiting: int, patience: float) -> None:
        self.door = threading.BoundedSemaphore(places + waiting)
        self.places = threading.BoundedSemaphore(places)
        self.patience = patience

    @contextlib.contextmanager
    def place(self, *, waits: bool = True) -> Iterator[None]:
        """Hold a place; raises Full when too many wait, or the wait takes too long: any at all, unless it `waits`."""
        if not self.door.acquire(blocking=False):
            raise Full
        try:
            if not self.places.acquire(timeout=self.patience if waits else 0):
                raise Full
            try:
                yield
            finally:
                self.places.release()
        finally:
            self.door.release()


pool = Pool(PLACES, WAITING, PATIENCE)


def expensive(view: View) -> View:
    """Let `view` answer only from a place in the pool; without one, readers are asked to come back: 503."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with pool.place():
                return view(request, *args, **kwargs)
        except Full:
            return busy_response()

    wrapper.is_expensive = True  # type: ignore[attr-defined]
    return wrapper


def expensive_beyond_first(view: View) -> View:
    """The same for the further pages of a list, those with a `number`: the first ones are read by people."""
    if getattr(view, "is_expensive", False):  # every page of it has a place already: a second one would never come
        return view
    guarded = expensive(view)

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (guarded if kwargs.get("number") else view)(request, *args, **kwargs)

    return wrapper


def busy_response() -> HttpResponse:
    """What costs next to nothing: no query, no context."""
    headers = {"Retry-After": RETRY_SECONDS, "Cache-Control": "no-store"}
    response = HttpResponse(loader.get_template("busy.html").render(), status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs an error for each
    return response

"""Retries a transaction that another one got in the way of."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, OperationalError

# SQLSTATE of a transaction that PostgreSQL cancelled because it and another waited for each other.
DEADLOCK = "40P01"
MAX_TRIES = 3


def retry_on_conflict[T](run: Callable[[], T]) -> T:
    """Return what `run`, a whole transaction, returns; run it again when it conflicted with another.

    The next run sees what the other has stored: a name that was taken meanwhile is then refused by the form.
    """
    for _try in range(MAX_TRIES - 1):
        try:
            return run()
        except IntegrityError:
            continue
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != DEADLOCK:
                raise
    return run()

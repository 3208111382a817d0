"""Tells a database that is away, full or read-only for now from one that does not fit this version."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

# PostgreSQL after a failover to its standby, or over a provider's quota: psycopg2's InternalError.
READ_ONLY_TRANSACTION = "25006"
# SQLite's code for a statement that it cannot run, such as one about a column that is not there. Everything else that
# is an OperationalError passes: locked, full, read-only, unreadable.
SQLITE_ERROR = 1


def is_away(error: BaseException | None) -> bool:
    """Is this a failure of the database that passes without a change of the code or the tables?"""
    if isinstance(error, InterfaceError):
        return True
    cause = getattr(error, "__cause__", None)
    if isinstance(error, OperationalError):
        return getattr(cause, "sqlite_errorcode", None) != SQLITE_ERROR
    return isinstance(error, InternalError) and getattr(cause, "pgcode", None) == READ_ONLY_TRANSACTION

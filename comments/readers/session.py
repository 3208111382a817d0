"""The pass: a signed cookie by which a browser is known to belong to a reader who has proved his address.

It names a row (models/passes.py), so that each browser's can be ended by itself. Cookies of before there were rows hold
the reader and the one key of all his browsers; they are honoured until they expire, or until he ends all.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comments.models import Reader, ReaderSession
from comments.models.reader import generate_key
from comments.web import tokens

COOKIE = "registan_reader"
# The first word of a cookie that names a row.
ROW_MARK = "pass"
# Where a request keeps what was found: asked by several on its way, answered by one query.
CACHE_ATTRIBUTE = "_reader_and_pass"


def reader_from_request(request: HttpRequest) -> Reader | None:
    """The proven reader whose browser sent this; None, without asking the database, for one that carries no pass."""
    return reader_and_session(request)[0]


def session_from_request(request: HttpRequest) -> ReaderSession | None:
    """The row of the pass that came with this; None for no pass, and for one of before there were rows."""
    return reader_and_session(request)[1]


def reader_and_session(request: HttpRequest) -> tuple[Reader | None, ReaderSession | None]:
    if not hasattr(request, CACHE_ATTRIBUTE):
        setattr(request, CACHE_ATTRIBUTE, find_session(request.COOKIES.get(COOKIE, "")))
    return getattr(request, CACHE_ATTRIBUTE)


def find_session(text: str) -> tuple[Reader | None, ReaderSession | None]:
    match read_session_cookie(text):
        case [word, int(pk), str(key)] if word == ROW_MARK:
            found = ReaderSession.find_active(pk, key)
            return (found.reader, found) if found else (None, None)
        case [int(pk), str(key)]:
            return Reader.objects.filter(pk=pk, session_key=key, verified_at__isnull=False).first(), None
    return None, None


def read_session_cookie(text: str) -> list[int | str]:
    """What the cookie holds, if we made it."""
    try:
        return tokens.read_token(tokens.SESSION, text, max_age=tokens.SESSION_AGE) if text else []
    except tokens.BadToken:
        return []


def start_session(response: HttpResponse, reader: Reader, *, request: HttpRequest) -> None:
    """Let this browser be known as the reader's from now on. It carries one pass: its earlier one ends."""
    row, key = session_from_request(request), ""
    if row and row.reader_id == reader.pk:
        key = read_session_cookie(request.COOKIES[COOKIE])[-1]
    elif row:
        row.delete()
    if not key:
        row, key = ReaderSession.issue(reader, agent=request.headers.get("User-Agent", ""), max_age=tokens.SESSION_AGE)
    response.set_cookie(
        COOKIE,
        tokens.make_token(tokens.SESSION, ROW_MARK, row.pk, key),
        max_age=tokens.SESSION_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def end_session(response: HttpResponse, request: HttpRequest) -> None:
    """Sign out here: the pass ends, and the browser forgets it."""
    if row := session_from_request(request):
        row.delete()
    response.delete_cookie(COOKIE, samesite="Lax")


@transaction.atomic
def end_all_sessions(reader: Reader, *, but: ReaderSession | None = None) -> None:
    """End every pass, those of before there were rows too, `but` that of this browser; and links not followed yet."""
    reader.sessions.exclude(pk=but.pk if but else None).delete()
    Reader.objects.filter(pk=reader.pk).update(session_key=generate_key(), sessions_ended_at=timezone.now())


def check_link_age(purpose: str, token: str, *, email: str) -> None:
    """Raise BadToken for a link to this address that is older than the last time its reader ended all his passes.

    Whoever holds a lost device may read its mail: what lies there is ended with the passes.
    """
    ended = Reader.objects.filter(email=email.casefold()).values_list("sessions_ended_at", flat=True).first()
    if ended:
        tokens.read_token(purpose, token, max_age=timezone.now() - ended)

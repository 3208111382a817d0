"""The pass: a signed cookie by which a browser is known to belong to a reader who has proved his address.

It names a row (models/passes.py), so that each browser's can be ended by itself. Cookies of before there were rows hold
the reader and the one key of all his browsers; they are honoured until they expire, or until he ends all.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from comments import tokens
from comments.models import Pass, Reader
from comments.models.reader import new_key

COOKIE = "registan_reader"
# The first word of a cookie that names a row.
ROW = "pass"
# Where a request keeps what was found: asked by several on its way, answered by one query.
FOUND = "_reader_and_pass"


def reader_of(request: HttpRequest) -> Reader | None:
    """The proven reader whose browser sent this; None, without asking the database, for one that carries no pass."""
    return carried(request)[0]


def pass_of(request: HttpRequest) -> Pass | None:
    """The row of the pass that came with this; None for no pass, and for one of before there were rows."""
    return carried(request)[1]


def carried(request: HttpRequest) -> tuple[Reader | None, Pass | None]:
    if not hasattr(request, FOUND):
        setattr(request, FOUND, find(request.COOKIES.get(COOKIE, "")))
    return getattr(request, FOUND)


def find(text: str) -> tuple[Reader | None, Pass | None]:
    match read(text):
        case [word, int(pk), str(key)] if word == ROW:
            found = Pass.carried(pk, key)
            return (found.reader, found) if found else (None, None)
        case [int(pk), str(key)]:
            return Reader.objects.filter(pk=pk, pass_key=key, proven_at__isnull=False).first(), None
    return None, None


def read(text: str) -> list[int | str]:
    """What the cookie holds, if we made it."""
    try:
        return tokens.read_all(tokens.PASS, text, max_age=tokens.PASS_AGE) if text else []
    except tokens.BadToken:
        return []


def give(response: HttpResponse, reader: Reader, *, request: HttpRequest) -> None:
    """Let this browser be known as the reader's from now on. It carries one pass: its earlier one ends."""
    row, key = pass_of(request), ""
    if row and row.reader_id == reader.pk:
        key = read(request.COOKIES[COOKIE])[-1]
    elif row:
        row.delete()
    if not key:
        row, key = Pass.issue(reader, agent=request.headers.get("User-Agent", ""), max_age=tokens.PASS_AGE)
    response.set_cookie(
        COOKIE,
        tokens.make(tokens.PASS, ROW, row.pk, key),
        max_age=tokens.PASS_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def take_back(response: HttpResponse, request: HttpRequest) -> None:
    """Sign out here: the pass ends, and the browser forgets it."""
    if row := pass_of(request):
        row.delete()
    response.delete_cookie(COOKIE, samesite="Lax")


@transaction.atomic
def end_all(reader: Reader, *, but: Pass | None = None) -> None:
    """End every pass, those of before there were rows too, `but` that of this browser; and links not followed yet."""
    reader.passes.exclude(pk=but.pk if but else None).delete()
    Reader.objects.filter(pk=reader.pk).update(pass_key=new_key(), ended_at=timezone.now())


def check_link(purpose: str, token: str, *, email: str) -> None:
    """Raise BadToken for a link to this address that is older than the last time its reader ended all his passes.

    Whoever holds a lost device may read its mail: what lies there is ended with the passes.
    """
    ended = Reader.objects.filter(email=email.casefold()).values_list("ended_at", flat=True).first()
    if ended:
        tokens.read_all(purpose, token, max_age=timezone.now() - ended)

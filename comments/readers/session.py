"""The sessions of verified readers: a signed cookie says which reader a browser belongs to.

The cookie names a row of ReaderSession, so that readers can sign out each browser separately.
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
# The first word of every cookie.
ROW_MARK = "pass"
# Where a request keeps its session, so that it is looked up once.
CACHE_ATTRIBUTE = "_reader_session"


def reader_from_request(request: HttpRequest) -> Reader | None:
    """The verified reader whose browser sent this; costs no query for a browser without a session."""
    session = session_from_request(request)
    return session.reader if session else None


def session_from_request(request: HttpRequest) -> ReaderSession | None:
    if not hasattr(request, CACHE_ATTRIBUTE):
        setattr(request, CACHE_ATTRIBUTE, find_session(request.COOKIES.get(COOKIE, "")))
    session: ReaderSession | None = getattr(request, CACHE_ATTRIBUTE)
    return session


def find_session(cookie: str) -> ReaderSession | None:
    match read_session_cookie(cookie):
        case [word, int(pk), str(key)] if word == ROW_MARK:
            return ReaderSession.find_active(pk, key)
    return None


def read_session_cookie(cookie: str) -> list[int | str]:
    """What the cookie holds; [] unless we signed it."""
    try:
        return tokens.read_token(tokens.SESSION, cookie, max_age=tokens.SESSION_AGE) if cookie else []
    except tokens.BadToken:
        return []


def start_session(response: HttpResponse, reader: Reader, *, request: HttpRequest) -> None:
    """Sign this browser in as the reader, with a single session: one as somebody else ends."""
    session = session_from_request(request)
    if session and session.reader_id == reader.pk:
        key = str(read_session_cookie(request.COOKIES[COOKIE])[-1])
    else:
        if session:
            session.delete()
        agent = request.headers.get("User-Agent", "")
        session, key = ReaderSession.issue(reader, agent=agent, max_age=tokens.SESSION_AGE)
    response.set_cookie(
        COOKIE,
        tokens.make_token(tokens.SESSION, ROW_MARK, session.pk, key),
        max_age=tokens.SESSION_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def end_session(response: HttpResponse, request: HttpRequest) -> None:
    """Sign this browser out."""
    if session := session_from_request(request):
        session.delete()
    response.delete_cookie(COOKIE, samesite="Lax")


@transaction.atomic
def end_all_sessions(reader: Reader, *, but: ReaderSession | None = None) -> None:
    """Sign out every browser `but` this one, and end the validity of links sent before now."""
    others = reader.sessions.exclude(pk=but.pk) if but else reader.sessions.all()
    others.delete()
    Reader.objects.filter(pk=reader.pk).update(session_key=generate_key(), sessions_ended_at=timezone.now())


def check_link_age(purpose: str, token: str, *, email: str) -> None:
    """Raise BadToken for a link that is older than the last time its reader signed out everywhere.

    Whoever holds a lost device may read its email, so the links in it end with the sessions.
    """
    ended = Reader.objects.filter(email=email.casefold()).values_list("sessions_ended_at", flat=True).first()
    if ended:
        tokens.read_token(purpose, token, max_age=timezone.now() - ended)

"""The pass: a signed cookie by which a browser is known to belong to a reader who has proved his address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comments import tokens
from comments.models import Reader

COOKIE = "registan_reader"


def reader_of(request: HttpRequest) -> Reader | None:
    """The proven reader whose browser sent this; None, without asking the database, for one that carries no pass."""
    if not (text := request.COOKIES.get(COOKIE)):
        return None
    try:
        pk, key = tokens.read_all(tokens.PASS, text, max_age=tokens.PASS_AGE)
    except (tokens.BadToken, ValueError):
        return None
    return Reader.objects.filter(pk=pk, pass_key=key, proven_at__isnull=False).first()


def give(response: HttpResponse, reader: Reader) -> None:
    """Let this browser be known as the reader's from now on."""
    response.set_cookie(
        COOKIE,
        tokens.make(tokens.PASS, reader.pk, reader.pass_key),
        max_age=tokens.PASS_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )

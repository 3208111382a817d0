"""The time at which a comment form was opened, signed: screening holds what comes back too fast to be written.

A form on a cached page holds no time. A script asks for one when its reader begins to write; without scripts, the page
loads an empty image, whose response leaves the time in a cookie (docs/decisions/0005).
"""

from __future__ import annotations

import contextlib
import secrets
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from blog.models import Commentable
from comments.web import tokens

# Not a cookie that turns off the page cache for its browser (blog/page_cache.py).
FORM_TIME_COOKIE = "opened"


def sign_form_time(subject: Commentable, *, seconds_ago: int = 0) -> str:
    """The current time, signed for one form on this post: no two are the same."""
    return tokens.make_token(
        tokens.FORM_TIME, subject.thread_id, int(time.time()) - seconds_ago, secrets.token_urlsafe(6)
    )


def read_form_age(stamp: str, subject: Commentable) -> float:
    """Seconds since `stamp` was signed for this post; raises BadToken."""
    bound = tokens.read_token(tokens.FORM_TIME, stamp, max_age=tokens.FORM_TIME_AGE)
    if len(bound) < 2 or bound[0] != subject.thread_id:
        raise tokens.BadToken(expired=False)
    return time.time() - float(bound[1])


def set_form_time_cookie(request: HttpRequest, response: HttpResponse, subject: Commentable) -> None:
    """Leave the time in the browser until it is closed; it is sent with this post's form only.

    An earlier cookie stays for half of its life: another tab with the same form was opened then.
    """
    with contextlib.suppress(tokens.BadToken, ValueError):
        if read_form_age(read_form_time_cookie(request), subject) < tokens.FORM_TIME_AGE.total_seconds() / 2:
            return
    response.set_cookie(
        FORM_TIME_COOKIE,
        sign_form_time(subject),
        path=f"{subject.get_absolute_url()}comments/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def read_form_time_cookie(request: HttpRequest) -> str:
    return request.COOKIES.get(FORM_TIME_COOKIE, "")

"""When a form was opened: a signed time, in the form itself or, for one on a kept page, in a cookie of its own.

A page that anybody may keep bears no time. Where a script runs, it asks for one when its reader begins to write; where
none does, the page loads a picture that is none, and the answer leaves the time in the browser (decision 0005).
"""

from __future__ import annotations

import contextlib
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from blog.models import Post
from comments.web import tokens

# Not one of the cookies that make a reader somebody (blog/page_cache.py): pages are kept for him as before.
FORM_TIME_COOKIE = "opened"


def sign_form_time(post: Post, *, seconds_ago: int = 0) -> str:
    """The time, signed, for a form under this post."""
    return tokens.make_token(tokens.FORM_TIME, post.pk, int(time.time()) - seconds_ago)


def read_form_age(stamp: str, post: Post) -> float:
    """Seconds since `stamp` was made for this post; raises `BadToken`."""
    bound = tokens.read_token(tokens.FORM_TIME, stamp, max_age=tokens.FORM_TIME_AGE)
    if len(bound) != 2 or bound[0] != post.pk:
        raise tokens.BadToken(expired=False)
    return time.time() - float(bound[1])


def set_form_time_cookie(request: HttpRequest, response: HttpResponse, post: Post) -> None:
    """Leave the time in the browser until it is closed. It comes back with this post's form, and with nothing else.

    One that is there already stays for half of its life: another tab with the same form was opened then.
    """
    with contextlib.suppress(tokens.BadToken, ValueError):
        if read_form_age(read_form_time_cookie(request), post) < tokens.FORM_TIME_AGE.total_seconds() / 2:
            return
    response.set_cookie(
        FORM_TIME_COOKIE,
        sign_form_time(post),
        path=f"{post.get_absolute_url()}comments/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


def read_form_time_cookie(request: HttpRequest) -> str:
    """What `leave` left, if anything."""
    return request.COOKIES.get(FORM_TIME_COOKIE, "")

"""Remembers on a guest's device who they are, if they tick it: a cookie fills in their next form.

The cookie's name does not begin with `registan_`: it changes no cached page. There a script fills in the form
(`static/js/remembered.js`), elsewhere the server. What it holds proves nothing, and is checked like what is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from blog.text.validators import to_single_line

NAME_COOKIE = "commenter"
NAME_COOKIE_AGE = timedelta(days=365)
# What it holds, in this order, and the characters of each, as many as the form takes.
FIELDS = {"name": 80, "email": 254, "website": 200}
SEPARATOR = "|"
# Browsers drop a cookie of more than 4 kB.
MAX_COOKIE_LENGTH = 3_000


def set_name_cookie(response: HttpResponse, values: Mapping[str, str]) -> None:
    """Remember these fields of a form; a script may read them, as they were typed into the same page."""
    value = SEPARATOR.join(quote(values[name], safe="") for name in FIELDS)
    if len(value) <= MAX_COOKIE_LENGTH:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(NAME_COOKIE, value, max_age=NAME_COOKIE_AGE, secure=secure, samesite="Lax")


def forget_name(response: HttpResponse) -> None:
    response.delete_cookie(NAME_COOKIE, samesite="Lax")


def read_name_cookie(request: HttpRequest) -> dict[str, str]:
    """The fields that this device remembers; {} if there is no name among them."""
    parts = request.COOKIES.get(NAME_COOKIE, "")[:MAX_COOKIE_LENGTH].split(SEPARATOR)
    if len(parts) != len(FIELDS):
        return {}
    values = {
        name: to_single_line(unquote(part))[:limit] for (name, limit), part in zip(FIELDS.items(), parts, strict=True)
    }
    return values if values["name"] else {}

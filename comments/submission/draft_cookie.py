"""How a browser that keeps a draft learns that it may forget it: by a cookie that names what was stored.

The script adds a number to the form (`static/js/drafts.js`), reads the cookie on the next page and deletes it. The
cookie does not begin with `registan_`: it changes no page, so its carrier still gets pages from memory.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DRAFT_COOKIE = "stored"
DRAFT_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
# Read on the very next page; when that one is never drawn, perhaps tomorrow.
DRAFT_COOKIE_AGE = 24 * 60 * 60
# Comments sent in several tabs before any of them has read the cookie.
MAX_DRAFTS = 8


def mark_draft_stored(request: HttpRequest, response: HttpResponse) -> None:
    """Say in the cookie that the draft of this form is stored, beside what it says already."""
    number = request.POST.get("draft", "")
    if not DRAFT_ID.fullmatch(number):
        return
    earlier = [one for one in request.COOKIES.get(DRAFT_COOKIE, "").split(".") if DRAFT_ID.fullmatch(one)]
    value = ".".join([*earlier, number][-MAX_DRAFTS:])
    response.set_cookie(
        DRAFT_COOKIE, value, max_age=DRAFT_COOKIE_AGE, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )

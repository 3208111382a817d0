"""Tells a browser by a cookie which drafts are stored, so that it can delete them.

The script adds an id to the form (`static/js/drafts.js`), reads the cookie on the next page and deletes it. The cookie
does not begin with `registan_`: it changes no page, so its browser still gets cached pages.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

DRAFT_COOKIE = "stored"
DRAFT_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
# The script reads it on the very next page; if that is never shown, perhaps tomorrow.
DRAFT_COOKIE_AGE = 24 * 60 * 60
# Comments that may be sent in several tabs before any of them has read the cookie.
MAX_DRAFTS = 8


def mark_draft_stored(request: HttpRequest, response: HttpResponse) -> None:
    """Add the draft of this form to the cookie."""
    draft_id = request.POST.get("draft", "")
    if not DRAFT_ID.fullmatch(draft_id):
        return
    earlier = [word for word in request.COOKIES.get(DRAFT_COOKIE, "").split(".") if DRAFT_ID.fullmatch(word)]
    value = ".".join([*earlier, draft_id][-MAX_DRAFTS:])
    response.set_cookie(
        DRAFT_COOKIE, value, max_age=DRAFT_COOKIE_AGE, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )

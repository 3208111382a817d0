"""Did this form come from a page of ours? Takes the place of a CSRF token on pages that caches may keep.

Browsers say where a request comes from in Sec-Fetch-Site (W3C Fetch Metadata) and, on every POST, in Origin
(RFC 6454); no page can set either. A client that sends neither is no browser, and has no reader's cookies to abuse.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

FOREIGN_FORM = gettext_lazy("This form was sent from another site. If you sent it, check it and send it again.")


def is_same_origin(request: HttpRequest, *, reads_origin: bool = True) -> bool:
    """False when the headers of a POST say that another site sent it.

    A page with `Referrer-Policy: no-referrer` sends `Origin: null`: its form goes by Sec-Fetch-Site alone, which every
    browser of today sends.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    if reads_origin and (origin := request.headers.get("Origin")):
        host = request.get_host().lower()
        return origin.lower() in {f"http://{host}", f"https://{host}"}
    return True

"""Did this form come from our own page? What stands in for a form key on pages that anybody may keep.

Browsers say where a request comes from in Sec-Fetch-Site (W3C Fetch Metadata) and, on every POST, in Origin
(RFC 6454); neither can be set by a page. What says neither is no browser, and carries no reader's cookies to abuse.
"""

from collections.abc import Mapping


def is_same_origin(headers: Mapping[str, str], *, host: str) -> bool:
    """True when the headers of a POST to `host` (name and port) do not say that another site sent it."""
    if site := headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    if origin := headers.get("Origin"):
        return origin.lower() in {f"http://{host}".lower(), f"https://{host}".lower()}
    return True

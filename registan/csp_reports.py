"""Takes what browsers report of the Content-Security-Policy, and writes one line of each report into the log.

Anybody can send such a report, so a line says nothing that a reader could be known by, its length has a bound, and so
has the number of lines a minute. Nothing is stored.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.web.client_ip import client_ip, home_network
from registan.logs.masking import mask_tokens

log = logging.getLogger("registan.csp")

# Of CSP Level 3, and of the Reporting API, which sends a list.
CONTENT_TYPES = {"application/csp-report", "application/reports+json"}
# Bytes: a report holds the whole policy, two addresses and 40 characters of the script.
MAX_BYTES = 16 * 1024
MAX_REPORTS = 5
# Lines a minute and process. A page that breaks for everybody is known after a few; a home sees some pages a minute.
MAX_PER_HOME, MAX_PER_MINUTE = 10, 60
MAX_CHARACTERS = 120


class MinuteLimit:
    """Counts by the minute in this process; `take` answers whether one more is allowed."""

    def __init__(self) -> None:
        self.minute, self.counts = 0, Counter[str]()

    def take(self, home: str) -> bool:
        if self.minute != (minute := int(time.monotonic() // 60)):
            self.minute, self.counts = minute, Counter()
        # The total first, so that no more homes than that are remembered.
        if self.counts.total() >= MAX_PER_MINUTE or self.counts[home] >= MAX_PER_HOME:
            return False
        self.counts[home] += 1
        return True


limit = MinuteLimit()


@csrf_exempt  # browsers send it by themselves, without cookies and without a form, and it changes nothing
@require_POST
def csp_reports(request: HttpRequest) -> HttpResponse:
    """204, or: 415 for another type of content, 413 for too much of it, 400 for no report, 429 for too many."""
    if request.content_type not in CONTENT_TYPES:
        return refuse(415)
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
            return refuse(413)
        reports = [*read_reports(json.loads(request.body))]
    except (ValueError, RecursionError):
        return refuse(400)
    for report in reports[:MAX_REPORTS]:
        if not is_ours(report, request.get_host()):
            continue
        if not limit.take(home_network(client_ip(request))):
            return refuse(429)
        log.warning("%s", describe_report(report))
    return HttpResponse(status=204)


def refuse(status: int) -> HttpResponse:
    response = HttpResponse(status=status, headers={"Retry-After": "60"} if status == 429 else None)
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs a line for each
    return response


def read_reports(sent: Any) -> Iterator[dict[str, str]]:
    """Each report as text by the names of CSP Level 3. Raises ValueError for anything else."""
    for entry in sent if isinstance(sent, list) else [sent]:
        if not isinstance(entry, dict):
            raise ValueError("not a report")
        if "csp-report" not in entry and entry.get("type") != "csp-violation":
            continue  # the Reporting API has other kinds
        body = entry.get("csp-report", entry.get("body"))
        if not isinstance(body, dict):
            raise ValueError("not a report")
        yield {name: str(body.get(name) or body.get(other) or "") for name, other in NAMES.items()}


NAMES = {
    "document-uri": "documentURL",
    "blocked-uri": "blockedURL",
    "effective-directive": "effectiveDirective",
    "violated-directive": "violatedDirective",
    "source-file": "sourceFile",
    "line-number": "lineNumber",
}


def is_ours(report: dict[str, str], host: str) -> bool:
    """Is it about a page of this site, and not about what an extension of the browser put into it?"""
    names = (report["blocked-uri"], report["source-file"])
    return split(report["document-uri"])[0].endswith(f"://{host}") and not any("-extension:" in name for name in names)


def describe_report(report: dict[str, str]) -> str:
    """One line without queries, fragments and tokens: they may say who read what."""
    directive = report["effective-directive"] or report["violated-directive"].partition(" ")[0]
    _origin, page = split(report["document-uri"])
    line = f"{loggable(directive)} refused {loggable(place(report['blocked-uri']))} on {loggable(page)}"
    return f"{line} ({loggable(place(report['source-file']))}:{loggable(report['line-number'])})"


def split(address: str) -> tuple[str, str]:
    """The origin and the path of an address; two empty texts for one that is none."""
    try:
        parts = urlsplit(address)
        return (f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", parts.path) if parts.netloc else ("", "")
    except ValueError:
        return "", ""


def place(address: str) -> str:
    """An address without query and fragment; a word such as `inline`, or the scheme alone, as in `data`."""
    return "".join(split(address)) or address.partition(":")[0] or "-"


def loggable(text: str) -> str:
    """Printable, in one line, without private tokens."""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return mask_tokens(printable)[:MAX_CHARACTERS]

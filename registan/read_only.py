"""Read-only mode: the one place where everything that would write is refused.

A form is answered 403 and not 503, since nobody is to try again: the mode has no end that a program could wait for.
What was typed is shown again. A page that is only read may not write either, by a count or a mark: the statement is
refused as by a database that takes no writes, which pages survive anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, RawPostDataException
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from blog.page_cache import read_site_clock
from blog.read_only import finish_page, may_be_posted
from blog.text.site_values import site
from registan.errors import SECRET_FIELD_PREFIXES, being_upgraded
from registan.upgrade.outdated_process import is_outdated

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_WRITE = re.compile(
    r"\s*(?:(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b"
    r"|WITH\b.*\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)\b)",
    re.IGNORECASE | re.DOTALL,
)


class ReadOnlyMiddleware:
    """Refuses what writes while the site is read-only, and takes the forms out of its pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_form = request.method not in SAFE_METHODS
        if is_form and is_outdated():
            return being_upgraded(request)
        is_refusable = is_form and not may_be_posted(request.path_info)
        if is_refusable:
            read_site_clock(request)  # this process may not know yet that the mode has changed
        if not site().is_read_only:
            return self.get_response(request)
        if is_refusable:
            response = refuse_form(request)
        elif is_form:
            response = self.get_response(request)
        else:
            with connection.execute_wrapper(refuse_write):
                response = self.get_response(request)
        return finish_page(response, request)


def refuse_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Raise OperationalError for a statement that would change rows."""
    if _WRITE.match(sql):
        raise OperationalError("attempt to write to a read-only site")
    return execute(sql, params, many, context)


def refuse_form(request: HttpRequest) -> HttpResponse:
    """A page that says why nothing was stored, and shows what was typed."""
    context = {"owners_words": site().read_only_words, "submitted_text": typed_text(request)}
    response = render(request, "read_only.html", context, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


def typed_text(request: HttpRequest) -> str:
    """Every text of a form that has a space in it, as words have and keys have not; "" if it cannot be read."""
    try:
        fields = [
            text.strip()
            for name, texts in request.POST.lists()
            for text in texts
            if not name.startswith(SECRET_FIELD_PREFIXES)
        ]
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException, OSError):
        return ""
    return "\n\n".join(text for text in fields if len(text.split()) > 1)

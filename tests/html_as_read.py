"""HTML as a browser reads it: a line break between two attributes of a tag is a space."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

TAG = re.compile(rb"""<[a-zA-Z](?:"[^"]*"|'[^']*'|[^"'<>])*>""")
BREAK_OR_VALUE = re.compile(rb"""("[^"]*"|'[^']*')|\s*\n\s*""")


def join_tags(html: bytes) -> bytes:
    """Put each tag on one line; the values of attributes stay as they are."""
    return TAG.sub(lambda tag: BREAK_OR_VALUE.sub(lambda part: part[1] or b" ", tag[0]).replace(b" >", b">"), html)


def read_html_as_browsers_do(monkeypatch: Any) -> None:
    """Let the test client hand out HTML with every tag on one line, wherever a template breaks it."""
    request = Client.request

    def joined(self: Client, **options: Any) -> HttpResponse:
        response = request(self, **options)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if is_html and not response.streaming and "Content-Encoding" not in response.headers:
            response.content = join_tags(response.content)
        return response

    monkeypatch.setattr(Client, "request", joined)

"""What robots.txt asks of crawlers: where not to look, and what they may use the texts for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from blog.page_cache import PAGE_PARAMETERS
from blog.text.addresses import absolute_url

# What an owner can allow (CRAWLERS_MAY), by the name that a Content-Signal has for it (contentsignals.org).
SIGNALS = {"search": "search", "answers": "ai-input", "training": "ai-train"}
CRAWLERS = Path(__file__).with_name("crawlers.txt")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Keep crawlers away from private pages, forms and endless lists, and say what they may do with the others."""
    allowed = settings.CRAWLERS_MAY
    signals = ", ".join(f"{signal}={'yes' if use in allowed else 'no'}" for use, signal in SIGNALS.items())
    lines = [
        *(f"User-agent: {name}" for name, use in named_crawlers() if use not in allowed),
        *(["Disallow: /", ""] if set(SIGNALS) - {"search"} - {*allowed} else []),
        "User-agent: *",
        f"Content-Signal: {signals}",
        *(f"Disallow: /{path}/" for path in ("admin", "accounts", "comments/receipt", "preview", "moderate", "you")),
        *(f"Disallow: /subscribe/{path}/" for path in ("confirm", "mail", "mine", "off")),
        *(f"Disallow: /*{mark}{name}=" for name in sorted(PAGE_PARAMETERS) for mark in "?&"),
        "Disallow: /*?s=",
        "Disallow: /search/?",
        "Disallow: /search/feed/",
        f"Sitemap: {absolute_url('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def named_crawlers() -> Iterator[tuple[str, str]]:
    """(name, "answers" or "training") of each crawler that can be addressed alone."""
    for line in CRAWLERS.read_text().splitlines():
        if line and not line.startswith("#"):
            name, use = line.split()
            yield name, use

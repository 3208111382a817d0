"""Every page of a site that links lead to, a few for each address of the URL configuration."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

LINK = re.compile(r"""\b(?:href|action)=["']([^"']*)["']""")
# Pages for one address of the URL configuration, and so many with a query.
PER_ADDRESS = 3
# Signs out, or is a file.
LEFT_OUT = re.compile(r"/logout/|/static/|/media/|\.zip$|/export/|\.csv$|/download/")


def crawl(client: Client, *starts: str) -> tuple[dict[str, str], dict[str, str]]:
    """By path: the pages, and the feeds and other XML and JSON, that `client` is shown from these on."""
    pages: dict[str, str] = {}
    others: dict[str, str] = {}
    seen, counts, todo = set(starts), Counter[tuple[str, bool]](), deque(starts)
    while todo:
        path = todo.popleft()
        try:
            name = resolve(urlsplit(path).path).view_name
        except Resolver404:
            continue
        kind = (name, "?" in path)
        counts[kind] += 1
        if counts[kind] > PER_ADDRESS:
            continue
        response = client.get(path)
        text = "" if response.streaming else response.content.decode(errors="replace")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            pages[path] = text
        elif "xml" in response.headers.get("Content-Type", "") or "json" in response.headers.get("Content-Type", ""):
            others[path] = text
        links = [response.url] if response.status_code in (301, 302, 303) else map(unescape, LINK.findall(text))
        for link in links:
            whole = urlsplit(urldefrag(urljoin(f"http://testserver{path}", link))[0]) if is_readable(link) else None
            if whole is None or whole.netloc not in {"testserver", "127.0.0.1:8000"}:
                continue
            address = whole.path + (f"?{whole.query}" if whole.query else "")
            if address not in seen and not LEFT_OUT.search(address):
                seen.add(address)
                todo.append(address)
    return pages, others


def is_readable(link: str) -> bool:
    try:
        urlsplit(link)
    except ValueError:
        return False
    return True

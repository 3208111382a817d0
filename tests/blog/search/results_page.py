"""Searches for tests, through the results page that readers see."""

import html
import re

HIT = re.compile(r'<h2 class="hit__title"[^>]*><a href="([^"]*)">(.*?)</a></h2>', re.DOTALL)
MARKED = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def page(client, words: str, **more) -> str:
    response = client.get("/search/", {"q": words, **more})
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def found(client, words: str, **more) -> list[str]:
    """The titles found, in order."""
    return [html.unescape(re.sub("<[^>]*>", "", title)) for _, title in HIT.findall(page(client, words, **more))]


def addresses(client, words: str, **more) -> list[str]:
    return [address for address, _ in HIT.findall(page(client, words, **more))]


def marked(client, words: str) -> list[str]:
    return [html.unescape(text) for text in MARKED.findall(page(client, words))]

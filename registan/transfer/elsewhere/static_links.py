"""Replaces the tags with which static sites link to their own pages by the addresses of these."""

from __future__ import annotations

import re
from collections.abc import Callable

# `{% post_url 2010-07-21-name %}`, `{% link _posts/2010-07-21-name.md %}`; `{{< ref "posts/name.md" >}}`.
_PAGE_TAG = re.compile(
    r"""(?:\{\{\s*site\.(?:base)?url\s*\}\}\s*){0,2}\{%-?\s*(?:post_url|link)\s+(?P<jekyll>[^\s%]{1,500})\s*-?%\}"""
    r"""|\{\{[<%]\s*(?:rel)?ref\s+(?:path\s*=\s*)?["'`](?P<hugo>[^"'`\n]{1,500})["'`]\s*[%>]\}\}"""
)
_SITE_ADDRESS = re.compile(r"\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\}")
_FILTERED_ADDRESS = re.compile(
    r"""\{\{-?\s*["']([^"'{}\n]{1,1000})["']\s*\|\s*(?:relative_url|absolute_url|url|prepend:\s*site\.\w+)\s*-?\}\}"""
)


def replace_page_tags(text: str, find: Callable[[str], str]) -> str:
    """The text with addresses; `find` takes the name of a page and gives "" for one that is not there."""
    if "{{" not in text and "{%" not in text:
        return text
    text = _PAGE_TAG.sub(lambda tag: _find(tag, find), text)
    text = _FILTERED_ADDRESS.sub(lambda tag: _rooted(tag[1]), text)
    return _SITE_ADDRESS.sub("", text)


def _find(tag: re.Match[str], find: Callable[[str], str]) -> str:
    """The address, with the fragment that the tag asks for."""
    name, sign, fragment = (tag["jekyll"] or tag["hugo"]).partition("#")
    return f"{address}{sign}{fragment}" if (address := find(name)) else tag[0]


def _rooted(address: str) -> str:
    return address if address.startswith(("/", "http://", "https://", "#")) else f"/{address}"

"""A page of a conversation for programs: schema.org Comment, as part of its post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from blog.markup import opening
from comments.threads import Item

# The words of the first comments only, and of each its beginning: they stand on the page a second time, and a page of
# a hundred comments must stay within 40 kB.
WITH_WORDS = 10
WORDS = 30


def comments(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Those drawn on this page that are there to be read, each with its place in the thread."""
    shown = [item for item in items if not item.is_gone]
    return [comment(item, with_words=number < WITH_WORDS) for number, item in enumerate(shown)]


def comment(item: Item, *, with_words: bool) -> dict[str, Any]:
    """One comment: who, when, where, under which, and perhaps how it begins. `parentItem` is left to the post above."""
    one = item.comment
    url = address(one.pk)
    data = {
        "@type": "Comment",
        "@id": url,
        "url": url,
        "author": {"@type": "Person", "name": one.name},
        "dateCreated": one.created_at.isoformat(),
    }
    if with_words:
        data["text"] = opening(one.html, WORDS)
    if one.parent_id and one.parent_status == "approved":
        data["parentItem"] = {"@id": address(one.parent_id)}
    return data


def address(pk: int) -> str:
    """The permalink of a comment, whole."""
    return f"{settings.SITE_URL}/comments/{pk}/"

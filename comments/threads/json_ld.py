"""A page of a conversation for programs: schema.org Comment, as part of its post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from blog.markup.extract import opening_words
from blog.text.addresses import absolute_url
from comments.threads.layout import ThreadItem, permalink

# The words of the first comments only, and of each its beginning: they stand on the page a second time, and a page of
# a hundred comments must stay within 40 kB.
COMMENTS_WITH_TEXT = 10
WORDS_PER_COMMENT = 30


def comments_json_ld(items: Sequence[ThreadItem]) -> list[dict[str, Any]]:
    """Those drawn on this page that are there to be read, each with its place in the thread."""
    shown = [item for item in items if not (item.is_tombstone or item.is_waiting)]
    return [comment_json_ld(item, with_words=number < COMMENTS_WITH_TEXT) for number, item in enumerate(shown)]


def comment_json_ld(item: ThreadItem, *, with_words: bool) -> dict[str, Any]:
    """One comment: who, when, where, under which, and perhaps how it begins. `parentItem` is left to the post above."""
    comment = item.comment
    url = permalink_url(comment.pk)
    data = {
        "@type": "Comment",
        "@id": url,
        "url": url,
        "author": {"@type": "Person", "name": comment.name},
        "dateCreated": comment.created_at.isoformat(),
    }
    if with_words:
        data["text"] = opening_words(comment.html, WORDS_PER_COMMENT)
    if comment.parent_id and comment.parent_status == "approved":
        data["parentItem"] = {"@id": permalink_url(comment.parent_id)}
    return data


def permalink_url(pk: int) -> str:
    """The permalink of a comment, whole."""
    return absolute_url(permalink(pk))

"""What WordPress's format has no words for, as the one custom field that `records/own_fields.py` reads."""

from __future__ import annotations

import json
from typing import Any

from blog.models import Page, Post
from comments.models import Comment
from comments.status import Status
from registan.transfer.exports.wordpress.xml_writer import FORBIDDEN

# Columns of a post that are stored under their own names.
POST_COLUMNS = (
    "body", "summary", "epigraph", "epigraph_source", "language", "visibility", "conversation", "slow_minutes",
    "seo_title", "canonical_url", "is_noindex", "part",
)  # fmt: skip
PAGE_COLUMNS = ("body", "conversation", "slow_minutes")
TIMES = ("updated_at", "closes_at")


def post_fields(post: Post, *, private: bool) -> dict[str, Any]:
    fields = pick(post, POST_COLUMNS)
    if post.series:
        fields["series"] = {"slug": post.series.slug, "name": post.series.name}
    if notes := [{"text": note.text, "at": note.corrected_at.isoformat()} for note in post.corrections.all()]:
        fields["corrections"] = notes
    if private and post.password_hash:
        fields["password_hash"] = post.password_hash
    return fields


def page_fields(page: Page) -> dict[str, Any]:
    return pick(page, PAGE_COLUMNS)


def comment_fields(comment: Comment) -> dict[str, Any]:
    fields: dict[str, Any] = {"body": comment.body}
    if comment.status == Status.WITHDRAWN:
        fields["status"] = comment.status
    if comment.old_number:
        fields["old_number"] = comment.old_number
    return fields


def pick(row: Post | Page, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns that are not empty, and the times."""
    fields = {name: value for name in names if (value := getattr(row, name)) not in ("", None, False, 0)}
    return fields | {name: moment.isoformat() for name in TIMES if (moment := getattr(row, name))}


def as_json(fields: dict[str, Any]) -> str:
    """As text that XML can hold whatever the texts hold: its escapes say what would be dropped there."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return FORBIDDEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)

"""What WordPress's words for kinds and statuses mean here. What is unknown is set aside, and never public."""

from __future__ import annotations

from enum import StrEnum


class ItemKind(StrEnum):
    """What becomes of an `<item>`: four kinds are moved, every other one is set aside and named."""

    POST = "post"
    PAGE = "page"
    ATTACHMENT = "attachment"
    MENU_ITEM = "menu item"
    OTHER = "other"


class ItemStatus(StrEnum):
    """Who sees an item. INHERITED is an attachment's: it is as public as the address of its file."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    DRAFT = "draft"
    REVIEW = "waiting for review"
    PRIVATE = "private"
    INHERITED = "inherited"
    TRASH = "trash"
    UNKNOWN = "unknown"


class CommentKind(StrEnum):
    """A MENTION is a link from another site (pingback, trackback); a NOTE is for colleagues, never public."""

    COMMENT = "comment"
    MENTION = "mention"
    NOTE = "note"
    OTHER = "other"


class ExportedCommentStatus(StrEnum):
    """POST_TRASHED is a comment that went to the trash with its post (`Item.statuses_before_trash` has what it was).

    WITHDRAWN is our own: its writer took it back.
    """

    APPROVED = "approved"
    PENDING = "pending"
    SPAM = "spam"
    TRASH = "trash"
    POST_TRASHED = "in the trash with its post"
    WITHDRAWN = "withdrawn"


class ContentFormat(StrEnum):
    """How the texts of an item and of its comments are written. WORDPRESS is HTML with shortcodes and blank lines.

    OWN is the Markdown of this software, as its own exports carry it beside the HTML.
    """

    WORDPRESS = "wordpress"
    HTML = "html"
    MARKDOWN = "markdown"
    OWN = "own"


ITEM_KINDS = {
    "post": ItemKind.POST,
    "page": ItemKind.PAGE,
    "attachment": ItemKind.ATTACHMENT,
    "nav_menu_item": ItemKind.MENU_ITEM,
}
ITEM_STATUSES = {
    "publish": ItemStatus.PUBLISHED,
    "future": ItemStatus.SCHEDULED,
    "draft": ItemStatus.DRAFT,
    "pending": ItemStatus.REVIEW,
    "private": ItemStatus.PRIVATE,
    "inherit": ItemStatus.INHERITED,
    "trash": ItemStatus.TRASH,
}
# "" until WordPress 5.4, "comment" since.
COMMENT_KINDS = {
    "": CommentKind.COMMENT,
    "comment": CommentKind.COMMENT,
    "pingback": CommentKind.MENTION,
    "trackback": CommentKind.MENTION,
    "note": CommentKind.NOTE,
}
# "1" and "0" are WordPress's own; the words are written by other exporters.
COMMENT_STATUSES = {
    "1": ExportedCommentStatus.APPROVED,
    "approve": ExportedCommentStatus.APPROVED,
    "approved": ExportedCommentStatus.APPROVED,
    "0": ExportedCommentStatus.PENDING,
    "hold": ExportedCommentStatus.PENDING,
    "spam": ExportedCommentStatus.SPAM,
    "trash": ExportedCommentStatus.TRASH,
    "post-trashed": ExportedCommentStatus.POST_TRASHED,
    "withdrawn": ExportedCommentStatus.WITHDRAWN,
}


def item_kind(post_type: str) -> ItemKind:
    return ITEM_KINDS.get(post_type, ItemKind.OTHER)


def item_status(status: str) -> ItemStatus:
    return ITEM_STATUSES.get(status, ItemStatus.UNKNOWN)


def comment_kind(comment_type: str) -> CommentKind:
    return COMMENT_KINDS.get(comment_type, CommentKind.OTHER)


def comment_status(approved: str) -> ExportedCommentStatus:
    """An unknown status waits for a moderator: nothing becomes public that was perhaps hidden."""
    return COMMENT_STATUSES.get(approved, ExportedCommentStatus.PENDING)

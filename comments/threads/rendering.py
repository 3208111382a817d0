"""A comment of a thread as a row of its page: its values, ready for its template.

`comments/_row.html` is a row of the post's page, `comments/_plain_row.html` one of the whole discussion.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from blog.text.site_values import site
from blog.text.validators import WEB_SCHEMES
from comments.threads.layout import ThreadItem, ThreadPage, commenter_url
from comments.threads.row_templates import render_fast
from comments.web.tiles import tile_values

# The same comments are drawn again whenever one is added to them.
MOMENT_CACHE_SIZE = 8_192

END_OF_FOLD = "\n    </details>"


class Surroundings(NamedTuple):
    """What the rows of a page share: its language and zone, and whether the site has another language."""

    language: str | None
    zone: str
    is_foreign: bool

    @classmethod
    def now(cls) -> Self:
        language = get_language()
        return cls(language, site().time_zone, language != site().language)


def render_head(thread: ThreadPage, *, address: str, count_words: str) -> SafeString:
    """The count of comments, and what can be done with the conversation of the post at `address`."""
    values: dict[str, Any] = {
        "count_words": count_words,
        "is_closed": thread.is_closed,
        "is_remembered": thread.is_remembered,
        "has_items": thread.has_public_items,
        "has_folds": thread.has_folds,
        "page": str(thread.page.number),
        "address": address,
        "mail_url": thread.mail_url,
        "feed_url": thread.feed_url,
        "unread_query": thread.unread.query if thread.unread else "",
        "order": thread.order.value,
        "order_url": thread.page.base,
    }
    for order, label, url in thread.orders:
        name = order.name.lower()
        values |= {name: label, f"{name}_url": url, f"is_{name}": order == thread.order}
    return render_fast("comments/_conversation_head.html", values)


def render_thread(items: Sequence[ThreadItem]) -> SafeString:
    """The items as one flat list, with the folds around them."""
    around = Surroundings.now()
    return SafeString("\n    ".join([render_row(item, around) for item in items]))


def render_plain_thread(items: Sequence[ThreadItem]) -> SafeString:
    """The items as one flat list, to be read and not answered."""
    around = Surroundings.now()
    return SafeString("\n      ".join([render_plain_row(item, around) for item in items]))


def render_plain_row(item: ThreadItem, around: Surroundings) -> SafeString:
    words = (
        {"gone": item.tombstone_text}
        if item.is_tombstone
        else {**comment_values(item.comment, around), **placement_values(item)}
    )
    return render_fast("comments/_plain_row.html", {**place_values(item), **words})


def render_row(item: ThreadItem, around: Surroundings) -> SafeString:
    """An item, with the fold that opens below it and those that end there."""
    folds = {"fold": fold_label(item), "ends": SafeString(END_OF_FOLD * len(item.folds_closed))}
    folds |= {"moderate_url": item.moderate_url, "notice_html": item.notice_html}
    words = (
        {"gone": item.tombstone_text}
        if item.is_tombstone
        else {**comment_values(item.comment, around), **reader_values(item)}
    )
    return render_fast("comments/_row.html", {**place_values(item), **folds, **words})


def place_values(item: ThreadItem) -> dict[str, Any]:
    """Where it stands. What is made of numbers needs no escaping, here and below."""
    return {
        "anchor": SafeString(item.anchor),
        "old_anchor": SafeString(item.old_anchor),
        "level": SafeString(item.level),
        "is_muted": item.is_muted,
    }


def comment_values(comment: Any, around: Surroundings) -> dict[str, Any]:
    """What the comment says of itself."""
    public_id = getattr(comment, "public_id", None)
    moment, when = format_moment(comment.created_at, around.language, around.zone)
    return {
        "number": SafeString(comment.id),
        "url": SafeString(comment.get_absolute_url()),
        "name": comment.name,
        # The name leads to one place: to the writer's public page, if they have one.
        "website": comment.website if comment.website.startswith(WEB_SCHEMES) and not public_id else "",
        "commenter_url": commenter_url(public_id) if public_id else "",
        "is_verified": comment.is_verified,
        **tile_values(comment.tile),
        "moment": moment,
        "when": when,
        "html": comment.html,
        # Nobody says in which language they write: likely the site's, which then is not that of the words around it.
        "is_foreign": around.is_foreign,
        "edited": render_to_string("comments/_edit_notice.html", {"comment": comment}) if comment.edited_at else "",
    }


@functools.lru_cache(maxsize=MOMENT_CACHE_SIZE)
def format_moment(moment: datetime, language: str | None, zone: str) -> tuple[SafeString, SafeString]:
    """A moment for machines (ISO 8601) and for people, in the language that is active and the site's zone."""
    local = timezone.localtime(moment)
    return escape(local.isoformat()), escape(date_format(local, "DATETIME_FORMAT"))


def placement_values(item: ThreadItem) -> dict[str, Any]:
    """What it has around it, for every reader."""
    to = item.in_reply_to or {"name": "", "url": ""}
    depth = item.comment.depth
    return {
        # For screen readers: the indent says it to everybody else.
        "depth": SafeString(depth + 1) if depth else "",
        "parent_name": item.comment.parent_name if depth and item.comment.parent_status == "approved" else "",
        "is_post_author": item.is_post_author,
        "correction_html": item.correction_html,
        "to_name": to["name"],
        "to_url": to["url"],
        "shows_parent_on_phone_only": item.shows_parent_on_phone_only,
    }


def reader_values(item: ThreadItem) -> dict[str, Any]:
    """What it has around it on this page, for this reader."""
    return {
        **placement_values(item),
        "is_new": item.is_new,
        "previous_new": item.previous_new,
        "next_new": item.next_new,
        "reply_url": item.reply_url if item.can_reply else "",
        "quote_url": item.quote_url if item.can_reply else "",
        "is_waiting": item.is_waiting,
        "is_muted": item.is_muted,
        "edit_url": item.edit_url,
        "withdraw_url": item.withdraw_url,
        "form": render_to_string("comments/_form.html", {"form": item.form}) if item.form else "",
    }


def fold_label(item: ThreadItem) -> str:
    """What is written on the fold that opens below an item; "" where none does."""
    if not item.fold_size:
        return ""
    if item.continues_on_next_page:
        words = ngettext("%(n)s reply on this page", "%(n)s replies on this page", item.fold_size)
    else:
        words = ngettext("%(n)s reply", "%(n)s replies", item.fold_size)
    return words % {"n": item.fold_size}

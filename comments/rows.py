"""A comment of a thread as a row of its page: its values, ready for a stencil.

`comments/_row.html` is a row of the post's page, `comments/_plain_row.html` one of the whole discussion.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from blog.stencils import draw
from comments.threads import Item

# The same comments are drawn again whenever one is added to them.
MOMENTS = 8_192

END_OF_FOLD = SafeString("\n    </details>")


def drawn(items: Sequence[Item]) -> SafeString:
    """The items as one flat list, with the folds around them."""
    return SafeString("\n    ".join([row(item) for item in items]))


def plain(items: Sequence[Item]) -> SafeString:
    """The items as one flat list, to be read and not answered."""
    return SafeString("\n      ".join([plain_row(item) for item in items]))


def plain_row(item: Item) -> SafeString:
    place = {"anchor": item.anchor, "level": str(item.level)}
    words = {"gone": item.gone_text} if item.is_gone else {**said(item.comment), **near(item)}
    return draw("comments/_plain_row.html", {**place, **words})


def row(item: Item) -> SafeString:
    """An item, with the fold that opens below it and those that end there."""
    ends = SafeString(END_OF_FOLD * len(item.closes))
    place = {"anchor": item.anchor, "level": str(item.level), "fold": fold_words(item), "ends": ends}
    words = {"gone": item.gone_text} if item.is_gone else {**said(item.comment), **around(item)}
    return draw("comments/_row.html", {**place, **words})


def said(comment: Any) -> dict[str, Any]:
    """What the comment says of itself."""
    moment, when = moment_words(comment.created_at, get_language(), settings.TIME_ZONE)
    return {
        "number": str(comment.pk),
        "url": comment.get_absolute_url(),
        "name": comment.name,
        "website": comment.website,
        "is_proven": comment.is_proven,
        "tile_colour": str(comment.tile_colour),
        "tile_shape": str(comment.tile_shape),
        "moment": moment,
        "when": when,
        "html": comment.html,
        "edited": render_to_string("comments/_edited.html", {"comment": comment}) if comment.edited_at else "",
    }


@functools.lru_cache(maxsize=MOMENTS)
def moment_words(moment: datetime, language: str | None, zone: str) -> tuple[str, str]:
    """A moment for machines (ISO 8601) and for people, in the language that is active and the site's zone."""
    local = timezone.localtime(moment)
    return local.isoformat(), date_format(local, "DATETIME_FORMAT")


def near(item: Item) -> dict[str, Any]:
    """What it has around it, for every reader."""
    to = item.in_reply_to or {"name": "", "url": ""}
    return {
        "is_post_author": item.is_post_author,
        "precedes": item.precedes,
        "to_name": to["name"],
        "to_url": to["url"],
        "is_to_narrow": item.is_to_narrow,
    }


def around(item: Item) -> dict[str, Any]:
    """What it has around it on this page, for this reader."""
    return {
        **near(item),
        "is_new": item.is_new,
        "previous_new": item.previous_new,
        "next_new": item.next_new,
        "reply_url": item.reply_url if item.can_reply else "",
        "quote_url": item.quote_url if item.can_reply else "",
        "is_open": item.is_open,
        "form": render_to_string("comments/_form.html", {"form": item.form}) if item.form else "",
    }


def fold_words(item: Item) -> str:
    """What is written on the fold that opens below an item; "" where none does."""
    if not item.opens:
        return ""
    if item.goes_on:
        words = ngettext("%(n)s reply on this page", "%(n)s replies on this page", item.opens)
    else:
        words = ngettext("%(n)s reply", "%(n)s replies", item.opens)
    return words % {"n": item.opens}

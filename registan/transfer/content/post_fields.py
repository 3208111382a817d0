"""What the columns of a post or page are to hold, read from an item."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import Truncator

from blog.models import Post
from blog.models.fields import max_length_of
from blog.text.validators import to_single_line, validate_web_address
from registan.transfer.content.import_plan import PlannedText
from registan.transfer.content.import_terms import plain_words
from registan.transfer.content.old_text import OldText, has_variables
from registan.transfer.content.own_post import own_columns
from registan.transfer.models.reasons import Remark
from registan.transfer.records.export_records import Item
from registan.transfer.records.export_statuses import ItemKind, ItemStatus
from registan.transfer.records.own_fields import own_text
from registan.transfer.wordpress_text.addresses import address_key

# Words of a text that stand in for a title.
TITLE_WORDS = 8
SEO_TITLE_METAS = ("_yoast_wpseo_title", "rank_math_title", "_aioseo_title", "_aioseop_title", "thesis_title")
CANONICAL_METAS = ("_yoast_wpseo_canonical", "rank_math_canonical_url")
NOINDEX_META = "_yoast_wpseo_meta-robots-noindex"
# What WordPress knows only as private: our own exports say in which way.
HIDDEN = (Post.Visibility.UNLISTED, Post.Visibility.PASSWORD)


@dataclass(slots=True)
class PostFields:
    """`columns` of the row, its `password`, and what the ledger is to say."""

    columns: dict[str, Any]
    password: str = ""
    is_trashed: bool = False
    remarks: list[Remark] = field(default_factory=list)


def title_of(item: Item, text: OldText, *, length: int) -> tuple[str, list[Remark]]:
    """A title in one line; of an item without one the first words."""
    title = to_single_line(" ".join(item.title.split()))
    if len(title) > length:
        return title[: length - 1] + "…", [Remark("shortened", title)]
    if title:
        return title, []
    words = to_single_line(Truncator(plain_words(text.shown or "")).words(TITLE_WORDS))[:length]
    title = words or str(item.id)
    return title, [Remark("no-title", title)]


def read_post_fields(item: Item, planned: PlannedText, text: OldText, *, now: datetime.datetime) -> PostFields:
    """The columns of a post; also of a page that is not public, which pages here always are."""
    title, remarks = title_of(item, text, length=max_length_of(Post, "title"))
    status, status_remarks = read_status(item, planned.moment)
    columns = {
        "title": title,
        "slug": planned.slug,
        "status": status,
        "published_at": planned.moment,
        "summary": text.summary,
        "body": text.body,
        "is_pinned": item.is_sticky and item.kind == ItemKind.POST,
        "visibility": Post.Visibility.PASSWORD if item.password else Post.Visibility.LISTED,
        "seo_title": read_seo_title(item),
        "canonical_url": read_canonical_url(item),
        "is_noindex": item.meta(NOINDEX_META) == "1",
    }
    if item.kind == ItemKind.POST:
        columns |= own_columns(item, Post)
    taken = [Remark("address-taken", f"{planned.wanted} → {planned.slug}")] if planned.wanted != planned.slug else []
    return PostFields(
        columns,
        password=item.password,
        is_trashed=item.status == ItemStatus.TRASH,
        remarks=[*status_remarks, *taken, *remarks, *text.remarks],
    )


def read_status(item: Item, moment: datetime.datetime | None) -> tuple[str, list[Remark]]:
    """The status here, and why it is another than it was. What is unknown is never public."""
    if item.kind == ItemKind.PAGE:
        return Post.Status.DRAFT, [Remark("kept-as-draft", item.post_status)]
    match item.status:
        case ItemStatus.PUBLISHED | ItemStatus.SCHEDULED:
            if moment:
                return Post.Status.PUBLISHED, []
            return Post.Status.DRAFT, [Remark("no-date")]
        case ItemStatus.REVIEW:
            return Post.Status.REVIEW, []
        case ItemStatus.PRIVATE:
            if moment and own_text(item.own, "visibility") in HIDDEN:
                return Post.Status.PUBLISHED, []
            return Post.Status.DRAFT, [Remark("private")]
        case ItemStatus.DRAFT | ItemStatus.TRASH:
            return Post.Status.DRAFT, []
    return Post.Status.DRAFT, [Remark("unknown-status", item.post_status)]


def read_seo_title(item: Item) -> str:
    titles = (plain_words(item.meta(name)) for name in SEO_TITLE_METAS)
    title = next((title for title in titles if title and not has_variables(title)), "")
    return to_single_line(title)[: max_length_of(Post, "seo_title")]


def read_canonical_url(item: Item) -> str:
    """Where it appeared first, if that is not its own old address."""
    address = next(filter(None, (item.meta(name).strip() for name in CANONICAL_METAS)), "")
    if (
        not address
        or address_key(address) == address_key(item.link)
        or len(address) > max_length_of(Post, "canonical_url")
    ):
        return ""
    try:
        validate_web_address(address)
    except ValidationError:
        return ""
    return address


def opens_conversation(item: Item) -> bool:
    return item.comment_status == "open"

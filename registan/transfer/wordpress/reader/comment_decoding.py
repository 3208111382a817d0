"""Makes a comment's record of its element."""

from __future__ import annotations

from registan.transfer.records.export_records import ItemComment
from registan.transfer.records.export_statuses import ContentFormat, ExportedCommentStatus
from registan.transfer.records.own_fields import OWN_META
from registan.transfer.wordpress.reader.field_decoding import (
    read_escaped,
    read_metas,
    read_number,
    read_own_fields,
    read_text,
    read_time,
)
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.repairs import Repairs

# WordPress knows no such status: our exports say that it is in the trash, and this beside it.
WITHDRAWN = ExportedCommentStatus.WITHDRAWN.value


def decode_comment(element: RawElement, repairs: Repairs) -> ItemComment:
    metas = read_metas(element, "wp:commentmeta", repairs)
    own = read_own_fields(metas)
    body = own.get("body")
    approved = read_text(element, "wp:comment_approved").strip()
    return ItemComment(
        id=read_number(element, "wp:comment_id", repairs),
        parent_id=read_number(element, "wp:comment_parent", repairs),
        user_id=read_number(element, "wp:comment_user_id", repairs),
        author_name=read_escaped(element, "wp:comment_author").strip(),
        author_email=read_text(element, "wp:comment_author_email").strip(),
        author_url=read_escaped(element, "wp:comment_author_url").strip(),
        local=read_time(element, "wp:comment_date", repairs),
        gmt=read_time(element, "wp:comment_date_gmt", repairs),
        content=body if isinstance(body, str) else read_text(element, "wp:comment_content"),
        approved=WITHDRAWN if approved == "trash" and own.get("status") == WITHDRAWN else approved,
        comment_type=read_text(element, "wp:comment_type").strip(),
        # What our own exports add was read; a copy of the text would only take memory.
        metas=tuple(meta for meta in metas if meta.key != OWN_META),
        content_format=ContentFormat.OWN if isinstance(body, str) else None,
    )

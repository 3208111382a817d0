"""Makes a comment's record of its element."""

from __future__ import annotations

from registan.transfer.records.export_records import ItemComment
from registan.transfer.wordpress.reader.field_decoding import (
    read_escaped,
    read_metas,
    read_number,
    read_text,
    read_time,
)
from registan.transfer.wordpress.reader.raw_element import RawElement
from registan.transfer.wordpress.reader.repairs import Repairs


def decode_comment(element: RawElement, repairs: Repairs) -> ItemComment:
    return ItemComment(
        id=read_number(element, "wp:comment_id", repairs),
        parent_id=read_number(element, "wp:comment_parent", repairs),
        user_id=read_number(element, "wp:comment_user_id", repairs),
        author_name=read_escaped(element, "wp:comment_author").strip(),
        author_email=read_text(element, "wp:comment_author_email").strip(),
        author_url=read_escaped(element, "wp:comment_author_url").strip(),
        local=read_time(element, "wp:comment_date", repairs),
        gmt=read_time(element, "wp:comment_date_gmt", repairs),
        content=read_text(element, "wp:comment_content"),
        approved=read_text(element, "wp:comment_approved").strip(),
        comment_type=read_text(element, "wp:comment_type").strip(),
        metas=read_metas(element, "wp:commentmeta", repairs),
    )

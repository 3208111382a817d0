"""Comments and mentions of an item in an export of WordPress."""

from __future__ import annotations

from collections.abc import Iterable

from comments.models import Comment, Mention
from comments.status import Status
from registan.transfer.exports.rows.media_names import with_whole_addresses
from registan.transfer.exports.wordpress.own_words import as_json, comment_fields
from registan.transfer.exports.wordpress.wordpress_head import as_stored
from registan.transfer.exports.wordpress.wordpress_items import gmt_time, local_time
from registan.transfer.exports.wordpress.xml_writer import XmlWriter
from registan.transfer.records.own_fields import OWN_META

APPROVED = {
    Status.APPROVED: "1",
    Status.PENDING: "0",
    Status.SPAM: "spam",
    Status.REMOVED: "trash",
    Status.WITHDRAWN: "trash",
}


def write_comments(
    writer: XmlWriter, batches: Iterable[list[Comment]], mentions: Iterable[Mention], *, private: bool
) -> None:
    """Write these into the item that is open; the addresses that their writers gave only with `private`."""
    for batch in batches:
        for comment in batch:
            write_comment(writer, comment, private=private)
    for mention in mentions:
        write_mention(writer, mention)


def write_comment(writer: XmlWriter, comment: Comment, *, private: bool) -> None:
    with writer.element("wp:comment"):
        writer.text("wp:comment_id", comment.pk)
        writer.cdata("wp:comment_author", as_stored(comment.name))
        writer.cdata("wp:comment_author_email", comment.email if private else "")
        writer.cdata("wp:comment_author_url", as_stored(comment.website))
        writer.cdata("wp:comment_author_IP", "")
        writer.cdata("wp:comment_date", local_time(comment.created_at))
        writer.cdata("wp:comment_date_gmt", gmt_time(comment.created_at))
        writer.cdata("wp:comment_content", with_whole_addresses(comment.html))
        writer.cdata("wp:comment_approved", APPROVED[Status(comment.status)])
        writer.cdata("wp:comment_type", "comment")
        writer.text("wp:comment_parent", comment.parent_id or 0)
        writer.text("wp:comment_user_id", comment.author_id or 0)
        with writer.element("wp:commentmeta"):
            writer.cdata("wp:meta_key", OWN_META)
            writer.cdata("wp:meta_value", as_json(comment_fields(comment)))


def write_mention(writer: XmlWriter, mention: Mention) -> None:
    """As a pingback. Its number is below all comments': they share a sequence there, but not here."""
    with writer.element("wp:comment"):
        writer.text("wp:comment_id", MENTION_NUMBERS + mention.pk)
        writer.cdata("wp:comment_author", as_stored(mention.title))
        writer.cdata("wp:comment_author_email", "")
        writer.cdata("wp:comment_author_url", as_stored(mention.address))
        writer.cdata("wp:comment_author_IP", "")
        writer.cdata("wp:comment_date", local_time(mention.at))
        writer.cdata("wp:comment_date_gmt", gmt_time(mention.at))
        writer.cdata("wp:comment_content", as_stored(mention.excerpt))
        writer.cdata("wp:comment_approved", "1" if mention.is_shown else "0")
        writer.cdata("wp:comment_type", "pingback")
        writer.text("wp:comment_parent", 0)
        writer.text("wp:comment_user_id", 0)


# Beyond the highest number that a comment keeps from elsewhere (comments/models/old_numbers.py): those of mentions
# are never asked for.
MENTION_NUMBERS = 20_000_000_000

"""What every reader of an export from elsewhere is: a stream of records, with what was repaired and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from registan.transfer.elsewhere.foreign_times import NEVER, Moment
from registan.transfer.records.export_records import (
    Channel,
    DetachedThread,
    ExportedAuthor,
    ExportedSubscriber,
    Item,
    ItemComment,
    ItemComments,
    Meta,
    Term,
    TermReference,
)
from registan.transfer.records.export_statuses import ContentFormat
from registan.transfer.records.stable_ids import stable_id
from registan.transfer.wordpress.reader.repairs import Repair, Repairs

type ForeignRecord = Channel | ExportedAuthor | Term | Item | DetachedThread | ExportedSubscriber

# What `metas` have beside WordPress's own fields: an address that an item had before, and the fragment that led to a
# comment where that is not `comment-` and its id.
OLD_ADDRESS, ANCHOR = "_old_address", "_anchor"
# The text of a deleted comment of which its system keeps nothing but the place: one without a word could not have any.
EMPTIED = "[…]"
# Kinds of what is left out, of which a hostile export could have any number.
MAX_UNREAD_KINDS = 100


class ForeignReader:
    """Iterate over it once: the channel first, authors and terms before what names them, subscribers last.

    `home` is the address of the old site where the export does not say it. What was `repairs`, and what is left
    `unread`, by kind, is complete at the end. Comments can be read as long as there is the reader.
    """

    system = ""

    def __init__(self, paths: list[Path], home: str = "") -> None:
        self.paths, self.home = paths, home.rstrip("/")
        self.repairs: Repairs = Counter()
        self.unread: Counter[str] = Counter()
        self._pictures: set[str] = set()

    def __iter__(self) -> Iterator[ForeignRecord]:
        """Raises RefusedExport for a file that cannot be read as a whole: sometimes only at its end."""
        raise NotImplementedError

    def is_new_picture(self, address: str) -> bool:
        """Is it the first time? Several posts may have one picture."""
        is_new = address not in self._pictures
        self._pictures.add(address)
        return is_new

    def note_unread(self, kind: str) -> None:
        if kind in self.unread or len(self.unread) < MAX_UNREAD_KINDS:
            self.unread[kind] += 1

    def moment(self, read: Callable[[], Moment]) -> Moment:
        """The time that `read` gives; one that is none is counted."""
        try:
            return read()
        except ValueError:
            self.repairs[Repair.DATE] += 1
            return NEVER

    def address(self, path: str) -> str:
        """A path on the old site as an address, if it is known where that was."""
        return path if path.startswith(("http://", "https://")) else f"{self.home}/{path.lstrip('/')}"


def build_channel(*, title: str = "", home: str = "", description: str = "", language: str = "") -> Channel:
    return Channel(
        title=title,
        link=home,
        description=description,
        language=language,
        wxr_version="",
        base_site_url=home,
        base_blog_url=home,
        generator="",
    )


def build_exported_author(
    login: str, *, number: int = 0, email: str = "", name: str = "", description: str = ""
) -> ExportedAuthor:
    return ExportedAuthor(
        id=number,
        login=login,
        email=email,
        display_name=name or login,
        first_name="",
        last_name="",
        description=description,
    )


def build_item(
    *,
    part: str,
    number: int,
    id: int,
    post_type: str,
    post_status: str,
    title: str = "",
    link: str = "",
    guid: str = "",
    creator: str = "",
    content: str = "",
    excerpt: str = "",
    slug: str = "",
    moment: Moment = NEVER,
    modified: Moment = NEVER,
    comment_status: str = "open",
    is_sticky: bool = False,
    attachment_url: str = "",
    terms: tuple[TermReference, ...] = (),
    metas: tuple[Meta, ...] = (),
    comments: ItemComments = (),
    content_format: ContentFormat = ContentFormat.HTML,
) -> Item:
    """An item with what systems other than WordPress have."""
    return Item(
        part=part,
        number=number,
        id=id,
        parent_id=0,
        post_type=post_type,
        post_status=post_status,
        title=" ".join(title.split()),
        link=link,
        guid=guid or link,
        creator=creator,
        content=content,
        excerpt=excerpt,
        slug=slug,
        local=moment.local,
        gmt=moment.gmt,
        modified_local=modified.local,
        modified_gmt=modified.gmt,
        comment_status=comment_status,
        ping_status="closed",
        menu_order=0,
        password="",
        is_sticky=is_sticky,
        attachment_url=attachment_url,
        terms=terms,
        metas=metas,
        comments=comments,
        content_format=content_format,
    )


def build_comment(
    *,
    id: int,
    parent_id: int,
    name: str,
    content: str,
    approved: str,
    email: str = "",
    url: str = "",
    user_id: int = 0,
    moment: Moment = NEVER,
    anchor: str = "",
) -> ItemComment:
    """A comment; `approved` is in WordPress's words: "1", "0", "spam", "trash"."""
    return ItemComment(
        id=id,
        parent_id=parent_id,
        user_id=user_id,
        author_name=name.strip(),
        author_email=email.strip(),
        author_url=url.strip(),
        local=moment.local,
        gmt=moment.gmt,
        content=content or (EMPTIED if approved == "trash" else ""),
        approved=approved,
        comment_type="comment",
        metas=(Meta(ANCHOR, anchor),) if anchor else (),
    )


def build_picture(address: str, *, part: str, number: int, alt: str = "", caption: str = "") -> Item:
    """The picture of a post, as WordPress has it: an attachment, which the post names in `_thumbnail_id`."""
    return build_item(
        part=part,
        number=number,
        id=stable_id(address),
        post_type="attachment",
        post_status="inherit",
        title=address.rpartition("/")[2],
        link=address,
        excerpt=caption,
        attachment_url=address,
        comment_status="closed",
        metas=(Meta("_wp_attachment_image_alt", alt),) if alt else (),
    )

"""Makes of an exported comment what is stored of it: who wrote it, when, its status, and its text as we write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from blog.markup.renderer import render_reader_markdown
from blog.models import Author
from blog.text.site_values import site_language
from blog.text.validators import to_single_line, validate_plain_email, validate_web_address
from comments.models import Comment
from comments.status import Status
from registan.transfer.content.comments.comment_reasons import ArrivalNote
from registan.transfer.models.ledger import hash_of
from registan.transfer.models.reasons import Remark
from registan.transfer.records.export_records import ItemComment
from registan.transfer.records.export_statuses import COMMENT_STATUSES, ContentFormat, ExportedCommentStatus
from registan.transfer.wordpress_text.contract import OldSite
from registan.transfer.wordpress_text.foreign_texts import convert_comment_text

MAX_NAME_LENGTH, MAX_EMAIL_LENGTH, MAX_WEBSITE_LENGTH = 80, 254, 200
# Of a value that cannot be stored, in the ledger.
MAX_SHOWN = 200
# Addresses whose checks are remembered: the readers of a busy blog.
KNOWN_ADDRESSES = 10_000
STATUSES = {
    ExportedCommentStatus.APPROVED: Status.APPROVED,
    ExportedCommentStatus.PENDING: Status.PENDING,
    ExportedCommentStatus.SPAM: Status.SPAM,
    ExportedCommentStatus.TRASH: Status.REMOVED,
    ExportedCommentStatus.WITHDRAWN: Status.WITHDRAWN,
    ExportedCommentStatus.POST_TRASHED: Status.PENDING,  # nobody noted what it was
}


@dataclass(frozen=True)
class KnownAuthors:
    """The authors of the old blog, by their ids there and by their email addresses, in lower case."""

    by_id: Mapping[int, Author] = field(default_factory=dict)
    by_email: Mapping[str, Author] = field(default_factory=dict)

    def find(self, comment: ItemComment) -> Author | None:
        """Who wrote it while signed in to the old blog; anyone can type the address of an author, who was not."""
        if not comment.user_id:
            return None
        return self.by_id.get(comment.user_id) or self.by_email.get(comment.author_email.casefold())


@dataclass(slots=True)
class CommentDraft:
    """What is stored of a comment: `bodies` are its parts, each with its HTML, none if nobody would see a word."""

    name: str
    email: str
    website: str
    author: Author | None
    status: Status
    bodies: list[tuple[str, str]]
    notes: list[Remark]


def archived_status(comment: ItemComment, before_trash: Mapping[int, ExportedCommentStatus]) -> Status:
    """Its status here. What went to the trash with its post is what it was before; the post hides it."""
    status = comment.status
    if status == ExportedCommentStatus.POST_TRASHED:
        status = before_trash.get(comment.id, status)
    return STATUSES[status]


def comment_hash(comment: ItemComment, status: Status) -> str:
    """A digest of all that an export says of a comment, but for its place and its custom fields."""
    who = (comment.author_name, comment.author_email, comment.author_url, comment.user_id)
    return hash_of([*who, comment.local, comment.gmt, comment.content, status.value])


def stored_hash(comment: Comment) -> str:
    """A digest of what people may change of a comment here."""
    return hash_of([comment.name, comment.email, comment.website, comment.body, str(comment.status)])


def build_draft(
    comment: ItemComment, status: Status, *, site: OldSite, authors: KnownAuthors, content_format: ContentFormat
) -> CommentDraft:
    notes: list[Remark] = []
    if comment.approved not in COMMENT_STATUSES:
        notes.append(Remark(ArrivalNote.UNKNOWN_STATUS, comment.approved[:MAX_SHOWN]))
    name = clean_name(comment.author_name, notes)
    email, website = clean_email(comment.author_email), clean_website(comment.author_url)
    if comment.author_email and not email:
        notes.append(Remark(ArrivalNote.EMAIL_LEFT_OUT))
    if not website and comment.author_url.strip() not in {"", "http://", "https://"}:
        notes.append(Remark(ArrivalNote.WEBSITE_LEFT_OUT, comment.author_url[:MAX_SHOWN]))
    bodies = convert_bodies(comment.content, site, comment.content_format or content_format)
    # Rendered by the conversion already, to see that it can be: the renderer remembers the last few.
    rendered = [(body, str(render_reader_markdown(body))) for body in bodies]
    return CommentDraft(name, email, website, authors.find(comment), status, rendered, notes)


def convert_bodies(content: str, site: OldSite, content_format: ContentFormat) -> list[str]:
    """The text in readers' Markdown, in as many parts as the limits of comments make of it."""
    return list(convert_comment_text(content, content_format, site).bodies)


def clean_name(text: str, notes: list[Remark]) -> str:
    """A name in one line that fits; there is always one, since a comment without a name is an erased one."""
    name = " ".join(to_single_line(" ".join(text.split())).split())
    if len(name) > MAX_NAME_LENGTH:
        notes.append(Remark(ArrivalNote.NAME_SHORTENED, name[:MAX_SHOWN]))
        name = name[: MAX_NAME_LENGTH - 1].rstrip() + "…"
    return name or anonymous_name()


@site_language()  # every reader reads it
def anonymous_name() -> str:
    """The name of whoever gave none."""
    return _("Anonymous")


@lru_cache(KNOWN_ADDRESSES)
def clean_email(text: str) -> str:
    """The address, or "" for what is none."""
    try:
        validate_email(text)
        validate_plain_email(text)
    except ValidationError:
        return ""
    return text if len(text.casefold()) <= MAX_EMAIL_LENGTH else ""


@lru_cache(KNOWN_ADDRESSES)
def clean_website(text: str) -> str:
    """The address of a website, or "" for what is none; old forms took it without `http://`."""
    address = text.strip()
    if address and "://" not in address:
        address = f"http://{address}"
    try:
        URLValidator(schemes=["http", "https"])(address)
        validate_web_address(address)
    except ValidationError:
        return ""
    return address if len(address) <= MAX_WEBSITE_LENGTH else ""

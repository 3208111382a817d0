"""Brings a comment of an archive up to date with what the archive says now, if nobody has changed it here."""

from __future__ import annotations

from django.db import transaction

from blog.models import Conversation
from blog.models.clock import Clock
from comments.lifecycle.archive import ArchivedComment, find_readers
from comments.lifecycle.decide import decide
from comments.models.comment import Comment
from comments.models.decision import PendingTraining
from comments.models.quotation import Quotation
from comments.status import Status, Via
from comments.web.tiles import tile_number

UPDATED_COLUMNS = (
    *("name", "name_key", "email", "website", "author", "user", "reader", "tile", "body", "html", "words_key"),
    *("version", "quote_count"),
)


@transaction.atomic(savepoint=False)
def update_archived(new: ArchivedComment, *, learn: bool = False) -> None:
    """Replace what the comment `new.pk` says, who says it and its status; its place and its time stay.

    The text before is kept for moderators. Readers are not told that it was edited, since it was not, here.
    """
    Conversation.objects.lock(Comment.objects.filter(pk=new.pk).values("conversation"))
    comment = Comment.objects.select_for_update().get(pk=new.pk)
    comment.revisions.create(version=comment.version, body=comment.body, by=None)
    has_website = bool(comment.website or new.website)
    set_columns(comment, new)
    quotations = comment.find_quotations()
    had_quotations, comment.quote_count = bool(comment.quote_count), len(quotations)
    comment.save(update_fields=UPDATED_COLUMNS)
    if had_quotations or quotations:
        Quotation.replace_for(comment, quotations)
    if comment.status == Status.APPROVED:
        Comment.objects.filter(pk=comment.pk).reindex()
    if comment.shown:
        Conversation.record_change(comment.conversation_id)
    if comment.status != new.status:
        change_status(comment, new.status, learn=learn)
    if has_website:
        Clock.move_site()


def set_columns(comment: Comment, new: ArchivedComment) -> None:
    comment.name, comment.email, comment.website, comment.body = new.name, new.email, new.website, new.body
    comment.author, comment.user = new.author, new.author.user if new.author else None
    comment.reader_id = find_readers([new]).get(new.email.casefold())
    comment.tile = tile_number({"author": new.author, "email": new.email, "name": new.name})
    comment.version += 1


def change_status(comment: Comment, to: Status, *, learn: bool) -> None:
    decide([comment.pk], to, via=Via.IMPORT, quiet=True)
    if not learn:
        PendingTraining.objects.filter(comment=comment.pk).delete()

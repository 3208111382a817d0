"""Comments of which a note for the author of the post was made."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from blog.models import Correction, ReviewNote
from comments.models.comment import Comment
from comments.status import Status


class CommentNoteQuerySet(models.QuerySet["CommentNote"]):
    def sync_names(self, ids: Iterable[int]) -> None:
        """Let the notes made of these comments, and the corrections that thank for them, name only whom readers see.

        Moves the clock if a correction changes; call it in the transaction that changes the comments, at its end.
        """
        credited = []
        for made in self.filter(comment__in=list(ids)).select_related("note", "comment"):
            name = public_name(made.comment)
            if made.note.said_by != name:
                ReviewNote.objects.filter(pk=made.note_id).update(said_by=name)
                credited += [made.note.credited_in_id] if made.note.credited_in_id else []
        if credited:
            Correction.objects.sync_credits(credited)

    def forget(self, ids: Iterable[int], *, staying: Iterable[int] = ()) -> None:
        """Let nothing lead from the notes made of these comments to their writers, whose words go unless `staying`."""
        made = self.filter(comment__in=list(ids))
        of_notes = dict(made.values_list("comment", "note"))
        if not of_notes:
            return
        notes = ReviewNote.objects.filter(pk__in=list(of_notes.values()))
        gone = [note for comment, note in of_notes.items() if comment not in set(staying)]
        notes.update(said_by="", source_url="")
        ReviewNote.objects.filter(pk__in=gone).update(text=_("This note was made of a comment that has been deleted."))
        made.delete()
        Correction.objects.sync_credits(notes.exclude(credited_in=None).values_list("credited_in", flat=True))


class CommentNote(models.Model):
    """The note on a post that was made of a comment: one for each comment, whoever asks for it."""

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="author_note")
    note = models.OneToOneField(ReviewNote, models.CASCADE, related_name="+")

    objects = CommentNoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"comment {self.comment_id}, note {self.note_id}"


def public_name(comment: Comment) -> str:
    """The name that readers see above it; "" for a comment that they do not see."""
    return comment.name if comment.status == Status.APPROVED else ""

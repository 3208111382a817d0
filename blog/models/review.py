"""Notes of authors and editors on a post or on a passage of it, which stay with their words while the text changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from blog.diff.passage import CONTEXT_LENGTH, Context, Passage, context_of, find_passage, find_returned, follow_passage
from blog.text.validators import validate_storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blog.models.post import Post

# Characters of a note: a page.
MAX_NOTE_LENGTH = 4_000
# Characters of the passage that a note is about: a long paragraph.
MAX_PASSAGE_LENGTH = 2_000
# What says where in a text a note is.
PLACE_FIELDS = ["start", "end", "context_before", "context_after"]


class ReviewNoteQuerySet(models.QuerySet["ReviewNote"]):
    def with_replies(self) -> Self:
        """The notes that are no replies, each with its replies; two queries."""
        replies = models.Prefetch("replies", ReviewNote.objects.select_related("written_by"))
        return self.filter(reply_to=None).select_related("written_by", "resolved_by").prefetch_related(replies)

    def write(self, post: Post, text: str, *, by: User, words: str = "", near: int = 0, **source: str) -> ReviewNote:
        """Store a note on `post`, about `words` of its text where they are nearest to `near`, or about all of it.

        `source`: the `source_url` and `said_by` of what a reader said.
        """
        note = ReviewNote(post=post, written_by=by, text=text, edition=post.edition, **source)
        if words:
            note.place(post.body, find_passage(post.body, words, near=near))
            note.words = words if note.passage is None else note.current_words(post.body)
        note.save()
        return note

    def open(self) -> Self:
        """The notes that wait for somebody to resolve them."""
        return self.filter(reply_to=None, resolved_at=None)

    def creditable(self) -> Self:
        """The open ones that were made of what a reader said, and says in public."""
        return self.open().exclude(said_by="")

    def move(self, post: Post, before: Post | None) -> None:
        """Let the notes follow their words from the text of `before` to that of `post`."""
        if before is None or before.body == post.body:
            return
        notes = list(self.filter(post=post).exclude(words=""))
        for note in notes:
            note.move(before.body, post.body)
        self.bulk_update(notes, PLACE_FIELDS)

    def place_all(self, post: Post, places: Mapping[ReviewNote, Passage | None]) -> None:
        """Store where in the text of `post`, just saved, these notes are, as whoever changed it knows."""
        for note, passage in places.items():
            note.place(post.body, passage)
        self.bulk_update(places, PLACE_FIELDS)


class ReviewNote(models.Model):
    """One note, kept with its post for those who may edit it; readers never see it.

    `words` is the passage when the note was written, "" for a note on the whole post; `start` and `end` say where it is
    in the text as stored, None if it is gone. A note that was made of what a reader said has the address of that, and
    their name for as long as readers see it; `credited_in` is the correction note that thanks them.
    """

    post = models.ForeignKey("Post", models.CASCADE, related_name="review_notes")
    reply_to = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    text = models.TextField(gettext_lazy("note"), max_length=MAX_NOTE_LENGTH, validators=[validate_storable])
    edition = models.PositiveIntegerField(default=0, db_default=0)
    words = models.TextField(default="", db_default="")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    context_before = models.CharField(max_length=CONTEXT_LENGTH, default="", db_default="")
    context_after = models.CharField(max_length=CONTEXT_LENGTH, default="", db_default="")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    said_by = models.CharField(max_length=80, default="", db_default="")
    source_url = models.CharField(max_length=200, default="", db_default="")
    credited_in = models.ForeignKey("Correction", models.SET_NULL, null=True, related_name="credited_notes")

    objects = ReviewNoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def passage(self) -> Passage | None:
        return None if self.start is None or self.end is None else Passage(self.start, self.end)

    @property
    def is_lost(self) -> bool:
        """Was it about words that are gone?"""
        return bool(self.words) and self.passage is None

    def current_words(self, body: str) -> str:
        """The passage as it is in `body`, the stored text; "" if it is gone."""
        return body[self.start : self.end] if self.passage else ""

    def place(self, body: str, passage: Passage | None) -> None:
        """Set the passage; of one that is gone the context stays, so that it is found if it comes back."""
        self.start, self.end = passage or (None, None)
        if passage:
            self.context_before, self.context_after = context_of(body, passage)

    def move(self, old: str, new: str) -> None:
        """Follow the words from one text to the next."""
        if self.passage:
            self.place(new, follow_passage(old, new, self.passage))
        else:
            context = Context(self.context_before, self.context_after)
            self.place(new, find_returned(old, new, self.words, context))

    def reply(self, text: str, *, by: User) -> ReviewNote:
        """Store a reply; a reply to a reply belongs to the note itself."""
        return ReviewNote.objects.create(
            post_id=self.post_id,
            reply_to_id=self.reply_to_id or self.pk,
            written_by=by,
            text=text,
        )

    def resolve(self, *, by: User) -> None:
        self.resolved_at, self.resolved_by = timezone.now(), by
        self.save(update_fields=["resolved_at", "resolved_by"])

    def reopen(self) -> None:
        self.resolved_at = self.resolved_by = None
        self.save(update_fields=["resolved_at", "resolved_by"])

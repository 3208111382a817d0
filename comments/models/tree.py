"""The position of a comment: in which conversation, under which comment, and whether the thread shows it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import display
from django.db import connection, models
from django.utils.translation import pgettext_lazy

from blog.models import Conversation, Page, Post
from blog.models.commentable import Commentable
from comments.models.subject_field import SubjectField
from comments.models.thread_pages import ALL_BUT_FOLLOWING, ENDS, PRECEDING
from comments.threads import layout

# In a thread of more comments than this, it is worth a query to know which end is nearer.
LONG = 1_000
# The kinds of subjects, by the names of their relations.
SUBJECT_KINDS = ("post", "page")


def subject_field(model: type[Commentable], verbose_name: Any) -> SubjectField:
    return SubjectField(
        model,
        models.PROTECT,
        from_fields=["conversation"],
        to_fields=["thread"],
        related_name="comments",
        verbose_name=verbose_name,
        null=True,
        blank=True,
        editable=False,
        serialize=False,
    )


class ThreadNode(models.Model):
    """A comment's position in the thread. `shown` and `thread_size` change only under the conversation's lock."""

    conversation = models.ForeignKey(  # indexes of its own: in comment.py
        Conversation,
        models.PROTECT,
        related_name="comments",
        db_index=False,
        verbose_name=pgettext_lazy("noun", "conversation"),
    )
    # One of them is there, and nothing but `subject` asks which.
    post = subject_field(Post, pgettext_lazy("column", "post"))
    page = subject_field(Page, pgettext_lazy("noun", "page"))
    parent = models.ForeignKey(
        "comments.Comment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,
        verbose_name=pgettext_lazy("column", "parent"),
    )
    path = models.CharField(max_length=layout.PATH_LENGTH, default="")
    depth = models.PositiveIntegerField(default=0)
    shown = models.BooleanField(default=False)
    # Stored on the first comment of a thread alone, so that a reply changes one row and not those of a whole thread.
    thread_size = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Comments and tombstones shown in the thread that it begins."
    )
    # Links to #comment-ID of the blog that it was written on lead to it (threads/old_anchors.py).
    old_number = models.PositiveBigIntegerField(
        null=True, editable=False, help_text="Its id on the blog that it moved in from."
    )
    # Null and not "", so that a table of a million rows need not be written again for the column.
    old_anchor = models.CharField(
        max_length=60,
        null=True,
        editable=False,
        help_text="The fragment by which links found it elsewhere, such as isso-12.",
    )

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return layout.permalink(self.pk)

    @property
    @display(description=pgettext_lazy("column", "post"))
    def subject(self) -> Commentable:
        """What it is a comment on. Of many comments, `with_subjects` reads it with them."""
        subject: Commentable = self.post or self.page
        return subject

    @subject.setter
    def subject(self, subject: Commentable) -> None:
        kind = str(subject._meta.model_name)
        setattr(self, kind, subject)
        for other in {*SUBJECT_KINDS} - {kind}:  # known without asking the database
            self._state.fields_cache[other] = None
        if thread := subject._state.fields_cache.get("thread"):
            self.conversation = thread

    def get_link(self, query: str = "") -> str:
        """Where whoever was given this link finds it: a permalink leads nobody to an unlisted subject."""
        return f"{self.get_absolute_url()}{query}" if self.subject.is_listed else self.get_thread_url(query)

    def get_thread_url(self, query: str = "") -> str:
        """The page of the thread that shows the comment, with its anchor; for what waits, that of the one before it."""
        position = self.position() if self.shown else max(self.position() - 1, 0)
        page = layout.thread_page_url(self.subject.get_absolute_url(), layout.page_at_position(position))
        return f"{page}{query}#comment-{self.pk}"

    def get_reply_url(self) -> str:
        """The page of the thread that shows the comment, with the form to reply to it."""
        return f"{self.get_thread_url().partition('#')[0]}?reply={self.pk}#respond"

    def get_reply_link(self) -> str:
        """The same for a link that is followed later, when the comment may be on another page."""
        return f"{self.get_absolute_url()}?reply={self.pk}" if self.subject.is_listed else self.get_reply_url()

    def position(self) -> int:
        """The position, from 0, among what the thread shows: counted from the end that is nearer, if it is long."""
        root, beyond = layout.bounds_of_thread(self.path)
        where: dict[str, Any] = {
            "thread": self.conversation_id,
            "path": self.path,
            "root": root,
            "beyond": beyond,
            "shown": True,
        }
        with connection.cursor() as cursor:
            sql = PRECEDING
            if self.conversation.shown_count > LONG:
                cursor.execute(ENDS, where)
                first, last = cursor.fetchone()
                if layout.is_beyond_middle(self.path, first, last):
                    sql = ALL_BUT_FOLLOWING
            cursor.execute(sql, where)
            return int(cursor.fetchone()[0])

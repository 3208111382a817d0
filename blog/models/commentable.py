"""Whether readers may comment on something: open, held, slowed down or closed, and until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.clock import Conversation
from blog.text.site_values import site

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

# The columns that say whether and how readers may comment.
STATE_FIELDS = ("conversation", "slow_minutes", "closes_at")
# Minutes of slow mode: a day. Longer pauses would be a closed conversation.
MAX_SLOW_MINUTES = 24 * 60


class Commentable(models.Model):
    """A model that readers comment on, a subject; what counts its comments is its `Conversation`, the `thread`.

    Nothing that handles comments asks which model it is.
    """

    if TYPE_CHECKING:
        # What the model itself has. A model without authors, corrections or an epigraph says so by an empty one.
        pk: Any
        title: Any
        language: Any
        epigraph_html: Any
        body_html: Any
        published_at: Any
        updated_at: Any
        is_public: Any
        is_listed: Any
        is_protected: Any
        is_trashed: Any
        author_list: Any
        uid: Any
        correction_notes: Any

        def get_absolute_url(self) -> str: ...
        def is_written_by(self, user: User | AnonymousUser) -> bool: ...
        def lock(self) -> None: ...
        def store_state(self, *, by: User | None) -> None: ...

    class ConversationStatus(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        HELD = "held", gettext_lazy("held: every comment waits for a moderator")
        CLOSED = "closed", gettext_lazy("closed")
        OFF = "off", gettext_lazy("off: no comments here")  # of pages alone

    # The states of a conversation that there is: all but the last.
    STATES = ConversationStatus.choices[:-1]

    thread = models.OneToOneField(Conversation, models.PROTECT, editable=False, related_name="%(class)s")
    conversation = models.CharField(
        pgettext_lazy("column", "conversation"),
        max_length=10,
        choices=STATES,
        default=ConversationStatus.OPEN,
        help_text=gettext_lazy("Closed: existing comments stay, and readers cannot add new ones."),
    )
    closes_at = models.DateTimeField(
        gettext_lazy("conversation closes at"),
        null=True,
        blank=True,
        help_text=gettext_lazy("Readers cannot comment after this time. Leave empty to use the site’s default."),
    )
    slow_minutes = models.PositiveSmallIntegerField(
        gettext_lazy("slow mode"),
        default=0,
        blank=True,
        validators=[MaxValueValidator(MAX_SLOW_MINUTES)],
        help_text=gettext_lazy("Minutes that a reader must wait between two comments; 0 for no wait."),
    )

    class Meta:
        abstract = True

    @property
    def has_conversation(self) -> bool:
        """Is there a conversation at all, to be read or added to?"""
        return self.conversation != self.ConversationStatus.OFF

    @property
    def shows_conversation(self) -> bool:
        """Do those who have its address read its conversation?"""
        return self.has_conversation and bool(self.is_public)

    @property
    def lists_conversation(self) -> bool:
        """Do readers find its comments in lists, feeds and searches?"""
        return self.shows_conversation and bool(self.is_listed)

    @property
    def dated_at(self) -> datetime.datetime:
        """The day that readers know it by."""
        day: datetime.datetime = self.published_at or self.updated_at
        return day

    @property
    def is_closed(self) -> bool:
        """Are new comments refused?"""
        closed = (self.ConversationStatus.CLOSED, self.ConversationStatus.OFF)
        return self.is_past_closing or self.conversation in closed or site().is_read_only

    @property
    def is_past_closing(self) -> bool:
        """Is its time over? A closing time of its own, earlier or later, overrides the site's rule."""
        if self.closes_at is None:
            return self.is_older_than(site().close_after_days)
        return bool(self.closes_at <= timezone.now())

    @property
    def is_held(self) -> bool:
        """Does every comment wait for a moderator, by this setting or because of its age?"""
        return self.conversation == self.ConversationStatus.HELD or self.is_older_than(site().hold_after_days)

    @property
    def pause_minutes(self) -> int:
        """How long a reader waits between two comments here: its own slow mode, or the site's."""
        return self.slow_minutes or site().slow_minutes

    def is_older_than(self, days: int) -> bool:
        """Was it published at least `days` ago? 0 days: never."""
        if not days or self.published_at is None:
            return False
        return bool(self.published_at <= timezone.now() - datetime.timedelta(days))

    @property
    def comment_count(self) -> int:
        return int(self.thread.comment_count)

"""Whether readers may comment on something: open, held, slowed down or closed, and until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.text.site_values import site

# Minutes of slow mode: a day. Longer pauses would be a closed conversation.
MAX_SLOW_MINUTES = 24 * 60


class Commentable(models.Model):
    """A model that readers comment on; its numbers are in its `Conversation`."""

    if TYPE_CHECKING:
        published_at: Any  # a field of the model itself
        thread: Any  # its Conversation

    class ConversationStatus(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        HELD = "held", gettext_lazy("held: every comment waits for a moderator")
        CLOSED = "closed", gettext_lazy("closed")

    conversation = models.CharField(
        pgettext_lazy("column", "conversation"),
        max_length=10,
        choices=ConversationStatus,
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
    def is_closed(self) -> bool:
        """Are new comments refused?"""
        return self.is_past_closing or self.conversation == self.ConversationStatus.CLOSED

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

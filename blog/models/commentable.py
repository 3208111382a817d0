"""What readers may say to something, and until when."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

# Minutes of slow mode: a day. Whoever wants longer pauses wants a closed conversation.
MAX_SLOW_MINUTES = 24 * 60


class Commentable(models.Model):
    """A model with a conversation, whose numbers its `Thread` keeps. It says when it was published (`published_at`)."""

    class ConversationStatus(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        HELD = "held", gettext_lazy("held: every comment waits for a moderator")
        CLOSED = "closed", gettext_lazy("closed")

    conversation = models.CharField(
        pgettext_lazy("column", "conversation"),
        max_length=10,
        choices=ConversationStatus,
        default=ConversationStatus.OPEN,
    )
    closes_at = models.DateTimeField(
        gettext_lazy("conversation closes at"),
        null=True,
        blank=True,
        help_text=gettext_lazy("From then on no new comments are taken."),
    )
    slow_minutes = models.PositiveSmallIntegerField(
        gettext_lazy("slow mode"),
        default=0,
        blank=True,
        validators=[MaxValueValidator(MAX_SLOW_MINUTES)],
        help_text=gettext_lazy("So many minutes must pass between two comments of one reader; 0 for none."),
    )

    class Meta:
        abstract = True

    @property
    def is_closed(self) -> bool:
        """Are new comments refused? Its own closing time, sooner or later, stands before the site's age."""
        if self.closes_at is None:
            over = self.is_older_than(settings.CLOSE_AFTER_DAYS)
        else:
            over = self.closes_at <= timezone.now()
        return over or self.conversation == self.ConversationStatus.CLOSED

    @property
    def is_held(self) -> bool:
        """Does every comment wait for a moderator, by its own setting or by its age?"""
        return self.conversation == self.ConversationStatus.HELD or self.is_older_than(settings.HOLD_AFTER_DAYS)

    def is_older_than(self, days: int) -> bool:
        """Was it published at least so many days ago? 0 days: never."""
        return bool(days and self.published_at) and self.published_at <= timezone.now() - datetime.timedelta(days)

    @property
    def comment_count(self) -> int:
        return self.thread.comment_count

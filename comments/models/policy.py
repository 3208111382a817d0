"""The numbers of the moderation policy, which moderators set in the admin, and the public reasons for a removal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from blog.models.clock import Clock
from blog.models.composed_query import ComposedQuery
from blog.text.validators import is_pk, validate_single_line
from comments.spam.classifier import HOLD_THRESHOLD, SPAM_THRESHOLD

POLICY_PK = 1
MAX_REGULAR_AFTER = 100


class Policy(models.Model):
    """The one row of numbers for screening and reports."""

    regular_after = models.PositiveSmallIntegerField(
        gettext_lazy("approved comments of a regular"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_REGULAR_AFTER)],
        help_text=gettext_lazy(
            "Readers with a verified address and this many approved comments are published straight away."
        ),
    )
    quiet_days = models.PositiveSmallIntegerField(
        gettext_lazy("days without a removal"),
        default=90,
        validators=[MaxValueValidator(3650)],
        help_text=gettext_lazy(
            "After one of their comments is removed or marked as spam, "
            "readers wait this many days to become regulars again."
        ),
    )
    links_held = models.PositiveSmallIntegerField(
        gettext_lazy("links that hold a comment"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=gettext_lazy("A comment with this many links or more waits for a moderator."),
    )
    reports_hold = models.PositiveSmallIntegerField(
        gettext_lazy("reports that hold a comment"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=gettext_lazy("A comment reported from this many different networks waits for a moderator again."),
    )
    hold_percent = models.DecimalField(
        gettext_lazy("spam score that holds a comment"),
        default=100 * Decimal(str(HOLD_THRESHOLD)),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
        help_text=gettext_lazy("In per cent. The spam filter holds a comment that it finds at least this suspicious."),
    )
    spam_percent = models.DecimalField(
        gettext_lazy("spam score that marks a comment as spam"),
        default=100 * Decimal(str(SPAM_THRESHOLD)),
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
        help_text=gettext_lazy("In per cent. Spam is never shown; moderators still find it in the queue."),
    )
    spam_days = models.PositiveSmallIntegerField(
        gettext_lazy("days that spam is kept"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=gettext_lazy("After this many days its text and its sender are erased."),
    )
    scores_from = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Older scores of waiting comments are computed again.",
    )

    class Meta:
        verbose_name = pgettext_lazy("noun", "policy")
        verbose_name_plural = gettext_lazy("policy")

    def __str__(self) -> str:
        return gettext("How comments are handled")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = POLICY_PK
        super().save(*args, **kwargs)
        Clock.move_site()  # whose websites are links depends on it (thread_pages.py)

    @classmethod
    def current(cls) -> Policy:
        """The numbers in force, in one query."""
        return IN_FORCE.first() or cls()


IN_FORCE = ComposedQuery(lambda: Policy.objects.filter(pk=POLICY_PK))


class ReasonQuerySet(models.QuerySet["Reason"]):
    def find(self, text: str) -> Reason | None:
        """The reason that a form names by its number or by its words."""
        if "\0" in text:  # PostgreSQL cannot be asked for it
            return None
        return self.filter(pk=text).first() if is_pk(text) else self.filter(words=text).first()


class Reason(models.Model):
    """A reason for removing a comment: short, and shown to everybody."""

    words = models.CharField(
        pgettext_lazy("column", "words"), max_length=80, unique=True, validators=[validate_single_line]
    )
    law = models.CharField(
        pgettext_lazy("column", "law"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[validate_single_line],
        help_text=gettext_lazy(
            "Only where the law forbids the comment, and not just your house rules: which law, and what it forbids. "
            "The writer is told."
        ),
    )
    place = models.PositiveSmallIntegerField(
        pgettext_lazy("column", "place"), default=0, help_text=gettext_lazy("Lower numbers come first.")
    )
    is_offered = models.BooleanField(gettext_lazy("offered"), default=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "reason")
        verbose_name_plural = pgettext_lazy("noun", "reasons")
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.words

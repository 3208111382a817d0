"""Moderators' rules: which comments are held, marked as spam or refused before anyone reads them."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.text.validators import validate_single_line
from comments.screening.patterns import clean_pattern


class RuleQuerySet(models.QuerySet["Rule"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def count_refusal(self, pk: int | None) -> None:
        """Count a comment that this rule refused."""
        self.filter(pk=pk or 0).update(refusal_count=F("refusal_count") + 1)


class Rule(models.Model):
    """One rule. Never deleted, only switched off, since decisions refer to it."""

    class Kind(models.TextChoices):
        WORDS = "words", gettext_lazy("word or phrase")
        LINK = "link", gettext_lazy("link to a domain")
        EMAIL = "email", gettext_lazy("email address or its domain")
        NETWORK = "network", gettext_lazy("network address")

    class Effect(models.TextChoices):
        HOLD = "hold", gettext_lazy("hold for a moderator")
        SPAM = "spam", gettext_lazy("mark as spam")
        REFUSE = "refuse", gettext_lazy("refuse, and tell the reader")

    kind = models.CharField(pgettext_lazy("column", "kind"), max_length=8, choices=Kind)
    pattern = models.CharField(pgettext_lazy("column", "pattern"), max_length=200, validators=[validate_single_line])
    effect = models.CharField(pgettext_lazy("column", "effect"), max_length=8, choices=Effect, default=Effect.HOLD)
    note = models.CharField(
        pgettext_lazy("column", "note"),
        max_length=250,
        blank=True,
        validators=[validate_single_line],
        help_text=gettext_lazy("The reason, for other moderators."),
    )
    is_active = models.BooleanField(gettext_lazy("active"), default=True)
    refusal_count = models.PositiveIntegerField(
        pgettext_lazy("column", "refusals"), default=0, editable=False, help_text="Comments refused by this rule."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "rule")
        verbose_name_plural = pgettext_lazy("noun", "rules")
        constraints = [models.UniqueConstraint(fields=["kind", "pattern"], name="rule_is_unique")]

    def __str__(self) -> str:
        return _("%(kind)s “%(pattern)s”") % {"kind": self.get_kind_display(), "pattern": self.pattern}

    def clean(self) -> None:
        """Normalize the pattern; ValidationError beside it when it is none of its kind."""
        if not (self.kind and self.pattern):
            return  # the fields have errors of their own
        try:
            self.pattern = clean_pattern(self.kind, self.pattern)
        except ValidationError as refusal:
            raise ValidationError({"pattern": refusal}) from None

"""What moderators do besides deciding on comments: to a conversation, a reader, a family, the place of a comment."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from blog.models import Conversation


class Act(models.Model):
    """One act, with what was before and after it. Append-only: triggers of both databases refuse UPDATE and DELETE.

    It outlives the conversation and the reader that it names, so these are numbers that the database does not check;
    `before` and `after` hold settings and numbers alone, nothing about a person.
    """

    class Kind(models.TextChoices):
        STATE = "state", gettext_lazy("state of a conversation")
        STANDING = "standing", gettext_lazy("standing of a reader")
        PIN = "pin", gettext_lazy("pinned comment")
        MOVE = "move", gettext_lazy("moved comments")
        PART = "part", gettext_lazy("comment parted from others")

    kind = models.CharField(max_length=10, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    reader = models.ForeignKey("Reader", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    comment = models.ForeignKey("Comment", models.PROTECT, null=True, related_name="+")
    before = models.JSONField()
    after = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

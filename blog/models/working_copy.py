"""What an author is writing and has not saved: kept beside the post, shown to nobody else, and never published."""

from __future__ import annotations

import datetime
import enum
import re
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator

from blog.models.version import TEXT_FIELDS

# How long words wait for their author, and how long it is known of a form that it was saved.
COPY_RETENTION = datetime.timedelta(days=60)
# Open copies of one author, each up to SIZE: beyond that the one he has left alone for longest goes.
MAX_COPIES = 50
# Characters of all fields together: more than a post may hold (markup.AUTHOR_LIMIT), since what is too long for a
# post is still what somebody wrote.
MAX_COPY_CHARACTERS = 600_000
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,32}")


class AutosaveOutcome(enum.Enum):
    """What became of words that were sent to be kept."""

    KEPT = "kept"
    OUTDATED = "behind"  # newer ones of that form are kept already
    CLOSED = "settled"  # that form was saved or its words were discarded


def new_form_key() -> str:
    """The name of one form in one tab (128 bits of chance)."""
    return secrets.token_urlsafe(16)


def is_form_key(text: str) -> bool:
    return _FORM_KEY.fullmatch(text) is not None


class WorkingCopyQuerySet(models.QuerySet):
    def open(self) -> WorkingCopyQuerySet:
        """Those whose words are neither saved nor discarded."""
        return self.filter(is_closed=False)

    def belonging_to(self, user: AbstractBaseUser) -> WorkingCopyQuerySet:
        return self.filter(user_id=user.pk)

    def with_key(self, key: str) -> WorkingCopyQuerySet:
        """That of this form; of what is no key (PostgreSQL takes no NUL) nothing is asked."""
        return self.filter(key=key) if is_form_key(key) else self.none()

    def latest_first(self) -> WorkingCopyQuerySet:
        return self.order_by("-saved_at", "-id")

    @transaction.atomic
    def keep(self, *, user: AbstractBaseUser, key: str, turn: int, **held: object) -> AutosaveOutcome:
        """Keep what a form holds (`words`, `post`, `edition`), unless it is older than what is kept of that form.

        `turn` counts what the form has sent: answers may be slow, and what was sent first may arrive last.
        """
        held |= {"turn": turn, "saved_at": timezone.now()}
        if self.open().belonging_to(user).filter(key=key, turn__lt=turn).update(**held):
            return AutosaveOutcome.KEPT
        copy, is_new = self.get_or_create(user_id=user.pk, key=key, defaults=held)
        if is_new:
            surplus = self.open().belonging_to(user).latest_first().values_list("pk", flat=True)[MAX_COPIES:]
            self.filter(pk__in=list(surplus)).delete()
            return AutosaveOutcome.KEPT
        if copy.is_closed:
            return AutosaveOutcome.CLOSED
        # Sent twice, since the first answer got lost: kept already.
        return AutosaveOutcome.KEPT if copy.form_data == held["form_data"] else AutosaveOutcome.OUTDATED

    def close(self, *, user: AbstractBaseUser, key: str) -> None:
        """The words of that form are saved, or not wanted: whatever arrives of it later does not bring them back."""
        done = {"is_closed": True, "form_data": {}, "saved_at": timezone.now()}
        self.update_or_create(user_id=user.pk, key=key, defaults=done)

    def delete_expired(self) -> int:
        """Delete what is older than KEPT; how many."""
        return self.filter(saved_at__lt=timezone.now() - COPY_RETENTION).delete()[0]


class WorkingCopy(models.Model):
    """What one form in one tab holds. `edition` is the post's when the author began; no `post`: one still unsaved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    # A post that is deleted leaves the words: its author can make a new one of them.
    post = models.ForeignKey("Post", models.SET_NULL, null=True, related_name="working_copies")
    edition = models.PositiveIntegerField(default=0)
    form_data = models.JSONField(default=dict)
    turn = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField(db_index=True)
    is_closed = models.BooleanField(default=False)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "working copies"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="working_copy_key_is_unique_to_its_user")]

    def __str__(self):
        written = (self.text(name).strip() for name in ("title", "body", *TEXT_FIELDS))
        return Truncator(next(filter(None, written), "")).chars(100)

    def text(self, name: str) -> str:
        """What stands in the form's field `name`."""
        return "".join(self.form_data.get(name, [])[:1])

    @property
    def is_blank(self) -> bool:
        """Has nothing been written in it?"""
        return not any(self.text(name).strip() for name in TEXT_FIELDS)

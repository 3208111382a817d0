"""Working copies: what an author has typed and not saved, how long it is kept, and why nobody else sees it."""

from __future__ import annotations

import datetime
import enum
import re
import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince

from blog.models.version import TEXT_FIELDS

if TYPE_CHECKING:
    from blog.models.post import Post

# How long unsaved text is stored, and how long it is known that a form was saved.
COPY_RETENTION = datetime.timedelta(days=90)
# How long before it is deleted its author is told.
EXPIRY_NOTICE = datetime.timedelta(days=14)
# Open copies of one author, each of up to MAX_COPY_CHARACTERS: of more, the oldest are deleted.
MAX_COPIES = 50
# Characters of all fields together: more than a post may have, since what is too long for a post must not be lost.
MAX_COPY_CHARACTERS = 600_000
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,32}")


class AutosaveOutcome(enum.Enum):
    """What became of a text that a form has sent."""

    KEPT = "kept"
    OUTDATED = "behind"  # a newer text of that form is stored already
    CLOSED = "settled"  # that form was saved, or its text discarded


def new_form_key() -> str:
    """A random name (128 bits) for one form in one tab."""
    return secrets.token_urlsafe(16)


def is_form_key(text: str) -> bool:
    return _FORM_KEY.fullmatch(text) is not None


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def open(self) -> Self:
        """Texts that were neither saved nor discarded."""
        return self.filter(is_closed=False)

    def belonging_to(self, user: User) -> Self:
        return self.filter(user_id=user.pk)

    def with_key(self, key: str) -> Self:
        """The copy of this form. What is not a key is not looked up: PostgreSQL refuses a NUL."""
        return self.filter(key=key) if is_form_key(key) else self.none()

    def expiring(self) -> Self:
        """Texts that are deleted within EXPIRY_NOTICE."""
        return self.filter(saved_at__lt=timezone.now() - COPY_RETENTION + EXPIRY_NOTICE)

    def latest_first(self) -> Self:
        return self.order_by("-saved_at", "-id")

    @transaction.atomic
    def keep(
        self, *, user: User, key: str, turn: int, post: Post | None, edition: int, form_data: dict[str, list[str]]
    ) -> AutosaveOutcome:
        """Store what is in a form, unless something newer of that form is stored.

        `turn` counts what the form has sent, since what was sent first may arrive last.
        """
        fields = {"turn": turn, "post": post, "edition": edition, "form_data": form_data, "saved_at": timezone.now()}
        if self.open().belonging_to(user).filter(key=key, turn__lt=turn).update(**fields):
            return AutosaveOutcome.KEPT
        copy, is_new = self.get_or_create(user_id=user.pk, key=key, defaults=fields)
        if is_new:
            surplus = self.open().belonging_to(user).latest_first().values_list("pk", flat=True)[MAX_COPIES:]
            self.filter(pk__in=list(surplus)).delete()
            return AutosaveOutcome.KEPT
        if copy.is_closed:
            return AutosaveOutcome.CLOSED
        # Sent twice, as the first answer got lost: stored already.
        return AutosaveOutcome.KEPT if copy.form_data == form_data else AutosaveOutcome.OUTDATED

    def close(self, *, user: User, key: str, post: Post | None = None) -> None:
        """Delete the text of a form that was saved (as `post`) or discarded; what arrives of it later is not stored."""
        closed = {"is_closed": True, "form_data": {}, "saved_at": timezone.now(), "post": post}
        closed["edition"] = post.edition if post else 0
        copy = self.model(user_id=user.pk, key=key, **closed)
        self.bulk_create([copy], update_conflicts=True, unique_fields=["user", "key"], update_fields=closed)

    def edition_saved(self, post: Post, *, user: User, key: str) -> int:
        """The edition of `post` that the user's form of this key became when it was saved; 0 if it was not."""
        closed = self.filter(is_closed=True, post=post).belonging_to(user).with_key(key)
        return closed.values_list("edition", flat=True).first() or 0

    def saved_post_id(self, *, user: User, key: str) -> int | None:
        """The post as which the form of this key was saved, if it was and the post is still there."""
        closed = self.filter(is_closed=True).belonging_to(user).with_key(key)
        return closed.values_list("post_id", flat=True).first()

    def delete_expired(self) -> int:
        """Delete copies older than COPY_RETENTION; how many."""
        return self.expired().delete()[0]

    def expired(self) -> Self:
        """Those that are older."""
        return self.filter(saved_at__lt=timezone.now() - COPY_RETENTION)


class WorkingCopy(models.Model):
    """What is in one form in one tab. `edition` is the one its author began from; `post` is None for a new post."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    # When a post is deleted, the text stays: its author can use it for a new one.
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

    def __str__(self) -> str:
        texts = (self.text(name).strip() for name in ("title", "body", *TEXT_FIELDS))
        return Truncator(next(filter(None, texts), "")).chars(100)

    @property
    def age(self) -> str:
        """How long ago it was stored: "3 days"."""
        return timesince(self.saved_at, depth=1)

    @property
    def expires_at(self) -> datetime.datetime:
        return self.saved_at + COPY_RETENTION

    @property
    def is_expiring(self) -> bool:
        return self.expires_at < timezone.now() + EXPIRY_NOTICE

    def text(self, name: str) -> str:
        """What is in the form's field `name`."""
        return "".join(self.form_data.get(name, [])[:1])

    @property
    def is_blank(self) -> bool:
        """Is there no text in it?"""
        return not any(self.text(name).strip() for name in TEXT_FIELDS)

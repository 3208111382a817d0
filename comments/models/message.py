"""The outbox: mail that is to be sent, kept until a server has taken it."""

from datetime import timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from blog.models.derived import DerivedField

# A worker that took a message and died gives it up after this long; longer than SMTP's own time-out.
LEASE = timedelta(minutes=2)
# Minutes before each further try: about two days in all, as mail servers themselves do.
BACK_OFF = (1, 2, 5, 15, 30, 60, 120, 240, 480, 960, 960)

# What is left of the words once nobody will send them any more: a comment that is erased lives on nowhere.
NO_WORDS = {"text": "", "html": ""}


class MessageQuerySet(models.QuerySet):
    def due(self) -> Self:
        """Unsent, not given up, and not held by a living worker."""
        now = timezone.now()
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.filter(free, sent_at=None, given_up=False, next_try_at__lte=now).order_by("next_try_at", "id")

    @transaction.atomic
    def lease(self, *, limit: int) -> list["Message"]:
        """Take up to `limit` due messages for this worker; another worker takes others."""
        rows = list(self.due().select_for_update(skip_locked=True)[:limit])
        self.filter(pk__in=[row.pk for row in rows]).update(
            leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
        return rows


class Message(models.Model):
    """One mail to one address."""

    key = models.CharField(max_length=120, unique=True, help_text="What it tells and whom: never told twice.")
    to = models.EmailField(max_length=254)
    recipient = DerivedField(source="to", by=str.casefold)  # one reader, however his address was typed
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True, help_text="The same words for readers of HTML.")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)
    last_error = models.CharField(max_length=250, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None, given_up=False), name="message_due"),
            models.Index(fields=["recipient"], name="message_recipient"),
        ]

    def __str__(self):
        return f"{self.subject} ({self.to})"

    def sent(self) -> None:
        """A server has taken it."""
        done = {"sent_at": timezone.now(), "leased_until": None, "last_error": ""}
        Message.objects.filter(pk=self.pk).update(**done, **NO_WORDS)

    def failed(self, error: str) -> None:
        """A try failed with `error`: another follows later, until the last is used up."""
        tries = Message.objects.values_list("attempts", flat=True).get(pk=self.pk)
        last = tries > len(BACK_OFF)
        wait = timedelta(minutes=BACK_OFF[min(tries, len(BACK_OFF)) - 1])
        Message.objects.filter(pk=self.pk).update(
            leased_until=None, last_error=error[:250], given_up=last, next_try_at=timezone.now() + wait,
            **(NO_WORDS if last else {}),
        )  # fmt: skip

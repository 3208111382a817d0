"""The outbox: emails to send, when each is tried again until a mail server accepts it, and the log of every attempt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.models.fields import DerivedField
from blog.web import request_id
from comments.models.reader import Reader

# So long a worker holds a message, and if it dies, another takes over; longer than the timeout of SMTP.
LEASE = timedelta(minutes=2)
# Minutes before each further attempt: about two days in all, as mail servers themselves do.
RETRY_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 960, 960)
# Characters; longer subjects are cut.
MAX_SUBJECT = 250
# Sent messages keep no text, so that an erased comment is nowhere to be found.
ERASED_TEXT = {"text": "", "html": ""}


class MessageQuerySet(models.QuerySet["Message"]):
    def enqueue(self, key: str, columns: dict[str, Any], *, keep_for: timedelta | None = None) -> Message:
        """Put a message into the outbox, once: a second one with the same `key` changes nothing.

        It is deleted after `keep_for`, sent or not; by default it stays.
        """
        delete_at = timezone.now() + keep_for if keep_for else None
        named = {request_id.HEADER: current} if (current := request_id.current()) else {}
        defaults = {**columns, "headers": {**columns.get("headers", {}), **named}, "delete_at": delete_at}
        return self.get_or_create(key=key, defaults=defaults)[0]

    def due(self) -> Self:
        """Unsent, not given up, and not held by a running worker; bulk messages come last."""
        now = timezone.now()
        is_free = Q(leased_until=None) | Q(leased_until__lte=now)
        unsent = self.filter(is_free, sent_at=None, given_up=False, next_try_at__lte=now)
        return unsent.order_by("is_bulk", "next_try_at", "id")

    @transaction.atomic
    def lease(self, *, limit: int) -> list[Message]:
        """Reserve up to `limit` due messages for this worker; another worker takes others."""
        rows = list(self.due().select_for_update(skip_locked=True)[:limit])
        self.filter(pk__in=[row.pk for row in rows]).update(
            leased_until=timezone.now() + LEASE, attempts=F("attempts") + 1
        )
        return rows


class Message(models.Model):
    """One email to one address.

    `about` is set for followers: their text is written when it is sent, from what is still published by then
    (see comments/mail/follower_mail.py).
    """

    key = models.CharField(
        max_length=120, unique=True, help_text="Its subject and reader, so that nothing is sent twice."
    )
    to = models.EmailField(pgettext_lazy("column", "to"), max_length=254)
    recipient = DerivedField(source="to", by=str.casefold)  # one reader, however the address was typed
    reader = models.ForeignKey(Reader, models.CASCADE, null=True, related_name="messages", db_index=False)
    subject = models.CharField(pgettext_lazy("column", "subject"), max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="The same text as HTML.")
    headers = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    is_bulk = models.BooleanField(default=False, help_text="Sent to many followers, after all other messages.")
    created_at = models.DateTimeField(pgettext_lazy("column", "created at"), auto_now_add=True)
    next_try_at = models.DateTimeField(pgettext_lazy("column", "next try at"), default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("column", "attempts"), default=0)
    sent_at = models.DateTimeField(pgettext_lazy("column", "sent at"), null=True)
    given_up = models.BooleanField(pgettext_lazy("column", "given up"), default=False)
    last_error = models.CharField(pgettext_lazy("column", "last error"), max_length=250, blank=True)
    delete_at = models.DateTimeField(null=True, help_text="For a confirmation that may never be answered.")

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "message")
        verbose_name_plural = pgettext_lazy("noun", "messages")
        indexes = [
            models.Index(
                fields=["is_bulk", "next_try_at", "id"], condition=Q(sent_at=None, given_up=False), name="message_due"
            ),
            models.Index(fields=["reader", "created_at"], name="message_reader"),
            models.Index(fields=["delete_at"], condition=Q(delete_at__isnull=False), name="message_expiry"),
            models.Index(fields=["recipient"], name="message_recipient"),
            models.Index(fields=["created_at"], name="message_created"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to})"

    def mark_sent(self) -> None:
        """Record that a mail server has accepted it."""
        self.log(DeliveryAttempt.Result.SENT, "")
        done = {"sent_at": timezone.now(), "leased_until": None, "last_error": ""}
        Message.objects.filter(pk=self.pk).update(**done, **ERASED_TEXT)

    def mark_failed(self, error: str) -> None:
        """Record a failed attempt; another follows later, up to the last."""
        attempts = Message.objects.filter(pk=self.pk).values_list("attempts", flat=True).first()
        if attempts is None:  # erased while it was being sent
            return
        self.log(DeliveryAttempt.Result.FAILED, error)
        is_last = attempts > len(RETRY_MINUTES)
        wait = timedelta(minutes=RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1])
        Message.objects.filter(pk=self.pk).update(
            leased_until=None, last_error=error[:250], given_up=is_last, next_try_at=timezone.now() + wait,
            **(ERASED_TEXT if is_last else {}),
        )  # fmt: skip

    def mark_refused(self, error: str) -> None:
        """Record that the server refuses it for good: asking again would only make the server trust us less."""
        self.abandon(DeliveryAttempt.Result.REFUSED, error)

    def mark_dropped(self, reason: str) -> None:
        """Record that we do not send it: what it is about is hidden by now, or the reader has unsubscribed."""
        self.abandon(DeliveryAttempt.Result.DROPPED, reason)

    def abandon(self, result: str, reason: str) -> None:
        self.log(result, reason)
        columns = {"leased_until": None, "last_error": reason[:250], "given_up": True}
        Message.objects.filter(pk=self.pk).update(**columns, **ERASED_TEXT)

    def log(self, result: str, response: str) -> None:
        """Record an attempt, unless the message was erased while it was being sent."""
        if Message.objects.filter(pk=self.pk).exists():
            DeliveryAttempt.objects.create(message=self, result=result, words=response[:250])


class DeliveryAttempt(models.Model):
    """One line of the delivery log: an attempt to send a message, and what the mail server said."""

    class Result(models.TextChoices):
        SENT = "sent", gettext_lazy("sent")
        FAILED = "failed", gettext_lazy("failed, will be retried")
        REFUSED = "refused", gettext_lazy("refused, will not be retried")
        DROPPED = "dropped", gettext_lazy("not sent")

    message = models.ForeignKey(Message, models.CASCADE, related_name="delivery_log")
    at = models.DateTimeField(gettext_lazy("time"), auto_now_add=True)
    result = models.CharField(gettext_lazy("result"), max_length=8, choices=Result)
    words = models.CharField(gettext_lazy("what the server said"), max_length=250, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.result}"

"""Webhooks: where else moderators are notified of comments, and each notice until a receiver has acknowledged it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from functools import partial
from typing import Self

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.markup.limits import URL_LIMIT
from blog.models import Alarm, AlarmState
from blog.text.validators import validate_single_line

# So long a worker holds a notice, and if it dies, another takes over; longer than any delivery takes.
NOTICE_LEASE = timedelta(minutes=2)
# Minutes before each further attempt of one notice: about two days in all, as with emails.
RETRY_NOTICE_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 960, 960)
# Minutes in which nothing is sent to a receiver that has failed so many times in a row: one that hangs must not keep
# the worker from its other work, however many notices wait for it.
REST_MINUTES = (1, 2, 5, 15)
# When a receiver has failed for so long, what is older than that is given up with the notice that failed.
GIVE_UP_AFTER = timedelta(days=2)
# Notices of single comments to one receiver in an hour: more than anybody acts on. The number that waits follows at the
# end of the hour.
SINGLE_NOTICES_AN_HOUR = 30
HOUR = timedelta(hours=1)
# How long the record of what was delivered or given up is kept.
NOTICE_RETENTION = timedelta(days=30)
MAX_RESULT = 250


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def telling(self, event: str) -> Self:
        """Those that are to be notified of this event."""
        return self.filter(is_active=True, **{WANTED_BY[event]: True}).order_by("pk")

    def telling_of_comments(self) -> Self:
        """Those that may be sent names of commenters."""
        return self.filter(Q(tells_waiting=True) | Q(tells_reports=True), is_active=True).order_by("pk")

    def with_counts(self) -> Self:
        """Each with `waiting_count`, `lost_count`, and `next_at`, when its next notice is due."""
        is_open = Q(notices__delivered_at=None, notices__given_up=False)
        return self.annotate(
            waiting_count=Count("notices", filter=is_open),
            lost_count=Count("notices", filter=Q(notices__given_up=True)),
            next_at=Min("notices__next_try_at", filter=is_open),
        )


class Webhook(models.Model):
    """A receiver of notices, and how it has answered lately."""

    class Form(models.TextChoices):
        JSON = "json", gettext_lazy("JSON, signed")
        SLACK = "slack", gettext_lazy("Slack, Mattermost, Discord (…/slack)")
        MATRIX = "matrix", gettext_lazy("Matrix room")
        NTFY = "ntfy", gettext_lazy("ntfy topic")

    name = models.CharField(pgettext_lazy("column", "name"), max_length=80, validators=[validate_single_line])
    address = models.CharField(pgettext_lazy("column", "address"), max_length=URL_LIMIT)
    form = models.CharField(pgettext_lazy("column", "form"), max_length=6, choices=Form, default=Form.JSON)
    secret = models.CharField(
        pgettext_lazy("column", "secret"), max_length=250, blank=True, validators=[RegexValidator(r"^[!-~]+\Z")]
    )
    tells_waiting = models.BooleanField(gettext_lazy("a comment waits for a moderator"), default=True)
    tells_reports = models.BooleanField(gettext_lazy("a reader reports a comment"), default=True)
    tells_alarms = models.BooleanField(
        gettext_lazy("something is wrong with the site"),
        default=False,
        db_default=False,
        help_text=gettext_lazy(
            "Alarms go to the owners by email, too; but email may be what is broken, so tick this at one receiver."
        ),
    )
    has_text = models.BooleanField(
        gettext_lazy("send the text of the comment"),
        default=False,
        help_text=gettext_lazy(
            "Its first 500 characters. Without it, the name, the post and a link to the queue are sent. "
            "What was sent stays with the receiver, also when readers have their data deleted here."
        ),
    )
    is_active = models.BooleanField(
        gettext_lazy("active"),
        default=True,
        help_text=gettext_lazy("Switched off, it hears of nothing new, and what waits for it goes on waiting."),
    )
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="How many in a row.")
    failing_since = models.DateTimeField(null=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    last_tried_at = models.DateTimeField(pgettext_lazy("column", "last tried"), null=True, editable=False)
    last_result = models.CharField(
        pgettext_lazy("column", "last result"), max_length=MAX_RESULT, blank=True, editable=False
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "webhook")
        verbose_name_plural = pgettext_lazy("noun", "webhooks")

    def __str__(self) -> str:
        return self.name

    def record_success(self, result: str) -> None:
        """Store that the receiver has acknowledged a notice."""
        self.failures, self.failing_since, self.rests_until = 0, None, None
        self.record(result)

    def record_failure(self, result: str) -> None:
        """Store that it has not, and let it rest; after two days of that, give up what is as old."""
        now = timezone.now()
        self.failures += 1
        self.failing_since = self.failing_since or now
        minutes = REST_MINUTES[min(self.failures, len(REST_MINUTES)) - 1]
        self.rests_until = now + timedelta(minutes=minutes)
        self.record(result)
        if self.failing_since <= now - GIVE_UP_AFTER:
            self.notices.undelivered().filter(created_at__lte=now - GIVE_UP_AFTER).update(given_up=True)

    def record(self, result: str) -> None:
        self.last_tried_at, self.last_result = timezone.now(), result[:MAX_RESULT]
        self.save(update_fields=["failures", "failing_since", "rests_until", "last_tried_at", "last_result"])


class WebhookNoticeQuerySet(models.QuerySet["WebhookNotice"]):
    def announce(self, event: str, occasions: Mapping[int, int]) -> None:
        """Store a notice for each webhook that wants to hear of this: `occasions` has the id of the comment by that of
        the decision or report. Call it in the transaction of what happened."""
        for webhook in Webhook.objects.telling(event) if occasions else ():
            self.announce_to(webhook, event, occasions)

    def announce_to(self, webhook: Webhook, event: str, occasions: Mapping[int, int]) -> None:
        """One notice for each, up to the limit of an hour; beyond it, one at its end that counts what waits."""
        now = timezone.now()
        recent = webhook.notices.filter(created_at__gt=now - HOUR).exclude(comment=None).count()
        room = max(0, SINGLE_NOTICES_AN_HOUR - recent)
        new = partial(WebhookNotice, webhook=webhook, created_at=now)
        rows = [
            new(event=event, comment_id=comment, key=f"{event}-{occasion}-{webhook.pk}", next_try_at=now)
            for occasion, comment in list(occasions.items())[:room]
        ]
        if len(occasions) > room:
            hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            rows.append(new(event=Event.MANY, key=f"many-{hour:%Y%m%d%H}-{webhook.pk}", next_try_at=hour + HOUR))
        self.bulk_create(rows, ignore_conflicts=True)

    def announce_alarm(self, alarm: Alarm, state: str) -> None:
        """Store a notice of this alarm for each webhook that wants to hear of them."""
        event = ALARM_EVENTS[state]
        self.bulk_create(
            WebhookNotice(
                webhook=webhook,
                event=event,
                alarm=alarm.kind,
                key=f"{event}-{alarm.kind}-{alarm.told_at:%Y%m%d%H%M%S}-{webhook.pk}",
            )
            for webhook in Webhook.objects.telling(event)
        )

    def enqueue_tests(self, webhooks: Iterable[Webhook]) -> None:
        """Store a notice for each of these that shows them that all works."""
        self.bulk_create(
            WebhookNotice(webhook=webhook, event=Event.TEST, key=f"test-{uuid.uuid4()}") for webhook in webhooks
        )

    def undelivered(self) -> Self:
        """Those that are still to be delivered."""
        return self.filter(delivered_at=None, given_up=False)

    def due(self) -> Self:
        """Those that are to be tried now, and are leased by no worker."""
        now = timezone.now()
        is_free = Q(leased_until=None) | Q(leased_until__lte=now)
        is_rested = Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now)
        waiting = self.undelivered().filter(is_free, is_rested, webhook__is_active=True, next_try_at__lte=now)
        return waiting.order_by("next_try_at", "id")

    @transaction.atomic
    def lease(self) -> WebhookNotice | None:
        """Take one for this worker; another worker takes another."""
        notice = self.due().select_for_update(skip_locked=True, of=("self",)).first()
        if notice:
            notice.attempts += 1
            notice.leased_until = timezone.now() + NOTICE_LEASE
            notice.save(update_fields=["attempts", "leased_until"])
        return notice

    def retry(self) -> int:
        """Try again, from the beginning, what was given up; how many."""
        return self.filter(given_up=True).update(given_up=False, attempts=0, next_try_at=timezone.now())

    def delete_expired(self) -> int:
        """Delete the record of what was delivered or given up long ago; how many."""
        return self.expired().delete()[0]

    def expired(self) -> Self:
        """What was delivered or given up long ago."""
        done = self.filter(Q(given_up=True) | Q(delivered_at__isnull=False))
        return done.filter(created_at__lte=timezone.now() - NOTICE_RETENTION)


class Event(models.TextChoices):
    """What a notice is about; the value is the name that a receiver reads."""

    WAITING = "comment.waiting", gettext_lazy("a comment waits")
    REPORTED = "comment.reported", gettext_lazy("a comment was reported")
    MANY = "comments.many", gettext_lazy("many comments wait")
    TEST = "test", gettext_lazy("test")
    ALARM_BEGAN = "alarm.began", gettext_lazy("an alarm begins")
    ALARM_AGAIN = "alarm.again", gettext_lazy("an alarm goes on")
    ALARM_ENDED = "alarm.ended", gettext_lazy("an alarm has ended")


# The field of a webhook that asks for an event.
ALARM_EVENTS: dict[str, Event] = {
    AlarmState.BEGAN: Event.ALARM_BEGAN,
    AlarmState.AGAIN: Event.ALARM_AGAIN,
    AlarmState.ENDED: Event.ALARM_ENDED,
}
WANTED_BY: dict[str, str] = {
    Event.WAITING: "tells_waiting",
    Event.REPORTED: "tells_reports",
    **dict.fromkeys(ALARM_EVENTS.values(), "tells_alarms"),
}


class WebhookNotice(models.Model):
    """One notice to one receiver. It holds no words: these are read when it is sent (comments/webhooks/contents.py)."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="notices")
    event = models.CharField(max_length=16, choices=Event)
    key = models.CharField(max_length=80, unique=True, help_text="Its occasion and webhook: nothing is told twice.")
    uid = models.UUIDField(default=uuid.uuid4, help_text="The same at each attempt: receivers drop doubles by it.")
    comment = models.ForeignKey("Comment", models.CASCADE, null=True, related_name="+", db_index=False)
    alarm = models.CharField(max_length=16, blank=True, default="", db_default="", help_text="Its kind, of an alarm.")
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    given_up = models.BooleanField(default=False)
    last_error = models.CharField(max_length=MAX_RESULT, blank=True)

    objects = WebhookNoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], condition=Q(delivered_at=None, given_up=False), name="notice_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.attempts}"

    @transaction.atomic
    def mark_delivered(self, result: str) -> None:
        """Store that the receiver has acknowledged it."""
        WebhookNotice.objects.filter(pk=self.pk).update(delivered_at=timezone.now(), leased_until=None, last_error="")
        if webhook := self.lock_webhook():
            webhook.record_success(result)

    @transaction.atomic
    def mark_failed(self, error: str) -> None:
        """Store a failed attempt; another follows later, up to the last."""
        minutes = RETRY_NOTICE_MINUTES[min(self.attempts, len(RETRY_NOTICE_MINUTES)) - 1]
        WebhookNotice.objects.filter(pk=self.pk).update(
            leased_until=None,
            last_error=error[:MAX_RESULT],
            given_up=self.attempts > len(RETRY_NOTICE_MINUTES),
            next_try_at=timezone.now() + timedelta(minutes=minutes),
        )
        if webhook := self.lock_webhook():
            webhook.record_failure(error)

    def lock_webhook(self) -> Webhook | None:
        """Its webhook under a lock; None when it was deleted meanwhile."""
        return Webhook.objects.select_for_update().filter(pk=self.webhook_id).first()

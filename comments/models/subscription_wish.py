"""What people subscribed to on an old site, and are asked about here: each address once, when the owner says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy, pgettext_lazy

# An address that was asked has so long to answer; then it is deleted.
ANSWER_TIME = timedelta(days=14)
# An address that nobody is asked about is deleted after this.
UNASKED_TIME = timedelta(days=180)
# Rows that are deleted in one transaction.
BATCH_SIZE = 500
DEFAULT_MAILS_AN_HOUR, MAX_MAILS_AN_HOUR = 30, 600
ASKING_PK = 1


def address_keys(email: str) -> list[str]:
    """What may stand for an address: by the present secret key first, then by earlier ones."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("comments.wish", email.casefold(), secret, algorithm="sha256").hexdigest() for secret in secrets
    ]


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("subscriber", "waiting")
    ASKED = "asked", pgettext_lazy("subscriber", "asked")
    CONFIRMED = "confirmed", pgettext_lazy("subscriber", "confirmed")
    ENDED = "ended", pgettext_lazy("subscriber", "not answered, or not asked after all")


class SubscriptionWishQuerySet(models.QuerySet["SubscriptionWish"]):
    def of_address(self, email: str) -> Self:
        return self.filter(address_key__in=address_keys(email))

    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def is_settled(self, email: str) -> bool:
        """Was this address asked, or is it not to be?"""
        return self.of_address(email).exclude(state=State.WAITING).exists()

    def end(self) -> int:
        """Delete their addresses and keep that they were here; those that were confirmed stay so."""
        self.filter(state=State.CONFIRMED).update(email="")
        return self.exclude(state__in=[State.CONFIRMED, State.ENDED]).update(state=State.ENDED, email="")

    def end_unanswered(self, now: datetime) -> int:
        """Delete addresses that did not answer; how many wishes they had."""
        asked = self.filter(state=State.ASKED, asked_at__lte=now - ANSWER_TIME)
        expired = list(asked.order_by("asked_at").values_list("pk", flat=True)[:BATCH_SIZE])
        return self.filter(pk__in=expired).end() if expired else 0

    def delete_unasked(self, now: datetime) -> int:
        """Delete wishes that nobody was asked about for long."""
        old = self.waiting().filter(imported_at__lte=now - UNASKED_TIME)
        forgotten = list(old.order_by("imported_at").values_list("pk", flat=True)[:BATCH_SIZE])
        return self.filter(pk__in=forgotten).delete()[0] if forgotten else 0

    def count_addresses(self) -> dict[str, int]:
        """How many addresses are in each state; one with several wishes counts once in each."""
        counted = self.order_by().values_list("state").annotate(number=Count("address_key", distinct=True))
        return {str(state): 0 for state in State} | dict(counted)


class SubscriptionWish(models.Model):
    """One thing that an address followed there. `topic` is as forms name it (comments/subscriptions/catalogue.py).

    The address is deleted once it is not needed; `address_key` stays, so that nobody is asked twice.
    """

    State = State

    address_key = models.CharField(max_length=64)
    email = models.EmailField(max_length=254, blank=True, help_text="As it was typed there.")
    topic = models.CharField(max_length=30)
    origin = models.CharField(max_length=250, help_text="The address of the old site.")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    imported_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)

    objects = SubscriptionWishQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("ask_subscribers", "Can have subscribers of an old site asked")]
        constraints = [
            models.UniqueConstraint(fields=["address_key", "topic"], name="wished_once"),
            models.CheckConstraint(
                name="wish_has_its_address", condition=Q(email="") | Q(state__in=["waiting", "asked"])
            ),
        ]
        indexes = [
            models.Index(fields=["imported_at"], condition=Q(state="waiting"), name="wish_waiting"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="wish_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.state}"


class Asking(models.Model):
    """The one row that says whether the worker asks, whom, and how fast.

    Wishes with greater ids than `asks_up_to` were imported after the button was pressed, and wait for the next time;
    0 means that nobody is asked.
    """

    asks_up_to = models.BigIntegerField(default=0)
    mails_an_hour = models.PositiveSmallIntegerField(
        gettext_lazy("emails an hour"),
        default=DEFAULT_MAILS_AN_HOUR,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_MAILS_AN_HOUR)],
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"up to {self.asks_up_to}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = ASKING_PK
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Asking:
        return cls.objects.filter(pk=ASKING_PK).first() or cls()

    @property
    def is_on(self) -> bool:
        return self.asks_up_to > 0

    @property
    def interval(self) -> timedelta:
        """Between two emails."""
        return timedelta(hours=1) / self.mails_an_hour

    @classmethod
    def start(cls, mails_an_hour: int) -> None:
        """Have everybody asked who waits now."""
        last = SubscriptionWish.objects.waiting().aggregate(last=Max("pk"))["last"] or 0
        cls(asks_up_to=last, mails_an_hour=mails_an_hour).save()

    @classmethod
    def stop(cls) -> None:
        cls.objects.filter(pk=ASKING_PK).update(asks_up_to=0)

"""Asking an address whether it is its reader's: one mail, and never so many that somebody floods another through us."""

from __future__ import annotations

import datetime
import hmac
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from comments import mails
from comments.models import Comment, Message
from comments.network import home, neighbourhood

# Mails to one address in a day: the first, and two for whoever lost it.
A_DAY = 3
# Mails from one home in an hour: a school behind one address, on the day it discovers us.
AN_HOUR = 10
# The same for a /24 or /48: a street of such homes, or one person who hires all its houses.
NEARBY_AN_HOUR = 30
HOUR = 3600
# A question is kept for a month: as long as an administrator may want to know what became of it.
KEPT = datetime.timedelta(days=30)
AT_ONCE = 50


def ask(comment: Comment, *, address: str) -> int:
    """Put the mail into the outbox: 0, or the seconds to wait when the reader, or a network of his, had its share."""
    if (name := name_for(comment.reader.email)) is None:
        today = timezone.now().astimezone(datetime.UTC)
        return int((midnight_after(today) - today).total_seconds()) + 1
    if seconds := wait_for(address):
        return seconds
    put(name, mails.proof(comment, name=name))
    return 0


def put(name: str, columns: dict[str, Any]) -> None:
    """Into the outbox. Asked twice in one moment: the same name, and one mail."""
    with transaction.atomic():
        Message.objects.get_or_create(key=name, defaults={**columns, "forget_at": timezone.now() + KEPT})


def name_for(email: str) -> str | None:
    """The key of the next mail that asks this address something; None when it had its share for today.

    Whoever asks, and for whatever: a proof, a subscription.
    """
    today = timezone.now().astimezone(datetime.UTC)
    whose = hmac.new(settings.SECRET_KEY.encode(), b"proof\0" + email.casefold().encode(), "sha256").hexdigest()[:24]
    names = [f"proof-{whose}-{today:%Y%m%d}-{number}" for number in range(1, A_DAY + 1)]
    written = set(Message.objects.filter(key__in=names).values_list("key", flat=True))
    return next((one for one in names if one not in written), None)


def forget() -> int:
    """Let old questions go, and with them addresses that never answered; how many went."""
    old = list(Message.objects.filter(forget_at__lte=timezone.now()).values_list("pk", flat=True)[:AT_ONCE])
    if old:
        Message.objects.filter(pk__in=old).delete()
    return len(old)


def wait_for(address: str) -> int:
    """Take a turn of the networks that this address lies in: 0, or the seconds to wait when one had its share."""
    free = has_a_turn(home(address), AN_HOUR) and has_a_turn(neighbourhood(address), NEARBY_AN_HOUR)
    return 0 if free else HOUR


def midnight_after(moment: datetime.datetime) -> datetime.datetime:
    return (moment + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def has_a_turn(network: str, turns: int) -> bool:
    """Take one of the network's turns, each free again after an hour. In the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

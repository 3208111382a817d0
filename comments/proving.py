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
from comments.models import Comment, Message, Reader
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
    if not (name := free_name("proof", comment.reader.email)):
        return until_midnight()
    if seconds := wait_for(address):
        return seconds
    put(name, mails.proof(comment, name=name))
    return 0


def greet(email: str, *, address: str) -> int:
    """The same for an address that came with no comment; but whoever asks does not learn that it had its share.

    Nothing of an address is looked up or stored but the mail: so the answer cannot tell whether we know it.
    """
    if seconds := wait_for(address):
        return seconds
    if name := free_name("proof", email):
        put(name, mails.hello(email, name=name))
    return 0


def ask_again(reader: Reader, *, keeps_words: bool, address: str) -> int:
    """Whether he means it: the link by which a reader has himself forgotten."""
    if not (name := free_name("erase", reader.email)):
        return until_midnight()
    if seconds := wait_for(address):
        return seconds
    put(name, mails.erase(reader, keeps_words=keeps_words, name=name))
    return 0


def put(name: str, columns: dict[str, Any]) -> None:
    """Into the outbox. Asked twice in one moment: the same name, and one mail."""
    with transaction.atomic():
        Message.objects.get_or_create(key=name, defaults={**columns, "forget_at": timezone.now() + KEPT})


def free_name(kind: str, email: str) -> str:
    """The key of the next mail of this kind to this address; "" when it had its share for today.

    Whoever asks, and for whatever: a proof and a subscription are one kind.
    """
    who = hmac.digest(settings.SECRET_KEY.encode(), b"asked\0" + email.casefold().encode(), "sha256").hex()[:32]
    today = timezone.now().astimezone(datetime.UTC)
    names = [f"{kind}-{who}-{today:%Y%m%d}-{number}" for number in range(1, A_DAY + 1)]
    written = set(Message.objects.filter(key__in=names).values_list("key", flat=True))
    return next((one for one in names if one not in written), "")


def until_midnight() -> int:
    now = timezone.now().astimezone(datetime.UTC)
    midnight = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds()) + 1


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


def has_a_turn(network: str, turns: int) -> bool:
    """Take one of the network's turns, each free again after an hour. In the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

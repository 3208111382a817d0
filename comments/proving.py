"""Asking an address whether it is its reader's: one mail, and never so many that somebody floods another through us."""

from __future__ import annotations

import datetime
import hmac
from collections.abc import Callable
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

# Makes the columns of a message, given its name.
Letter = Callable[[str], dict[str, Any]]


def ask(comment: Comment, *, address: str) -> int:
    """Put the mail into the outbox: 0, or the seconds to wait when the reader, or a network of his, had its share."""
    if not (name := free_name("proof", comment.reader.email)):
        return until_midnight()
    return post(name, lambda name: mails.proof(comment, name=name), address=address)


def greet(email: str, *, address: str) -> int:
    """The same for an address that came with no comment; but whoever asks does not learn that it had its share.

    Nothing of an address is looked up or stored but the mail: so the answer cannot tell whether we know it.
    """
    name = free_name("proof", email)
    return post(name, lambda name: mails.hello(email, name=name), address=address)


def ask_again(reader: Reader, *, keeps_words: bool, address: str) -> int:
    """Whether he means it: the link by which a reader has himself forgotten."""
    if not (name := free_name("erase", reader.email)):
        return until_midnight()
    return post(name, lambda name: mails.erase(reader, keeps_words=keeps_words, name=name), address=address)


def post(name: str, letter: Letter, *, address: str) -> int:
    """The seconds until a network may ask again; or 0, and the mail in the outbox, if there is a `name` left for it."""
    if not (has_a_turn(home(address), AN_HOUR) and has_a_turn(neighbourhood(address), NEARBY_AN_HOUR)):
        return HOUR
    if name:
        with transaction.atomic():
            # Asked twice in one moment: the same name, and one mail.
            Message.objects.get_or_create(key=name, defaults=letter(name))
    return 0


def free_name(kind: str, email: str) -> str:
    """A name that no mail to this address has had today; "" when it had its share."""
    who = hmac.digest(settings.SECRET_KEY.encode(), b"asked\0" + email.casefold().encode(), "sha256").hex()[:32]
    today = timezone.now().astimezone(datetime.UTC)
    names = [f"{kind}-{who}-{today:%Y%m%d}-{number}" for number in range(1, A_DAY + 1)]
    written = set(Message.objects.filter(key__in=names).values_list("key", flat=True))
    return next((one for one in names if one not in written), "")


def until_midnight() -> int:
    now = timezone.now().astimezone(datetime.UTC)
    midnight = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds()) + 1


def has_a_turn(network: str, turns: int) -> bool:
    """Take one of the network's turns, each free again after an hour. In the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

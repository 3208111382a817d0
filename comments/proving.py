"""Asking an address whether it is its reader's: one mail, and never so many that somebody floods another through us."""

from __future__ import annotations

import datetime

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


def ask(comment: Comment, *, address: str) -> int:
    """Put the mail into the outbox: 0, or the seconds to wait when the reader, or a network of his, had its share."""
    today = timezone.now().astimezone(datetime.UTC)
    names = [f"proof-{comment.reader_id}-{today:%Y%m%d}-{number}" for number in range(1, A_DAY + 1)]
    written = set(Message.objects.filter(key__in=names).values_list("key", flat=True))
    name = next((one for one in names if one not in written), None)
    if name is None:
        return int((midnight_after(today) - today).total_seconds()) + 1
    if not (has_a_turn(home(address), AN_HOUR) and has_a_turn(neighbourhood(address), NEARBY_AN_HOUR)):
        return HOUR
    with transaction.atomic():
        # Asked twice in one moment: the same name, and one mail.
        Message.objects.get_or_create(key=name, defaults=mails.proof(comment, name=name))
    return 0


def midnight_after(moment: datetime.datetime) -> datetime.datetime:
    return (moment + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def has_a_turn(network: str, turns: int) -> bool:
    """Take one of the network's turns, each free again after an hour. In the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

"""Asking an address whether it is its reader's: one mail, and never so many that somebody floods another through us."""

from __future__ import annotations

import datetime
import hmac

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from comments.mail import emails
from comments.models import Comment, Message, Reader
from comments.web.client_ip import home_network, neighbourhood_network

# Mails to one address in a day: the first, and two for whoever lost it.
MAILS_A_DAY = 3
# Mails from one home in an hour: a school behind one address, on the day it discovers us.
MAILS_AN_HOUR = 10
# The same for a /24 or /48: a street of such homes, or one person who hires all its houses.
NEARBY_MAILS_AN_HOUR = 30
HOUR = 3600
# A question is kept for a month: as long as an administrator may want to know what became of it.
KEEP_FOR = datetime.timedelta(days=30)
BATCH_SIZE = 50


def request_verification(comment: Comment, *, address: str) -> int:
    """Put the mail into the outbox: 0, or the seconds to wait when the reader, or a network of his, had its share."""
    if not (name := next_request_key("proof", comment.reader.email)):
        return seconds_until_midnight()
    if seconds := take_network_turn(address):
        return seconds
    Message.objects.enqueue(name, emails.render_verification_mail(comment, name=name), keep_for=KEEP_FOR)
    return 0


def request_sign_in_link(email: str, *, address: str) -> int:
    """The same for an address that came with no comment; but whoever asks does not learn that it had its share.

    Nothing of an address is looked up or stored but the mail: so the answer cannot tell whether we know it.
    """
    if seconds := take_network_turn(address):
        return seconds
    if name := next_request_key("proof", email):
        Message.objects.enqueue(name, emails.render_sign_in_mail(email, name=name), keep_for=KEEP_FOR)
    return 0


def request_erasure_link(reader: Reader, *, keeps_words: bool, address: str) -> int:
    """Whether he means it: the link by which a reader has himself forgotten."""
    if not (name := next_request_key("erase", reader.email)):
        return seconds_until_midnight()
    if seconds := take_network_turn(address):
        return seconds
    Message.objects.enqueue(
        name, emails.render_erasure_mail(reader, keeps_words=keeps_words, name=name), keep_for=KEEP_FOR
    )
    return 0


def next_request_key(kind: str, email: str) -> str:
    """The key of the next mail of this kind to this address; "" when it had its share for today.

    Whoever asks, and for whatever: a proof and a subscription are one kind.
    """
    who = hmac.digest(settings.SECRET_KEY.encode(), b"asked\0" + email.casefold().encode(), "sha256").hex()[:32]
    today = timezone.now().astimezone(datetime.UTC)
    names = [f"{kind}-{who}-{today:%Y%m%d}-{number}" for number in range(1, MAILS_A_DAY + 1)]
    written = set(Message.objects.filter(key__in=names).values_list("key", flat=True))
    return next((one for one in names if one not in written), "")


def seconds_until_midnight() -> int:
    now = timezone.now().astimezone(datetime.UTC)
    midnight = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds()) + 1


def delete_old_requests() -> int:
    """Let old questions go, and with them addresses that never answered; how many went."""
    old = list(Message.objects.filter(delete_at__lte=timezone.now()).values_list("pk", flat=True)[:BATCH_SIZE])
    if old:
        Message.objects.filter(pk__in=old).delete()
    return len(old)


def take_network_turn(address: str) -> int:
    """Take a turn of the networks that this address lies in: 0, or the seconds to wait when one had its share."""
    free = take_turn(home_network(address), MAILS_AN_HOUR) and take_turn(
        neighbourhood_network(address), NEARBY_MAILS_AN_HOUR
    )
    return 0 if free else HOUR


def take_turn(network: str, turns: int) -> bool:
    """Take one of the network's turns, each free again after an hour. In the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

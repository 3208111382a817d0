"""Emails with a link that only the owner of an address can follow, and limits so that nobody is flooded with them."""

from __future__ import annotations

import datetime
import hmac

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from blog.web.client_ip import home_network, neighbourhood_network
from comments.mail import emails, follower_mail
from comments.mail.emails import MessageColumns
from comments.models import Comment, Message, Reader
from comments.status import Status
from comments.subscriptions.catalogue import Topic
from comments.web import tokens

# How the keys of these messages begin; each kind has its own daily limit.
VERIFICATION, ERASURE, ACCOUNT, INVITATION = "proof", "erase", "account", "invite"
# Emails of one kind to one address in a day: the first, and two more for whoever lost it.
MAILS_A_DAY = 3
# Emails asked for from one home in an hour: a school behind one address, on the day it discovers the site.
MAILS_AN_HOUR = 10
# The same for a /24 or /48: a street of such homes, or one person who rents many addresses.
NEARBY_MAILS_AN_HOUR = 30
HOUR = 3600
# Kept for a month: as long as an administrator may want to look up what became of a request.
KEEP_FOR = datetime.timedelta(days=30)
BATCH_SIZE = 50


def request_verification(comment: Comment, *, address: str) -> int:
    """Ask the commenter to confirm their email. Returns 0, or the seconds to wait when a limit is reached."""
    if comment.reader is None:
        return 0
    if not (key := next_request_key(VERIFICATION, comment.reader.email)):
        return seconds_until_midnight()
    if seconds := take_network_turn(address):
        return seconds
    message_id = f"{key}-{comment.pk}"
    enqueue_request(key, emails.render_verification_mail(comment, comment.reader, message_id=message_id))
    return 0


def request_for_wishes(comment: Comment, *, address: str) -> int:
    """Send the link that the emails which its writer wants wait for, unless it is on its way or not needed.

    Returns 0, or the seconds to wait when a limit is reached. Belongs in the transaction that stores the wish.
    """
    wants_email = comment.wants_reply_emails or (comment.wants_outcome_email and comment.status != Status.APPROVED)
    if not wants_email or comment.is_verified or was_requested(comment):
        return 0
    return request_verification(comment, address=address)


def was_requested(comment: Comment) -> bool:
    """Is a link under way, or in the mailbox, that still confirms the address of this comment?"""
    sent = Message.objects.filter(
        reader=comment.reader_id, created_at__gt=timezone.now() - tokens.VERIFY_AGE, given_up=False
    ).filter(key__startswith=f"{VERIFICATION}-")
    mark = f"-{comment.pk}@"
    return any(mark in headers["Message-ID"] for headers in sent.values_list("headers", flat=True))


def request_sign_in_link(email: str, *, address: str) -> int:
    """Send a sign-in link. Returns 0, or the seconds to wait for a network that reached its limit.

    The limit of the address itself stays secret: the answer must not tell whether we know the address. Nothing about
    it is looked up or stored except the message.
    """
    if seconds := take_network_turn(address):
        return seconds
    if key := next_request_key(VERIFICATION, email):
        enqueue_request(key, emails.render_sign_in_mail(email, message_id=key))
    return 0


def request_erasure_link(reader: Reader, *, keeps_words: bool, address: str) -> int:
    """Send the link that confirms an erasure. Returns 0, or the seconds to wait when a limit is reached."""
    if not (key := next_request_key(ERASURE, reader.email)):
        return seconds_until_midnight()
    if seconds := take_network_turn(address):
        return seconds
    enqueue_request(key, emails.render_erasure_mail(reader, keeps_words=keeps_words, message_id=key))
    return 0


def send_subscription_link(email: str, topic: Topic, *, often: str, hour: int) -> None:
    """Send the link that confirms a subscription, unless the address had its share today. Whoever asks does not learn
    that; they must have taken a network turn."""
    if key := next_request_key(VERIFICATION, email):
        columns = follower_mail.render_subscription_request(email, topic, often=often, hour=hour, message_id=key)
        enqueue_request(key, columns)


def send_account_link(email: str, url: str, *, username: str) -> None:
    """Send a member of staff a link, unless the address had its share today; whoever asks does not learn that."""
    if key := next_request_key(ACCOUNT, email):
        days = settings.PASSWORD_RESET_TIMEOUT // (24 * HOUR)
        enqueue_request(key, emails.render_account_link(email, url, username=username, days=days, message_id=key))


def send_invitation(email: str, url: str, *, inviter: str, days: int) -> bool:
    """Send the link by which a colleague accepts their invitation; False if the address had its share today."""
    if key := next_request_key(INVITATION, email):
        enqueue_request(key, emails.render_invitation(email, url, inviter=inviter, days=days, message_id=key))
    return bool(key)


def drop_unsent(kind: str, email: str) -> None:
    """Delete what waits to be sent to this address, since its link is dead."""
    Message.objects.filter(key__startswith=f"{kind}-{address_key(email)}-", sent_at=None).delete()


def enqueue_request(key: str, columns: MessageColumns) -> None:
    Message.objects.enqueue(key, columns, keep_for=KEEP_FOR)


def next_request_key(kind: str, email: str) -> str:
    """The key of the next message of this kind to this address; "" when it had its share today."""
    today = timezone.now().astimezone(datetime.UTC)
    keys = [f"{kind}-{address_key(email)}-{today:%Y%m%d}-{number}" for number in range(1, MAILS_A_DAY + 1)]
    used = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    return next((key for key in keys if key not in used), "")


def address_key(email: str) -> str:
    """What stands for the address in the keys of its messages."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"asked\0" + email.casefold().encode(), "sha256").hex()[:32]


def seconds_until_midnight() -> int:
    now = timezone.now().astimezone(datetime.UTC)
    midnight = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight - now).total_seconds()) + 1


def delete_old_requests() -> int:
    """Delete old requests, and with them addresses that never answered; returns how many."""
    old = list(old_requests().values_list("pk", flat=True)[:BATCH_SIZE])
    if old:
        Message.objects.filter(pk__in=old).delete()
    return len(old)


def old_requests() -> QuerySet[Message]:
    """Those whose time is over."""
    return Message.objects.filter(delete_at__lte=timezone.now())


def take_network_turn(address: str) -> int:
    """Take a turn from each network around this address: 0, or the seconds to wait when one has none left."""
    is_free = take_turn(home_network(address), MAILS_AN_HOUR) and take_turn(
        neighbourhood_network(address), NEARBY_MAILS_AN_HOUR
    )
    return 0 if is_free else HOUR


def take_turn(network: str, turns: int) -> bool:
    """Take a turn of the network, free again after an hour. Counted in the cache that all processes share."""
    return any(cache.add(f"proof-{network}-{turns}-{turn}", True, HOUR) for turn in range(turns))

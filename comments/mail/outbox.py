"""Sends what is in the outbox: each message is leased, handed to a mail server, then marked as sent or tried again."""

from __future__ import annotations

import email.message
import email.policy
import logging
import smtplib
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from blog.text.site_values import site
from blog.web import request_id
from comments.mail import follower_mail
from comments.mail.smtp import SmtpConnection
from comments.models import Mailbox, Message

log = logging.getLogger(__name__)

# What a mail server that is down, slow, confused or full may cause; anything else is a bug of ours.
# OSError includes time-outs and refused connections; ValueError, a header that no mail may carry.
DELIVERY_ERRORS = (smtplib.SMTPException, OSError, ValueError)
# Messages tried in one round of the worker, which then checks whether it should stop.
BATCH_SIZE = 20
# Headers that programs compare byte by byte: Python would fold a long address in them into an encoded word, which
# RFC 2047 does not allow there, and no mail program would find its "unsubscribe".
VERBATIM_HEADERS = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class VerbatimHeaderPolicy(email.policy.EmailPolicy):
    """Folds VERBATIM_HEADERS between words only, however long a word is; RFC 5322 allows lines of 998 characters."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in VERBATIM_HEADERS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


class OutgoingEmail(EmailMultiAlternatives):
    """An email whose addresses for programs arrive as they were written."""

    def message(self, *, policy: Any = email.policy.default) -> email.message.EmailMessage:
        return super().message(policy=VerbatimHeaderPolicy() + policy)


def send_due_messages() -> int:
    """Try to send what is due; returns how many messages were tried.

    A server that hangs ends the batch: each further message would keep the worker from its other jobs for as long.

    Leased one by one: with a server that hangs on each, a lease on many would end before the last is sent, and another
    worker would send it again.
    """
    with SmtpConnection() as connection:
        for tried in range(BATCH_SIZE):
            if not (leased := Message.objects.lease(limit=1)):
                return tried
            with request_id.bound(message_request_id(leased[0])):
                error = send_message(leased[0], connection)
            if is_timeout(error):
                return tried + 1
    return BATCH_SIZE


def send_message(message: Message, connection: SmtpConnection) -> Exception | None:
    """Hand over one leased message; the error when no server took it, or the reason not to ask one.

    If the server takes it and the connection breaks before it says so, it is sent again: better twice than never.
    """
    try:
        connection.send(build_email(message))
    except follower_mail.NothingToSend as reason:
        message.mark_dropped(str(reason))
        return reason
    except DELIVERY_ERRORS as error:
        log.warning("Message %s was not sent: %s", message.pk, error)
        record_failure(message, error)
        return error
    except Exception as error:  # a bug of ours, or of a library: it must not stop the messages behind this one
        log.exception("Message %s could not be written.", message.pk)
        record_failure(message, error)
        return error
    message.mark_sent()
    Mailbox.objects.filter(reader=message.reader_id, refusals__gt=0).update(refusals=0)
    return None


def is_timeout(error: Exception | None) -> bool:
    """Did the server not answer in time? smtplib reports that as a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "__context__", None), TimeoutError)


def message_request_id(message: Message) -> str:
    """Of the request, or the worker's round, that the message is from; of this round if it does not say."""
    return str(message.headers.get(request_id.HEADER) or request_id.current())


def build_email(message: Message) -> OutgoingEmail:
    """The email itself; one to a subscriber is rendered now, from what is public. Raises NothingToSend."""
    columns = follower_mail.render_follower_mail(message) if message.about else vars(message)
    headers = dict(columns["headers"])
    if made_by := message_request_id(message):
        headers[request_id.HEADER] = made_by
    mail = OutgoingEmail(columns["subject"], columns["text"], sender_address(), to=[columns["to"]], headers=headers)
    if columns["html"]:
        mail.attach_alternative(columns["html"], "text/html")
    return mail


def sender_address() -> str:
    """Whom emails are from: MAIL_FROM if the environment sets it, else the Site page's sender, else a standard one."""
    if "MAIL_FROM" in settings.SET_BY_ENVIRONMENT:
        return settings.DEFAULT_FROM_EMAIL
    return site().sender or formataddr((site().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def record_failure(message: Message, error: Exception) -> None:
    """Try again later, unless the server refuses this address or this text for good (RFC 5321, 4.2.1: 5yz).

    When it refuses our own address or password, the message is not at fault: an administrator may correct them.
    """
    text = f"{type(error).__name__}: {error}"
    is_gone = isinstance(error, smtplib.SMTPRecipientsRefused) and all(map(is_permanent_failure, refusal_codes(error)))
    if is_gone:
        Mailbox.record_refusal(message.reader_id)
    if is_gone or (isinstance(error, smtplib.SMTPDataError) and is_permanent_failure(error.smtp_code)):
        message.mark_refused(text)
    else:
        message.mark_failed(text)


def refusal_codes(error: smtplib.SMTPRecipientsRefused) -> list[int]:
    """The answer for each address; our messages have one."""
    return [code for code, _text in error.recipients.values()]


def is_permanent_failure(code: int) -> bool:
    return 500 <= code < 600

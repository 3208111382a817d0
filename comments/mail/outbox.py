"""Messages out: each is leased, handed to a mail server, and marked sent, or tried again later."""

from __future__ import annotations

import email.policy
import logging
import smtplib

from django.core.mail import EmailMultiAlternatives

from comments.mail import follower_mail
from comments.mail.smtp import SmtpConnection
from comments.models import Mailbox, Message

log = logging.getLogger(__name__)

# What a mail server that is down, slow, lying or full may do to us; anything else is a fault of ours and is raised.
# OSError holds time-outs and refused connections; ValueError, a header no mail may carry.
DELIVERY_ERRORS = (smtplib.SMTPException, OSError, ValueError)


# Messages tried in one round of the worker, which then looks whether it is to stop.
BATCH_SIZE = 20
# Headers that other machines read by the letter: Python would dress up a long address in them as an encoded word, and
# no mail program would find its "unsubscribe" (RFC 2047 knows none there).
VERBATIM_HEADERS = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class VerbatimHeaderPolicy(email.policy.EmailPolicy):
    """Folds those headers between words alone, however long a word is; RFC 5322 allows lines of 998 characters."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in VERBATIM_HEADERS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


class OutgoingEmail(EmailMultiAlternatives):
    """A mail whose addresses for machines arrive as they were written."""

    def message(self, *, policy: email.policy.EmailPolicy = email.policy.default):
        return super().message(policy=VerbatimHeaderPolicy() + policy)


def send_due_messages() -> int:
    """Try to send what is due; how many were tried.

    Leased one by one: a server that hangs at each would outlast a lease of many, and another worker send them again.
    """
    with SmtpConnection() as line:
        for tried in range(BATCH_SIZE):
            if not (leased := Message.objects.lease(limit=1)):
                return tried
            send_message(leased[0], line)
    return BATCH_SIZE


def send_message(message: Message, line: SmtpConnection) -> bool:
    """Hand one leased message over; True when a server took it.

    A server that takes a message and then drops the line is asked again: better told twice than never.
    """
    try:
        line.send(build_email(message))
    except follower_mail.NothingToSend as why:
        message.mark_dropped(str(why))
        return False
    except DELIVERY_ERRORS as error:
        log.warning("Message %s was not sent: %s", message.pk, error)
        record_failure(message, error)
        return False
    except Exception as error:  # a fault of ours, or of a library: it may not stop the mails behind it
        log.exception("Message %s could not be written.", message.pk)
        record_failure(message, error)
        return False
    message.mark_sent()
    Mailbox.objects.filter(reader=message.reader_id, refusals__gt=0).update(refusals=0)
    return True


def build_email(message: Message) -> OutgoingEmail:
    """The mail itself; that to a follower is drawn of what stands now. Raises letters.Dropped."""
    columns = follower_mail.render_follower_mail(message) if message.about else vars(message)
    mail = OutgoingEmail(columns["subject"], columns["text"], to=[columns["to"]], headers=columns["headers"])
    if columns["html"]:
        mail.attach_alternative(columns["html"], "text/html")
    return mail


def record_failure(message: Message, error: Exception) -> None:
    """Try again later, unless the server refuses this address or these words for good (RFC 5321, 4.2.1: 5yz).

    What it thinks of our own address or password is no fault of the message: an administrator may mend that meanwhile.
    """
    words = f"{type(error).__name__}: {error}"
    is_gone = isinstance(error, smtplib.SMTPRecipientsRefused) and all(map(is_permanent_failure, refusal_codes(error)))
    if is_gone:
        Mailbox.record_refusal(message.reader_id)
    if is_gone or (isinstance(error, smtplib.SMTPDataError) and is_permanent_failure(error.smtp_code)):
        message.mark_refused(words)
    else:
        message.mark_failed(words)


def refusal_codes(error: smtplib.SMTPRecipientsRefused) -> list[int]:
    """What was answered for each address: one of ours has one."""
    return [code for code, _words in error.recipients.values()]


def is_permanent_failure(code: int) -> bool:
    return 500 <= code < 600

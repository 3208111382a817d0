"""Messages out: each is leased, handed to a mail server, and marked sent, or tried again later."""

from __future__ import annotations

import email.policy
import logging
import smtplib

from django.core.mail import EmailMultiAlternatives

from comments import letters
from comments.line import Line
from comments.models import Mailbox, Message

log = logging.getLogger(__name__)

# What a mail server that is down, slow, lying or full may do to us; anything else is a fault of ours and is raised.
# OSError holds time-outs and refused connections; ValueError, a header no mail may carry.
TROUBLE = (smtplib.SMTPException, OSError, ValueError)


# Messages tried in one round of the worker, which then looks whether it is to stop.
AT_ONCE = 20
# Headers that other machines read by the letter: Python would dress up a long address in them as an encoded word, and
# no mail program would find its "unsubscribe" (RFC 2047 knows none there).
VERBATIM = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class Verbatim(email.policy.EmailPolicy):
    """Folds those headers between words alone, however long a word is; RFC 5322 allows lines of 998 characters."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in VERBATIM:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


class Mail(EmailMultiAlternatives):
    """A mail whose addresses for machines arrive as they were written."""

    def message(self, *, policy: email.policy.EmailPolicy = email.policy.default):
        return super().message(policy=Verbatim() + policy)


def send_due() -> int:
    """Try to send what is due; how many were tried.

    Leased one by one: a server that hangs at each would outlast a lease of many, and another worker send them again.
    """
    with Line() as line:
        for tried in range(AT_ONCE):
            if not (leased := Message.objects.lease(limit=1)):
                return tried
            send(leased[0], line)
    return AT_ONCE


def send(message: Message, line: Line) -> bool:
    """Hand one leased message over; True when a server took it.

    A server that takes a message and then drops the line is asked again: better told twice than never.
    """
    try:
        line.send(write(message))
    except letters.Dropped as why:
        message.dropped(str(why))
        return False
    except TROUBLE as error:
        log.warning("Message %s was not sent: %s", message.pk, error)
        fail(message, error)
        return False
    except Exception as error:  # a fault of ours, or of a library: it may not stop the mails behind it
        log.exception("Message %s could not be written.", message.pk)
        fail(message, error)
        return False
    message.sent()
    Mailbox.objects.filter(reader=message.reader_id, refusals__gt=0).update(refusals=0)
    return True


def write(message: Message) -> Mail:
    """The mail itself; that to a follower is drawn of what stands now. Raises letters.Dropped."""
    columns = letters.draw(message) if message.about else vars(message)
    mail = Mail(columns["subject"], columns["text"], to=[columns["to"]], headers=columns["headers"])
    if columns["html"]:
        mail.attach_alternative(columns["html"], "text/html")
    return mail


def fail(message: Message, error: Exception) -> None:
    """Try again later, unless the server refuses this address or these words for good (RFC 5321, 4.2.1: 5yz).

    What it thinks of our own address or password is no fault of the message: an administrator may mend that meanwhile.
    """
    words = f"{type(error).__name__}: {error}"
    is_gone = isinstance(error, smtplib.SMTPRecipientsRefused) and all(map(is_final, codes_of(error)))
    if is_gone:
        Mailbox.refuse(message.reader_id)
    if is_gone or (isinstance(error, smtplib.SMTPDataError) and is_final(error.smtp_code)):
        message.refused(words)
    else:
        message.failed(words)


def codes_of(error: smtplib.SMTPRecipientsRefused) -> list[int]:
    """What was answered for each address: one of ours has one."""
    return [code for code, _words in error.recipients.values()]


def is_final(code: int) -> bool:
    return 500 <= code < 600

"""Messages out: each is leased, handed to a mail server, and marked sent, or tried again later."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMultiAlternatives

from comments.models import Message

log = logging.getLogger(__name__)

# What a mail server that is down, slow, lying or full may do to us; anything else is a fault of ours and is raised.
# OSError holds time-outs and refused connections; ValueError, a header no mail may carry.
TROUBLE = (smtplib.SMTPException, OSError, ValueError)


# Messages tried in one round of the worker, which then looks whether it is to stop.
AT_ONCE = 20


def send_due() -> int:
    """Try to send what is due; how many were tried.

    Leased one by one: a server that hangs at each would outlast a lease of many, and another worker send them again.
    """
    for tried in range(AT_ONCE):
        if not (leased := Message.objects.lease(limit=1)):
            return tried
        send(leased[0])
    return AT_ONCE


def send(message: Message) -> bool:
    """Hand one leased message over; True when a server took it.

    A server that takes a message and then drops the line is asked again: better told twice than never.
    """
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=message.headers)
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    try:
        mail.send()
    except TROUBLE as error:
        log.warning("Message %s was not sent: %s", message.pk, error)
        message.failed(f"{type(error).__name__}: {error}")
        return False
    message.sent()
    return True

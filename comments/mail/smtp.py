"""Reuses one SMTP connection for a batch of messages. Knows no model."""

from __future__ import annotations

import contextlib
from smtplib import SMTPException
from typing import Self

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend


class NotSent(SMTPException):
    """The mailer returned without an error, and without having sent the message."""


class SmtpConnection:
    """A context manager that sends messages one after the other."""

    def __init__(self) -> None:
        self.server: EmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, mail: EmailMessage) -> None:
        """Hand the message over; raises what the mailer raises, after which the next message gets a new connection.

        Raises NotSent when the mailer says that it sent nothing: Django's leaves out a message without an address.

        A connection that died since the last message is noticed before this one is sent: a second attempt might
        deliver it twice.
        """
        if not self.is_alive():
            self.close()
            self.server = open_smtp_backend()
        try:
            sent = (self.server or mailers.default).send_messages([mail])
        except Exception:
            self.close()
            raise
        if not sent:
            raise NotSent("The mailer did not send it, and did not say why.")

    def is_alive(self) -> bool:
        """Does the server of the last message still answer (RFC 5321, 4.1.1.9)?"""
        connection = self.server and self.server.connection
        try:
            return bool(connection and connection.noop()[0] == 250)
        except OSError:
            return False

    def close(self) -> None:
        """What was sent stays sent, whatever the server answers to QUIT."""
        if self.server is not None:
            with contextlib.suppress(OSError):
                self.server.close()
            self.server = None


def open_smtp_backend() -> EmailBackend | None:
    """An open connection, if mail goes by SMTP: other mailers open what each message needs."""
    mailer = mailers.default
    if not isinstance(mailer, EmailBackend):
        return None
    mailer.open()
    return mailer

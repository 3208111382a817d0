"""What `manage.py serve` looks at before it begins: who starts it, and whether the port is free."""

import errno
import os
import socket

from django.core.management.base import CommandError
from gunicorn.util import parse_address

AS_ROOT = (
    "Warning: this runs as root, so that whoever finds a fault in it has the whole machine. "
    "Start it as a user of its own: docs/install.md says how."
)


def is_root() -> bool:
    return os.geteuid() == 0


def refuse_unusable_address(bind: str) -> None:
    """Raise CommandError when nothing can listen at HOST:PORT (or unix:PATH, which is not looked at)."""
    try:
        address = parse_address(bind)
    except RuntimeError:
        raise CommandError(f"--bind is {bind!r}, but must be HOST:PORT, with a number as the port.") from None
    if not isinstance(address, tuple):
        return
    host, port = address
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
            trial.listen()
    except OSError as error:
        raise CommandError(describe_bind_fault(error, host, port)) from None


def describe_bind_fault(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use, perhaps by this site. "
            f"Stop what runs there, or choose another port: PORT={port + 1} make run"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for root. Choose one above 1023, and put nginx in front: docs/install.md says how."
    return f"Nothing can listen at {host}:{port}: {error.strerror}."

"""Hashes that tell one comment and one sender from another; keyed to hide addresses."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings

from blog.web.client_ip import home_network, neighbourhood_network


def comment_fingerprint(fields: dict[str, Any], sent_from: str = "") -> str:
    """64 hexadecimal digits, equal for the same text by the same person in the same place.

    `sent_from` is the form or the session, without which whoever guessed an address could tell that it is right.
    """
    subject = next(fields[name] for name in ("subject", "post", "page") if fields.get(name))
    parent, user = fields.get("parent"), fields.get("user")
    who = f"user {user.pk}" if user else f"{fields.get('email', '').casefold()}\0{fields['name']}"
    parts = [str(subject.thread_id), str(parent.pk if parent else 0), who, fields["body"]]
    if sent_from:
        parts.append(sent_from)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def reader_report_hash(reader_pk: int) -> str:
    """The sender of reports from a browser that is signed in as this reader."""
    return hash_report_sender(f"reader {reader_pk}")


def home_report_hash(address: str) -> str:
    """The sender of reports from a browser that is not signed in."""
    return hash_report_sender(f"home {home_network(address)}")


def neighbourhood_report_hash(address: str) -> str:
    """The neighbourhood of a report's sender, signed in or not."""
    return hash_report_sender(f"neighbourhood {neighbourhood_network(address)}")


def hash_report_sender(who: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"report\0" + who.encode(), "sha256").hexdigest()

"""The keys under which the ledger knows subscribers: it stays for ever, and has nobody's address in it."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from registan.transfer.records.export_records import ExportedSubscriber


def subscriber_key(subscriber: ExportedSubscriber) -> str:
    """The same for an address and what it follows, and useless to whoever has the ledger alone."""
    wish = f"{subscriber.post_id} {subscriber.email.casefold()}"
    return salted_hmac("registan.transfer.subscribers", wish, algorithm="sha256").hexdigest()

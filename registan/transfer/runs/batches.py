"""The transactions of a run: each stores some elements, what the ledger says of them, and how far the run is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from registan.transfer.content.known_addresses import KnownAddresses
from registan.transfer.models import Run
from registan.transfer.models.ledger import Ledger


class RunStopped(Exception):
    """Somebody has asked the run to stop; it can be continued."""


class Batches:
    """Transactions of one run, which end it when it was stopped or taken over by another process."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.run = ledger, ledger.run
        self.addresses = KnownAddresses(ledger.source)
        self.addresses.refused = list(self.run.refused_addresses)
        self.items_done = self.comments_done = 0

    @contextmanager
    def begin(self) -> Iterator[None]:
        """A transaction, at whose end the ledger and the old addresses are stored. Raises RunStopped and RunTaken."""
        try:
            with transaction.atomic():
                if self.run.lock() == Run.State.STOPPING:
                    raise RunStopped
                yield
                self.addresses.flush()
                self.ledger.flush()
                self.run.record_progress(items_done=self.items_done, comments_done=self.comments_done)
                if self.run.refused_addresses != self.addresses.refused:
                    self.run.record_progress(refused_addresses=list(self.addresses.refused))
        except BaseException:
            self.addresses.discard()
            self.ledger.discard()
            raise

    def go_on(self, *, comments: int) -> None:
        """Count these as done, in a transaction that somebody else has begun. Raises RunStopped and RunTaken."""
        if self.run.lock() == Run.State.STOPPING:
            raise RunStopped
        self.count(comments=comments)
        self.run.record_progress(items_done=self.items_done, comments_done=self.comments_done)

    def count(self, *, items: int = 0, comments: int = 0) -> None:
        """These are done once the transaction ends."""
        self.items_done += items
        self.comments_done += comments

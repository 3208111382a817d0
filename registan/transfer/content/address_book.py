"""Where the addresses of an old blog lead now, for the links and pictures in its texts."""

from __future__ import annotations

import itertools
import re

from registan.transfer.models.ledger import hash_of
from registan.transfer.wordpress_text.addresses import address_key

# How WordPress asks its front page for a post, page or file by its number.
_BY_NUMBER = re.compile(r"(?P<front>[^?]*)\?(?:p|page_id|attachment_id)=(?P<number>\d{1,18})", re.ASCII)


class AddressBook:
    """Old addresses, and numbers of the old blog at `home`, with the new address of each. What comes first stays."""

    def __init__(self, home: str) -> None:
        self._front = address_key(home)
        self._addresses = {self._front: "/"} if self._front else {}
        self._numbers: dict[int, str] = {}

    def add(self, new: str, *old: str, number: int = 0) -> None:
        """`new` is where these old addresses lead, and what has this number."""
        for address in old:
            if key := address_key(address):
                self._addresses.setdefault(key, new)
        if number:
            self._numbers.setdefault(number, new)

    def digest(self) -> str:
        """Another one whenever something leads elsewhere than before."""
        return hash_of(itertools.chain(self._addresses.items(), self._numbers.items()))

    def find(self, key: str) -> str | None:
        """The new address of what has this `address_key`; None for what is not known."""
        if key in self._addresses:
            return self._addresses[key]
        match = _BY_NUMBER.fullmatch(key)
        return self._numbers.get(int(match["number"])) if match and match["front"] == self._front else None

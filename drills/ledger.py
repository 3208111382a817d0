"""What writers have sent and what the site has acknowledged, on the disk before anything else happens."""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True)
class Verdict:
    """Bodies of comments: acknowledged and missing, stored more than once, stored but never sent."""

    acknowledged: int
    lost: list[str]
    doubled: list[str]
    strangers: list[str]

    @property
    def faults(self) -> list[str]:
        kinds = {"lost": self.lost, "doubled": self.doubled, "from nowhere": self.strangers}
        return [f"{len(bodies)} {kind}, such as {bodies[0]!r}" for kind, bodies in kinds.items() if bodies]


class Ledger:
    """A line for each intention, before the request leaves, and for each acknowledgement."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.lock = threading.Lock()
        self.intended: dict[str, None] = {}
        self.acknowledged: dict[str, None] = {}

    def intend(self, body: str = "") -> str:
        """Note that a comment is about to be sent; return its text."""
        body = body or f"Tea was served in cup {uuid4()}."
        self._write("intent", body)
        self.intended[body] = None
        return body

    def acknowledge(self, body: str) -> None:
        self._write("ack", body)
        self.acknowledged[body] = None

    def unacknowledged(self) -> list[str]:
        return [body for body in self.intended if body not in self.acknowledged]

    def judge(self, stored: Counter[str]) -> Verdict:
        """Compare with the texts of all comments that are stored, and how often each is."""
        return Verdict(
            acknowledged=len(self.acknowledged),
            lost=[body for body in self.acknowledged if not stored[body]],
            doubled=[body for body, count in stored.items() if count > 1],
            strangers=[body for body in stored if body not in self.intended],
        )

    def _write(self, kind: str, body: str) -> None:
        with self.lock:
            os.write(self.file, f"{kind} {body!r}\n".encode())
            os.fdatasync(self.file)

    def close(self) -> None:
        os.close(self.file)

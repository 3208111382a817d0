"""Reads releases.txt: which versions there are, and which commit each is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
UNRELEASED = "-"


class Listed(NamedTuple):
    """A line of the list."""

    version: str  # "-" for a commit between releases
    commit: str
    day: str

    def __str__(self) -> str:
        return self.version if self.version != UNRELEASED else self.commit[:8]


def read_releases(root: Path = ROOT) -> list[Listed]:
    """All lines, the oldest first; ValueError for one that is not a version, a commit and a day."""
    lines = (root / "releases.txt").read_text().splitlines()
    return [Listed(*line.split()) for line in lines if line and not line.startswith("#")]

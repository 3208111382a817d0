"""Measures the memory of all processes of a site, before and after it was used."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from bench.peers.contestant import Contestant
from bench.peers.measure import CONNECTIONS
from bench.peers.reading import load_page
from bench.peers.writing import store_comments, write_forms
from bench.table import Table

IDLE_SECONDS = 3


def measure_memory(contestants: Sequence[Contestant], folder: Path, *, seconds: int) -> None:
    """Print it for each contestant after its start, and after every page and the comment form were under load."""
    time.sleep(IDLE_SECONDS)
    before = {contestant.name: contestant.memory() for contestant in contestants}
    print("\n### Memory")
    head = ("who", "idle, MB", "of it the database server", "after load, MB", "of it the database server")
    table = Table("All processes of a site, pages that several share divided among them", head)
    for contestant in contestants:
        for page in contestant.pages:
            load_page(contestant, page, seconds=seconds)
        forms = write_forms(contestant, folder, is_known=True)
        store_comments(contestant, forms, writers=CONNECTIONS, is_known=True, seconds=seconds)
        time.sleep(IDLE_SECONDS)
        figures = [*before[contestant.name], *contestant.memory()]
        table.row(contestant.name, *(f"{figure:,.0f}" if figure else "" for figure in figures))

"""Plays faults one after the other on one stack, and prints a row for each."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from bench.table import Table
from drills.fault import Drill, Fault
from drills.stack import Stack, Template

HEAD = (
    "fault", "load", "acknowledged", "lost", "doubled", "what writers saw", "what readers saw", "healed after", "took",
)  # fmt: skip


def play_all(setup: str, faults: list[Fault], folder: Path) -> list[str]:
    """Play these faults on a site of that kind in `folder`; return the promises that were broken."""
    folder.mkdir()
    broken, template = list[str](), Template(setup, folder / "template")
    try:
        table, stacks = Table(f"Faults on {setup}", HEAD, text_columns=len(HEAD)), Stacks(template, folder)
        with contextlib.closing(stacks):
            for fault in faults:
                if fault.needs_root and os.getuid():
                    print(f"| `{fault.name}` {fault.title} | not played: needs root to mount a disk |", flush=True)
                    continue
                broken += [f"{setup}, {fault.name}: {sentence}" for sentence in play(fault, stacks, table)]
    finally:
        template.end()
    return broken


class Stacks:
    """Starts a stack for the faults that need one of their own, and one for all others, until something breaks it."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template, self.folder, self.count = template, folder, 0
        self.shared: Stack | None = None

    @contextlib.contextmanager
    def stack_for(self, fault: Fault) -> Iterator[Stack]:
        if fault.is_alone:
            place = self.next_place()
            with own_disk(place, fault.disk), Stack(self.template, place) as stack:
                yield stack
            return
        self.shared = self.shared or Stack(self.template, self.next_place()).__enter__()
        yield self.shared

    def next_place(self) -> Path:
        self.count += 1
        return self.folder / f"site-{self.count}"

    def close(self) -> None:
        """End the shared stack; the next fault gets a new one."""
        if self.shared:
            self.shared.__exit__()
        self.shared = None


def play(fault: Fault, stacks: Stacks, table: Table) -> list[str]:
    """Play one fault and print its row; return the promises that were broken."""
    begun = time.monotonic()
    with stacks.stack_for(fault) as stack:
        drill = Drill(stack, writers=fault.writers)
        try:
            fault.run(drill)
        except Exception:
            drill.broken.append(f"the drill itself failed:\n{traceback.format_exc()}")
    drill.ledger.close()
    if drill.broken and not fault.is_alone:
        stacks.close()  # what is wrong with it may not be told of the next fault
    if fault.is_control:
        found, drill.broken = drill.broken, [] if drill.verdict.faults else ["the sabotage was not found"]
        drill.note(f"found: {'; '.join(found)}")
    print_row(table, fault, drill, time.monotonic() - begun)
    return drill.broken


@contextlib.contextmanager
def own_disk(place: Path, megabytes: int) -> Iterator[None]:
    """A small disk at `place`, if it has a size."""
    if not megabytes:
        yield
        return
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def print_row(table: Table, fault: Fault, drill: Drill, seconds: float) -> None:
    verdict, has_load = drill.verdict, bool(drill.wrote)
    wrote = "; ".join(part for part in (drill.wrote, *drill.notes) if part)
    cells = (
        f"`{fault.name}`: {fault.title}" + (" **BROKEN**" if drill.broken else ""),
        "readers and writers" if has_load else "as told",
        verdict.acknowledged, len(verdict.lost), len(verdict.doubled), wrote, drill.read or "–",
        f"{drill.load.healed_after:.1f} s" if has_load else "–", f"{seconds:.0f} s",
    )  # fmt: skip
    table.row(*(" ".join(str(cell).split()).replace("|", "/") for cell in cells))
    for sentence in drill.broken:
        print(f"    {sentence}", file=sys.stderr, flush=True)

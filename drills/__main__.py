"""Plays faults on a site of its own, and prints what became of every comment.

    python -m drills [--only NAME[,NAME]] [--database sqlite|postgres|both] [--keep] [--list]

Ends with 1 when a promise was broken, or when a control was not found. Everything listens on 127.0.0.1, is stored in a
folder of its own, and is gone at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from bench.table import Table
from drills import cache, clock, controls, disk, mail, moving, people, postgres, reading, s3, workers, writing
from drills.fault import Drill, Fault
from drills.stack import SETUPS, Stack, Template

FAMILIES = (controls, workers, postgres, disk, cache, s3, mail, writing, people, clock, reading, moving)
FAULTS: tuple[Fault, ...] = tuple(fault for family in FAMILIES for fault in family.FAULTS)
HEAD = (
    "fault",
    "acknowledged",
    "lost",
    "doubled",
    "what writers saw",
    "what readers saw",
    "healed after",
    "s",
)


def main() -> int:
    options = read_options()
    if options.list:
        for fault in FAULTS:
            print(f"{fault.name:24} {', '.join(fault.setups):18} {fault.title}")
        return 0
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only.split(",")]
    if not chosen:
        sys.exit(f"There is no drill {options.only!r}: see --list.")
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have told us to ignore the latter
        signal.signal(number, signal.default_int_handler)
    broken: list[str] = []
    with scratch(keep=options.keep) as folder:
        for setup in SETUPS if options.database == "both" else (options.database,):
            if faults := [fault for fault in chosen if setup in fault.setups]:
                broken += run_setup(setup, faults, folder / setup)
    print(
        "\nBroken promises" if broken else "\nEvery promise was kept, and every control was found.", *broken, sep="\n"
    )
    return int(bool(broken))


@contextlib.contextmanager
def scratch(*, keep: bool) -> Iterator[Path]:
    """A folder that all users may pass through, since PostgreSQL runs as one of its own."""
    folder = Path(tempfile.mkdtemp(prefix="registan-drill-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def run_setup(setup: str, faults: list[Fault], folder: Path) -> list[str]:
    folder.mkdir()
    broken = list[str]()
    template = Template(setup, folder / "template")
    try:
        table = Table(f"Faults on {setup}", HEAD)
        for fault in faults:
            broken += [f"{setup}, {fault.name}: {sentence}" for sentence in play(fault, template, folder, table)]
    finally:
        template.end()
    return broken


def play(fault: Fault, template: Template, folder: Path, table: Table) -> list[str]:
    """Play one fault and print its row; return the promises that were broken."""
    begun, place = time.monotonic(), folder / fault.name
    if fault.needs_root and os.getuid():
        print(f"| `{fault.name}` {fault.title} | not played: needs root to mount a disk |", flush=True)
        return []
    with own_disk(place, fault.disk), Stack(template, place, **fault.variables) as stack:
        drill = Drill(stack, writers=fault.writers)
        try:
            fault.run(drill)
        except Exception:
            drill.broken.append(f"the drill itself failed:\n{traceback.format_exc()}")
    drill.ledger.close()
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
    verdict, load = drill.verdict, drill.load
    healed = f"{load.healed_after:.1f} s" if drill.wrote else "–"
    wrote, read = (drill.wrote or "; ".join(drill.notes) or "–"), drill.read or "–"
    if drill.wrote and drill.notes:
        wrote += f" ({'; '.join(drill.notes)})"
    title = f"`{fault.name}` {fault.title}" + (" **BROKEN**" if drill.broken else "")
    wrote, read = (" ".join(cell.split()).replace("|", "/") for cell in (wrote, read))
    table.row(
        title, verdict.acknowledged, len(verdict.lost), len(verdict.doubled), wrote, read, healed, f"{seconds:.0f}"
    )
    for sentence in drill.broken:
        print(f"    {sentence}", file=sys.stderr)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--database", choices=[*SETUPS, "both"], default="both")
    parser.add_argument("--keep", action="store_true", help="keep the folder, with its logs")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

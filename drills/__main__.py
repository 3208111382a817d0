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
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from drills import cache, clock, controls, disk, mail, moving, people, postgres, reading, s3, workers, writing
from drills.fault import Fault
from drills.play import play_all
from drills.servers import missing_programs
from drills.stack import SETUPS

FAMILIES = (controls, workers, postgres, disk, cache, s3, mail, writing, people, clock, reading, moving)
FAULTS: tuple[Fault, ...] = tuple(fault for family in FAMILIES for fault in family.FAULTS)


def main() -> int:
    options = read_options()
    if options.list:
        for fault in FAULTS:
            print(f"{fault.name:24} {', '.join(fault.setups):18} {fault.title}")
        return 0
    chosen = [fault for fault in FAULTS if not options.only or fault.name in options.only.split(",")]
    if not chosen:
        sys.exit(f"There is no drill {options.only!r}: see --list.")
    if options.database != "sqlite" and (missing := missing_programs()):
        sys.exit(f"Not installed: {', '.join(missing)}. Without, --database sqlite plays what needs none of these.")
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have told us to ignore the latter
        signal.signal(number, signal.default_int_handler)
    broken: list[str] = []
    with scratch(keep=options.keep) as folder:
        for setup in SETUPS if options.database == "both" else (options.database,):
            if faults := [fault for fault in chosen if setup in fault.setups]:
                broken += play_all(setup, faults, folder / setup)
    print(
        "\nBroken promises" if broken else "\nEvery promise was kept, and every control was found.", *broken, sep="\n"
    )
    return int(bool(broken))


@contextlib.contextmanager
def scratch(*, keep: bool) -> Iterator[Path]:
    """A folder that all users may pass through, since PostgreSQL runs as one of its own."""
    os.umask(0o022)  # the site's own is stricter
    folder = Path(tempfile.mkdtemp(prefix="registan-drill-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--database", choices=[*SETUPS, "both"], default="both")
    parser.add_argument("--keep", action="store_true", help="keep the folder, with its logs")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

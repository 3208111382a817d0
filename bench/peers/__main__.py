"""Fills all contestants with the same texts, measures them by turns, and prints tables in Markdown.

    python -m bench.peers [--only pages|cached|writing|saving|memory] [--seconds 5] [--database sqlite|postgres|both]

Needs Debian and root; and for PostgreSQL a server on this machine on which it may make a database, whose address is
that of BENCH_DATABASE_URL with `_peers` behind it. Everything else is in one folder: a temporary one, or --folder,
which is kept, as is then the database, for the next time.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import site
from bench.peers import install, isso, registan, wordpress, xtd
from bench.peers.contestant import Contestant
from bench.peers.memory import measure_memory
from bench.peers.reading import measure_cached, measure_pages
from bench.peers.report import print_results
from bench.peers.sample import FULL, QUICK, Sample, read_sample
from bench.peers.writing import measure_comments, measure_saving

SECTIONS = ("pages", "cached", "writing", "saving", "memory")


def main() -> None:
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers end, too
    if os.getuid() != 0:
        sys.exit("This needs root, as in a container or a virtual machine: it installs packages and runs servers.")
    describe_machine()
    install.install_packages()
    with scratch_folder(options.folder) as folder:
        bench = Bench(folder, options)
        try:
            bench.fill()
            for section in options.only or SECTIONS:
                getattr(bench, section)()
        finally:
            if options.folder is None:
                bench.drop()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=SECTIONS, help="measure this alone; may be given repeatedly")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both", help="of Registan")
    parser.add_argument("--seconds", type=int, default=5, help="of load on each row in each turn (default: 5)")
    parser.add_argument("--turns", type=int, default=3, help="how often each contestant takes its turn (default: 3)")
    parser.add_argument("--quick", action="store_true", help="fill 300 posts and 2,000 comments, not 3,000 and 12,500")
    parser.add_argument("--folder", type=lambda text: Path(text).resolve(), help="where to keep what was filled")
    return parser.parse_args()


def describe_machine() -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    print(f"{time.strftime('%d %B %Y')}: {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}")
    print(f"Python {platform.python_version()}; load before: {os.getloadavg()[0]:.2f}")


@contextlib.contextmanager
def scratch_folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="registan-peers-") as folder:
        yield Path(folder)


class Bench:
    """The contestants of one run, in their folder."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.size = folder, QUICK if options.quick else FULL
        self.pace = {"seconds": options.seconds, "turns": options.turns}
        self.url = os.environ.get("BENCH_DATABASE_URL", site.POSTGRES) + "_peers"
        self.installations = []
        if options.database != "postgres":
            self.installations.append(registan.sqlite_installation(folder / "sqlite"))
        if options.database != "sqlite":
            self.installations.append(registan.postgres_installation(folder / "postgres", self.url))

    def fill(self) -> None:
        """Make whatever is not there from an earlier run."""
        self.fill_once("sqlite", lambda folder: registan.fill_sqlite(folder, self.size))
        self.sample: Sample = read_sample(self.folder / "sqlite" / "sample.sqlite3")
        if any(installation.is_on_postgres for installation in self.installations):
            print("PostgreSQL:", registan.describe_postgres(self.url), flush=True)
            static = self.folder / "sqlite" / "static"
            self.fill_once(
                "postgres", lambda folder: registan.fill_postgres(folder, self.size, self.url, static=static)
            )
        self.fill_once("wordpress", lambda folder: wordpress.fill(folder, self.sample))
        for name, module in {"isso": isso, "xtd": xtd}.items():

            def fill(folder: Path, name: str = name, fill: Callable[[Path, Sample], None] = module.fill) -> None:
                install.install_python(folder, f"{name}.txt")
                fill(folder, self.sample)

            self.fill_once(name, fill)

    def fill_once(self, name: str, fill: Callable[[Path], None]) -> None:
        """Call `fill` with an empty folder of that name, unless this was done before for a site of this size."""
        folder, start = self.folder / name, time.monotonic()
        marker = folder / "filled"
        if marker.exists() and marker.read_text() == str(self.size):
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        fill(folder)
        marker.write_text(str(self.size))
        print(f"{name}: filled in {time.monotonic() - start:.0f} s", flush=True)

    def drop(self) -> None:
        """Drop the database, if it was made."""
        if (self.folder / "postgres").exists():
            site.drop_database(self.url)

    @contextlib.contextmanager
    def serve(self, *contexts: contextlib.AbstractContextManager[Contestant]) -> Iterator[list[Contestant]]:
        with contextlib.ExitStack() as stack:
            yield [stack.enter_context(context) for context in contexts]

    def ours(self, **how: Any) -> list[contextlib.AbstractContextManager[Contestant]]:
        return [registan.serve(installation, self.sample, **how) for installation in self.installations]

    def theirs(self) -> list[contextlib.AbstractContextManager[Contestant]]:
        return [
            wordpress.serve(self.folder / "wordpress", self.sample),
            isso.serve(self.folder / "isso", self.sample),
            xtd.serve(self.folder / "xtd", self.sample),
        ]

    def pages(self) -> None:
        ours = [*self.ours(kept=registan.FRAGMENTS), *self.ours(kept=registan.NOTHING)]
        with self.serve(*ours, *self.theirs()) as contestants:
            print_results("Pages from nothing", measure_pages(contestants, self.sample, **self.pace))

    def cached(self) -> None:
        cached = wordpress.serve(self.folder / "wordpress", self.sample, is_cached=True)
        with self.serve(*self.ours(), *self.ours(has_nginx=True), cached) as contestants:
            print_results("Pages from caches", measure_cached(contestants, self.sample, **self.pace))

    def writing(self) -> None:
        with self.serve(*self.ours(), *self.theirs()) as contestants:
            results = measure_comments(contestants, self.folder, **self.pace)
        print_results("Comments stored", results, unit="comments/s")

    def saving(self) -> None:
        with self.serve(*self.ours(), self.theirs()[0]) as contestants:
            print_results("Saving a post", measure_saving(contestants, **self.pace), unit="saved/s")

    def memory(self) -> None:
        with self.serve(*self.ours(has_nginx=True), *self.theirs()) as contestants:
            measure_memory(contestants, self.folder, seconds=self.pace["seconds"])


if __name__ == "__main__":
    main()

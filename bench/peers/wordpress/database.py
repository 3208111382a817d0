"""A MariaDB of its own: in the scratch folder, on a Unix socket alone, with MariaDB's own defaults."""

from __future__ import annotations

import contextlib
import subprocess
from collections import Counter
from pathlib import Path

from bench.peers.processes import accepts_connections, run_server


def create(folder: Path) -> None:
    command = ["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={folder}/data", "--skip-test-db"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def run(folder: Path) -> contextlib.AbstractContextManager[int]:
    """Run the server for the length of the context, which holds its process ID."""
    options = [f"--datadir={folder}/data", f"--socket={folder}/mariadb.sock", f"--pid-file={folder}/mariadb.pid"]
    command = ["mariadbd", "--no-defaults", "--user=root", "--skip-networking", *options]
    return run_server(
        command, log=folder / "mariadb.log", is_ready=lambda: accepts_connections(folder / "mariadb.sock")
    )


def query(folder: Path, sql: str, *, database: str = "wordpress") -> str:
    """Run statements; what the last one selects, a row a line, columns separated by tabs."""
    command = ["mariadb", "--no-defaults", f"--socket={folder}/mariadb.sock", "--user=root", "--batch"]
    command += ["--skip-column-names", "--default-character-set=utf8mb4", database]
    return subprocess.run(command, input=sql, capture_output=True, text=True, check=True).stdout


def count_comments(folder: Path) -> Counter[str]:
    """How many comments there are of each status."""
    rows = query(folder, "SELECT comment_approved, count(*) FROM wp_comments GROUP BY 1").splitlines()
    return Counter({status: int(count) for status, count in (row.split("\t") for row in rows)})

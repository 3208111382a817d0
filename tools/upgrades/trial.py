"""Tries upgrades to this commit from every release and from commits between, as an owner would do them, under traffic.

    python -m tools.upgrades.trial [--database sqlite|postgres] [--from 0.9.0] [--kills 10] [--jobs ...]

Each site is a clone that is filled with the demo of its version, served behind nginx, and upgraded in place: without a
network first, then with one. Prints a table; ends with 1 when something was lost, doubled, or answered rudely.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.registan.upgrade.schema import Schema
from tools.upgrades.installation import Installation
from tools.upgrades.release_list import ROOT, Listed, read_releases
from tools.upgrades.traffic import KINDS, Traffic
from tools.upgrades.trial_database import DATABASES, TrialDatabase

# Seconds of traffic before and after.
BEFORE, AFTER = 6, 8
# A disk, what is left of it, and how the upgrade is asked for.
DISK = "160m"
DISK_TRIES: list[tuple[int, tuple[str, ...]]] = [(32 << 20, ()), (0, ("--no-backup",))]
ROLE_PAGES = """
from django.contrib.auth.models import User
from django.test import Client
from blog.models import Post
wrong = []
post = Post.objects.published().first()
for user in [None, *User.objects.filter(is_active=True)]:
    client = Client(headers={"host": "127.0.0.1"})
    if user:
        client.force_login(user, backend="registan.account_adapter.OneHashBackend")
    for path in ["/", post.get_absolute_url(), "/search/?q=the", *(["/admin/"] if user and user.is_staff else [])]:
        status = client.get(path).status_code
        if status != 200:
            wrong.append(f"{user} {path} {status}")
print(User.objects.filter(is_active=True).count(), "roles;", wrong or "all 200")
"""
HEADINGS = (
    "from", "database", "without a network", "away for", "readers", "form opened", "comments", "acknowledged",
    "lost, doubled", "schema", "pages of the roles",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--from", dest="versions", action="append", help="a version or the beginning of a commit")
    parser.add_argument("--kills", type=int, default=10, help="how often one from the oldest of these is killed")
    parser.add_argument("--faults-only", action="store_true", help="no traffic: the way back, kills, a full disk")
    options = parser.parse_args()
    chosen = [
        release
        for release in read_releases()
        if not options.versions or any(str(release) == name[:8] for name in options.versions)
    ]
    faults: list[str] = []
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS), flush=True)
    for kind in options.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="trial-") as name:
            folder = Path(name)
            if not options.faults_only:
                fresh = fresh_schema(folder, kind)
                for release in chosen:
                    row = try_upgrade(folder, kind, release, fresh, faults)
                    print("| " + " | ".join(row) + " |", flush=True)
            if options.kills:
                whole = try_faults(folder, kind, chosen[0], options.kills, faults)
                if kind == "sqlite":
                    try_full_disk(folder, chosen[0], whole, faults)
    print("", *faults, sep="\n")
    return int(bool(faults))


@cache
def this_commit() -> str:
    """The one that was checked out when the trial began."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def new_site(folder: Path, kind: str, name: str, commit: str) -> Installation:
    database: TrialDatabase = DATABASES[kind](folder, name)
    site = Installation(folder / name, database)
    site.check_out(commit)
    site.install()
    return site


def fresh_schema(folder: Path, kind: str) -> Schema:
    """That of a database which this commit has made."""
    site = new_site(folder, kind, f"fresh-{kind}", this_commit())
    try:
        site.manage("migrate", "--verbosity", "0")
        return site.database.schema()
    finally:
        site.end()


def fill(site: Installation) -> None:
    site.manage("migrate", "--verbosity", "0")
    site.manage("demo")


def try_upgrade(folder: Path, kind: str, release: Listed, fresh: Schema, faults: list[str]) -> list[str]:
    """One way, as docs/upgrades.md describes it; a row of the table."""
    site = new_site(folder, kind, f"{kind}-{release!s}", release.commit)
    try:
        fill(site)
        site.start_nginx()
        site.serve()
        traffic = Traffic(site.web_port)
        traffic.start()
        try:
            time.sleep(BEFORE)
            offline = upgrade_packages(site)
            stopped = time.monotonic()
            site.stop()
            site.serve()
            away = time.monotonic() - stopped
            time.sleep(AFTER)
        finally:
            traffic.stop()
        site.stop()
        lost, doubled = compare(site, traffic)
        different = differences(site.database.schema(), fresh)
        roles = site.manage("shell", "--verbosity", "0", "--command", ROLE_PAGES).stdout.strip()
        name = f"{release} to {this_commit()[:8]} on {kind}"
        faults += [f"{name}: {fault}" for fault in (*traffic.wrong[:5], *different)]
        faults += [f"{name}: {lost} lost, {doubled} doubled"] if lost or doubled else []
        faults += [f"{name}: {roles}"] if not roles.endswith("all 200") else []
        return [
            str(release), kind, offline, f"{away:.0f} s", *(traffic.describe(part) for part in KINDS),
            str(len(traffic.acknowledged)), f"{lost}, {doubled}", "the same" if not different else "differs", roles,
        ]  # fmt: skip
    finally:
        site.end()


def upgrade_packages(site: Installation) -> str:
    """Put the new code in place while the old runs; try without a network, then with one."""
    site.check_out(this_commit())
    nothing = site.folder / "empty"
    done = site.make("environment", UV_OFFLINE="1", UV_CACHE_DIR=str(nothing))
    said = "nothing changed" if done.returncode and "Nothing was changed" in done.stderr else "the same packages"
    assert done.returncode == 0 or said == "nothing changed", done.stderr
    done = site.make("environment")
    assert done.returncode == 0, done.stderr
    return said


def compare(site: Installation, traffic: Traffic) -> tuple[int, int]:
    """How many of the acknowledged comments are not stored, and how many are more than once."""
    stored = [body for (body,) in site.database.rows("SELECT body FROM comments_comment WHERE body LIKE 'Word %'")]
    lost = len(set(traffic.acknowledged) - set(stored))
    return lost, len(stored) - len(set(stored))


def differences(schema: Schema, fresh: Schema) -> list[str]:
    return [f"{name}: {schema.get(name)} and not {fresh.get(name)}" for name in sorted(schema.keys() | fresh.keys())
            if schema.get(name) != fresh.get(name)]  # fmt: skip


def try_faults(folder: Path, kind: str, release: Listed, kills: int, faults: list[str]) -> Schema:
    """Go back, and kill an upgrade at so many points; return the schema of one that nothing disturbed."""
    site = new_site(folder, kind, f"{kind}-faults", release.commit)
    try:
        fill(site)
        before = site.database.schema()
        site.database.save()
        site.check_out(this_commit())
        site.make("environment")
        started = time.monotonic()
        site.manage("upgrade")
        whole = time.monotonic() - started
        fresh = site.database.schema()
        print(f"\n{kind}, an upgrade from {release} takes {whole:.0f} s:", flush=True)
        print(f"- taken back: {take_back(site, before, faults)}", flush=True)
        assert site.make("environment").returncode == 0  # which going back has swapped out
        for point in range(1, kills + 1):
            site.database.bring_back()
            outcome = kill_at(site, whole * point / (kills + 1), before, fresh)
            if outcome.startswith("NEITHER"):
                faults.append(f"{kind}, killed at {point}: {outcome}")
            print(f"- killed after {whole * point / (kills + 1):.1f} s: {outcome}", flush=True)
        return fresh
    finally:
        site.end()


def try_full_disk(folder: Path, release: Listed, fresh: Schema, faults: list[str]) -> None:
    """Upgrade a site whose disk is too small, without a backup on one that is full, and with room again."""
    site = Installation(folder / "sqlite-disk", DATABASES["sqlite"](folder, "sqlite-disk"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(site.data)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        print("- a full disk: not tried, since only root can mount one")
        return
    try:
        site.check_out(release.commit)
        site.install()
        fill(site)
        site.manage("collectstatic", "--no-input", "--verbosity", "0")
        before = site.database.schema()
        site.check_out(this_commit())
        assert site.make("environment").returncode == 0
        for free, options in DISK_TRIES:
            print(f"- a disk with {free >> 20} MB left: {fill_disk_and_upgrade(site, free, *options)}", flush=True)
        (site.data / "filler").unlink()
        unchanged = not differences(site.database.schema(), before)
        site.manage("upgrade")
        upgraded = not differences(site.database.schema(), fresh)
        faults += [] if unchanged and upgraded else [f"a full disk: {unchanged=}, {upgraded=}"]
        state = "as they were, and upgraded once there is room" if unchanged and upgraded else "DAMAGED"
        print(f"- the tables afterwards: {state}", flush=True)
    finally:
        subprocess.run(["umount", str(site.data)], check=True)
        site.end()


def fill_disk_and_upgrade(site: Installation, free: int, *options: str) -> str:
    """Leave so many bytes, and return the last line of what an upgrade says."""
    filler = site.data / "filler"
    filler.unlink(missing_ok=True)
    left = shutil.disk_usage(site.data).free - free
    dd = ["dd", "if=/dev/zero", f"of={filler}", "bs=4096", f"count={left >> 12}"]
    subprocess.run(dd, capture_output=True, check=False)  # tmpfs counts a little more than it holds
    done = site.manage("upgrade", *options, must=False)
    return f"code {done.returncode}, {(done.stderr or done.stdout).strip().splitlines()[-1][:200]}"


def take_back(site: Installation, before: Schema, faults: list[str]) -> str:
    """Roll back, and see whether the database is as it was."""
    site.manage("upgrade", "--rollback", "--yes")
    if different := differences(site.database.schema(), before):
        faults += different
        return f"NOT as it was: {len(different)} differences"
    return "the database is as it was"


def kill_at(site: Installation, seconds: float, before: Schema, fresh: Schema) -> str:
    """Which version runs after `kill -9` of everything at that moment, and after another try."""
    process = site.start("upgrade")
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    found = "as it was" if not differences(site.database.schema(), before) else "between"
    if not differences(site.database.schema(), fresh):
        found = "upgraded"
    again = site.manage("upgrade", must=False)
    if again.returncode or differences(site.database.schema(), fresh):
        return f"NEITHER version runs: the tables are {found}, {again.stderr[-300:]}"
    return f"the tables were {found}; the second try finished, and the new version runs"


if __name__ == "__main__":
    sys.exit(main())

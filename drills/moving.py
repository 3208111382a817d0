"""Imports and migrations killed half-way, a migration under traffic, and a backup while everybody writes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.site import ROOT
from bench.wordpress_export import write_export
from drills.fault import KEPT, NO_ANSWER, STORED, UNHARMED, Drill, Fault, may
from drills.servers import FAIL_SECONDS
from drills.stack import Stack, run_python
from tests.comments.mail_server import FaultyServer
from tests.registan.upgrade.schema import read_schema

POSTS, COMMENTS = 60, 600
# What an import brings, whatever numbers its rows have got.
IMPORTED = (
    "SELECT slug, title, body, status, published_at FROM blog_post",
    "SELECT c.body, c.name, c.email, c.created_at, c.status, parent.body, p.slug FROM comments_comment AS c"
    " JOIN blog_post AS p ON p.thread_id = c.conversation_id"
    " LEFT JOIN comments_comment AS parent ON parent.id = c.parent_id",
    "SELECT kind, count(*) FROM transfer_element GROUP BY kind",
    "SELECT slug, name FROM blog_author",
)
# As `python -m drills.cast`, with the code in the current directory.
CAST = f"import django, runpy; django.setup(); runpy.run_path('{ROOT}/drills/cast.py', run_name='__main__')"
# Where in its time a process is killed.
PLACES = (0.3, 0.8)
ROWS = {"--posts": 200, "--comments": 5_000, "--thread": 1_000, "--chain": 50}


def sibling(drill: Drill, name: str, *, is_empty: bool = True) -> dict[str, str]:
    """The environment of another site, with an empty database."""
    folder = drill.stack.folder / name
    folder.mkdir()
    (folder / "static").symlink_to(drill.stack.template.folder / "static")
    database = f"{drill.stack.database}_{name}"
    if not drill.stack.postgres and not is_empty:
        shutil.copy(drill.stack.template.folder / "registan.sqlite3", folder)
    if drill.stack.postgres:
        template = "template0" if is_empty else "template"
        drill.stack.postgres.run(f"CREATE DATABASE {database} OWNER registan TEMPLATE {template}")
    return drill.stack.variables | {
        "DATA_DIR": str(folder), "MEDIA_STORAGE": "files", "CACHE_URL": "local",
        "DATABASE_URL": drill.stack.template.database_url(database, folder),
    }  # fmt: skip


def forget(drill: Drill, *names: str) -> None:
    for name in names:
        if drill.stack.postgres:
            drill.stack.postgres.run(f"DROP DATABASE IF EXISTS {drill.stack.database}_{name} WITH (FORCE)")


def kill_after(seconds: float, arguments: list[str], variables: dict[str, str]) -> bool:
    """Run a command of manage.py and kill it after so long; was it still running?"""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=variables, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def kill_import(drill: Drill) -> None:
    """Killed twice at chance places and run to its end: the same as one clean run; run again, nothing changes."""
    export = drill.stack.folder / "export.xml"
    export.write_text("".join(write_export(POSTS, COMMENTS, 80)))
    sites = {name: sibling(drill, name, is_empty=False) for name in ("clean", "killed")}
    arguments, numbers = ["import_wordpress", str(export)], random.Random(0)
    begun = time.monotonic()
    run_python(["manage.py", *arguments], sites["clean"])
    length = time.monotonic() - begun
    killed = sum(kill_after(length * numbers.uniform(0.3, 0.9), arguments, sites["killed"]) for _ in range(len(PLACES)))
    run_python(["manage.py", *arguments], sites["killed"])
    clean, mended = (imported(drill.stack, variables) for variables in sites.values())
    drill.promise(clean == mended, "killed and run again, the site differs from a clean run")
    run_python(["manage.py", *arguments], sites["killed"])
    drill.promise(imported(drill.stack, sites["killed"]) == mended, "a further run changed the site")
    drill.promise(len(clean) > POSTS + COMMENTS, "the import brought nothing")
    drill.note(f"killed {killed} times, {len(clean):,} rows as after a clean run")
    forget(drill, *sites)


def kill_migration(drill: Drill) -> None:
    """From nothing to the newest schema, killed on the way: run again, it is the schema of a clean run."""
    variables, migrate = sibling(drill, "migrated"), ["migrate", "-v", "0"]
    killed = sum(kill_after(drill.stack.template.seconds_of_migrate * place, migrate, variables) for place in PLACES)
    run_python(["manage.py", *migrate], variables)
    run_python(["manage.py", "migrate", "--check"], variables)
    schemas = [schema_of(drill.stack, site) for site in (drill.stack.template.variables, variables)]
    differing = [name for name in schemas[0] | schemas[1] if schemas[0].get(name) != schemas[1].get(name)]
    drill.promise(not differing, f"{len(differing)} parts of the schema differ, such as {differing[:3]}")
    drill.note(f"killed {killed} times; {len(schemas[0])} parts of the schema as after a clean run")
    forget(drill, "migrated")


def imported(stack: Stack, variables: dict[str, str]) -> list[str]:
    with opened(stack, variables) as cursor:
        rows = list[str]()
        for query in IMPORTED:
            cursor.execute(query)
            rows += [repr(row) for row in cursor.fetchall()]
        return sorted(rows)


def schema_of(stack: Stack, variables: dict[str, str]) -> dict[str, str]:
    with opened(stack, variables) as cursor:
        return read_schema(cursor, "postgresql" if stack.postgres else "sqlite")


@contextlib.contextmanager
def opened(stack: Stack, variables: dict[str, str]) -> Iterator[Any]:
    """A cursor in the database of that site."""
    address = variables["DATABASE_URL"]
    if stack.postgres:
        connection = stack.postgres.connect(address.rpartition("/")[2])
    else:
        connection = sqlite3.connect(address.removeprefix("sqlite:///"))
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor


def migrate_under_traffic(drill: Drill) -> None:
    """The code of before the newest migration serves its own schema; this code's `migrate` runs beside it.

    The old code goes on with the new schema until its nodes are restarted with the new code, one after the other.
    """
    stack, old = drill.stack, drill.stack.folder / "old"
    earlier = sibling(drill, "earlier") | {"SITE_URL": stack.address, "TRUSTED_PROXIES": "127.0.0.1"}
    if (commit := install_earlier_code(old, earlier)) is None:
        drill.note("not played: this is not a clone with its history")
        return
    run_in(old, ["manage.py", "collectstatic", "--no-input", "-v", "0"], earlier)
    stack.variables |= {name: earlier[name] for name in ("DATABASE_URL", "DATA_DIR")}
    stack.database = f"{stack.database}_earlier"
    run_in(old, ["manage.py", "sample", *(f"{name}={count}" for name, count in ROWS.items())], earlier)
    cast = json.loads(run_in(old, ["-c", CAST], earlier))
    drill.earlier = stack.stored()
    drill.load.cast = stack.cast = cast
    for node in stack.nodes:
        node.end(signal.SIGTERM)
        node.source, node.environment = old, earlier
        node.start()
    took = 0.0
    expect = may(UNHARMED, writers={STORED, KEPT} | (set() if stack.nginx else {NO_ANSWER}),
                 readers=set() if stack.nginx else {NO_ANSWER})  # fmt: skip
    with drill.under_load(expect=expect):
        begun = time.monotonic()
        run_python(["manage.py", "migrate", "-v", "0"], earlier)
        took = time.monotonic() - begun
        drill.last(3)
        for node in stack.nodes:
            node.end(signal.SIGTERM)
            node.source = ROOT
            node.start()
            time.sleep(FAIL_SECONDS + 1)
    drill.note(f"from before {commit[:8]}, {sum(ROWS.values()):,} rows, migrated in {took:.1f} s")


def install_earlier_code(folder: Path, variables: dict[str, str]) -> str | None:
    """Unpack the last commit before a migration was added whose own migrations run, and run these; return its hash."""
    paths = [":(glob)*/migrations/0*.py", ":(glob)registan/*/migrations/0*.py"]
    command = ["git", "log", "--first-parent", "-m", "-20", "--diff-filter=A", "--format=%H", "--", *paths]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    for commit in found:
        unpack(f"{commit}^", folder)
        try:
            run_in(folder, ["manage.py", "migrate", "-v", "0"], variables)
        except RuntimeError:  # in the middle of merging branches, two migrations are the last
            shutil.rmtree(folder)
            continue
        return f"{commit}^"
    return None


def unpack(commit: str, folder: Path) -> None:
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def run_in(folder: Path, arguments: list[str], variables: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)[:100]} in {folder}:\n{done.stderr[-2000:]}")
    return done.stdout


def back_up(drill: Drill) -> None:
    """An archive is written while everybody writes; restored elsewhere, it has all that was acknowledged before."""
    stack, folder = drill.stack, drill.stack.folder / "archives"
    with drill.under_load(expect=may(UNHARMED, writers={KEPT})):
        before = {*drill.ledger.acknowledged, *drill.earlier}
        stack.manage("archive", str(folder), "--private")
    restored = sibling(drill, "restored")
    run_python(["manage.py", "restore", str(folder), "--no-comparison"], restored)
    code = "import django; django.setup(); from comments.models import Comment; import json\n"
    code += "print(json.dumps([*Comment.objects.values_list('body', flat=True)]))"
    there = json.loads(run_python(["-c", code], restored))
    drill.promise(before <= {*there}, f"{len(before - {*there})} acknowledged before are not in the archive")
    drill.promise(len(there) == len({*there}), "comments are in the archive twice")
    with FaultyServer() as mail:
        run_python(["manage.py", "worker", "--once"], restored | {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"})
        drill.promise(not mail.taken, f"the restored site sent {len(mail.taken)} emails")
    drill.note(f"{len(before)} acknowledged before, {len(there)} restored, no email sent again")
    forget(drill, "restored")


FAULTS = (
    Fault("import-killed", "an import killed half-way, and run again", "20", play=kill_import),
    Fault("migration-killed", "a migration killed half-way, and run again", "22", play=kill_migration),
    Fault("migration-traffic", "a migration while everybody writes", "21", play=migrate_under_traffic, is_alone=True),
    Fault("backup", "an archive written while everybody writes", "32", play=back_up),
)

"""Changes a large table of a site under traffic, step by step: expand, fill, make strict, contract.

    python -m tools.upgrades.expand_contract [--database sqlite|postgres] [--comments 100000]

The site of before runs on throughout, as while a release is being installed. Prints a table of what readers and
commenters were answered during each step; ends with 1 when an answer was rude or a comment is lost or doubled.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.upgrades.installation import Installation
from tools.upgrades.traffic import KINDS, Traffic
from tools.upgrades.trial import compare, new_site, this_commit
from tools.upgrades.trial_database import DATABASES

# Seconds of traffic around each step.
AROUND = 8
HEADER = """from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

def fill(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    last = comments.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(1, last + 1, 1_000):
        comments.filter(pk__gte=first, pk__lt=first + 1_000).update(trial_count=7)

class Migration(migrations.Migration):
    atomic = {atomic}
    dependencies = [("comments", "{before}")]
    operations = [{operations}]
"""
INDEX = 'models.Index(fields=["trial_count"], name="comments_trial")'
# name, what it does, whether in one transaction, its operations, and the command that runs it.
STEPS = (
    (
        "9901_expand", "add a column", True,
        'migrations.AddField("comment", "trial_count", models.IntegerField(null=True))',
    ),
    ("9902_index", "add an index", False, "{add_index}"),
    ("9903_fill", "fill it in batches", False, "migrations.RunPython(fill, migrations.RunPython.noop)"),
    (
        "9904_strict", "make it strict, by `manage.py upgrade`", True,
        'migrations.AlterField("comment", "trial_count", models.IntegerField(db_default=7))',
    ),
    (
        "9905_contract", "drop index and column, after a restart", False,
        '{remove_index}, migrations.RemoveField("comment", "trial_count")',
    ),
)  # fmt: skip
BY_UPGRADE = "9904_strict"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--comments", type=int, default=100_000)
    options = parser.parse_args()
    faults: list[str] = []
    print("| database | step | seconds | readers | form opened | comments |\n|---|---|---:|---|---|---|", flush=True)
    for kind in options.database or DATABASES:
        with tempfile.TemporaryDirectory(prefix="expand-") as folder:
            site = new_site(Path(folder), kind, f"{kind}-large", this_commit())
            try:
                faults += try_steps(site, kind, options.comments)
            finally:
                site.end()
    print("", *faults, sep="\n")
    return int(bool(faults))


def try_steps(site: Installation, kind: str, comments: int) -> list[str]:
    site.manage("migrate", "--verbosity", "0")
    sizes = {"--posts": comments // 10, "--comments": comments, "--thread": comments // 10, "--chain": comments // 100}
    site.manage("sample", *(str(part) for size in sizes.items() for part in size))
    site.start_nginx()
    site.serve()
    traffic = Traffic(site.web_port)
    traffic.start()
    before = sorted((site.code / "comments" / "migrations").glob("[0-9]*.py"))[-1].stem
    try:
        for name, words, atomic, operations in STEPS:
            write_step(site, kind, name, before, atomic=atomic, operations=operations)
            before = name
            time.sleep(AROUND / 2)
            for part in KINDS:
                traffic.take(part)
            seconds = run_step(site, name)
            time.sleep(AROUND)
            print(
                f"| {kind} | {words} | {seconds:.1f} | {traffic.take('read')} | {traffic.take('write')} |", flush=True
            )
            if name == BY_UPGRADE:
                site.stop()
                site.serve()
    finally:
        traffic.stop()
    site.stop()
    lost, doubled = compare(site, traffic)
    faults = [f"{kind}: {fault}" for fault in traffic.wrong[:10]]
    print(f"| {kind} | {len(traffic.acknowledged)} acknowledged, {lost} lost, {doubled} doubled | | | | |", flush=True)
    return faults + ([f"{kind}: {lost} lost, {doubled} doubled"] if lost or doubled else [])


def write_step(site: Installation, kind: str, name: str, before: str, *, atomic: bool, operations: str) -> None:
    """Put the migration where the next command finds it; what runs knows nothing of it."""
    concurrently = "Concurrently" if kind == "postgres" else ""
    place = "" if kind == "postgres" else "migrations."
    text = operations.format(
        add_index=f'{place}AddIndex{concurrently}("comment", {INDEX})',
        remove_index=f'{place}RemoveIndex{concurrently}("comment", "comments_trial")',
    )
    file = site.code / "comments" / "migrations" / f"{name}.py"
    file.write_text(HEADER.format(atomic=atomic, before=before, operations=text))


def run_step(site: Installation, name: str) -> float:
    started = time.monotonic()
    if name == BY_UPGRADE:
        site.manage("upgrade")
    else:
        site.manage("migrate", "comments", name, "--verbosity", "0")
    return time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())

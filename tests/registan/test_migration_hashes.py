"""A migration that has landed never changes: migrations.sha256 lists each with its hash."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings

LIST = "migrations.sha256"


def faults(root: Path) -> list[str]:
    """What is wrong with the migrations below `root`, a sentence each."""
    lines = (root / LIST).read_text().splitlines()
    listed = {file: digest for digest, file in (line.split() for line in lines)}
    found = [*root.glob("*/migrations/[0-9]*.py"), *root.glob("registan/*/migrations/[0-9]*.py")]
    files = {str(file.relative_to(root)): file for file in sorted(found)}
    return [
        *(f"{name} has landed and must stay: restore it." for name in listed.keys() - files.keys()),
        *(f"{name} is new: `make migration-hashes` adds it to {LIST}." for name in files.keys() - listed.keys()),
        *(
            f"{name} has landed and was changed: restore it, and write a new migration."
            for name in listed.keys() & files.keys()
            if hashlib.sha256(files[name].read_bytes()).hexdigest() != listed[name]
        ),
    ]


def test_no_landed_migration_was_changed():
    assert not faults(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("0001_initial", "another", "has landed and was changed"),
        ("0001_initial", None, "has landed and must stay"),
        ("0002_more", "more", "is new"),
    ],
)
def test_a_migration_changed_lost_or_new_is_noticed(tmp_path, name, text, fault):
    folder = tmp_path / "blog" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("first")
    (tmp_path / LIST).write_text(f"{hashlib.sha256(b'first').hexdigest()}  blog/migrations/0001_initial.py\n")
    assert not faults(tmp_path)
    file = folder / f"{name}.py"
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    (found,) = faults(tmp_path)
    assert f"blog/migrations/{name}.py {fault}" in found

"""`manage.py upgrade`: says what it does, backs up first, stops safely, and can be taken back."""

import json
import sqlite3
import stat
from contextlib import closing, nullcontext

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError, connection

from registan.upgrade import run_upgrade
from registan.upgrade.database_copy import CopyFailed, copy_database
from registan.upgrade.outdated_process import is_outdated, read_mark
from registan.upgrade.table_locks import MigrationCost, TableLock, Wait
from registan.upgrade.upgrade_plan import Plan, describe_plan
from registan.upgrade.upgrade_record import (
    DONE,
    FAILED,
    RUNNING,
    Release,
    begin_record,
    delete_old_backups,
    read_ran,
    read_records,
    upgrades_folder,
    write_ran,
)

OLD, NEW = Release("1.0.0", "a" * 40), Release("1.1.0", "b" * 40)
REBUILD = MigrationCost(
    "blog.0099_wide", [(TableLock("blog_post", "is rebuilt", Wait.WRITERS, 40_000), 400_000)], False
)
CODE = MigrationCost("blog.0100_fill", [], True)
QUICK = MigrationCost("blog.0101_more", [], False)
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    upgrades_folder()
    return tmp_path


def plan(*costs, old=OLD, free=1_000 * MB):
    return Plan(old, NEW, [*costs], is_empty=False, size=100 * MB, free=free)


def words(*costs, **options):
    return "\n".join(describe_plan(plan(*costs), makes_backup=True, **options))


@pytest.mark.django_db
def test_it_says_from_which_version_to_which_and_what_takes_its_time():
    said = words(REBUILD, CODE, QUICK)
    assert "From 1.0.0 (aaaaaaaaaa) to 1.1.0 (bbbbbbbbbb)." in said
    assert "in 3 steps, about 10 s altogether" in said
    assert "blog_post is rebuilt (400,000 rows, about 10 s; writers wait, readers do not)" in said
    assert "Not counted, since they run code of their own: blog.0100_fill." in said
    assert "blog.0101_more" not in said
    assert "blog.0101_more: nobody waits" in words(REBUILD, QUICK, in_full=True)


@pytest.mark.django_db
def test_without_changes_of_tables_nothing_is_backed_up():
    said = words()
    assert "The tables are those of this version already" in said
    assert "Back up" not in said


@pytest.mark.django_db
def test_a_disk_without_room_is_refused_before_anything_is_done():
    with pytest.raises(CommandError, match=r"Nothing was changed: there are 20 MB free .* asks for \d00 MB"):
        run_upgrade.refuse_without_room(plan(REBUILD, free=20 * MB), makes_backup=True)
    run_upgrade.refuse_without_room(plan(REBUILD, free=20 * MB), makes_backup=False)
    run_upgrade.refuse_without_room(plan(free=20 * MB), makes_backup=True)


@pytest.mark.django_db
def test_a_step_that_fails_at_once_lets_the_running_site_write_on(monkeypatch):
    def fail(*_, **__):
        assert read_mark(), "nobody else writes meanwhile"
        raise OperationalError("lock timeout")

    monkeypatch.setattr(run_upgrade, "call_command", fail)
    monkeypatch.setattr(run_upgrade, "no_time_limit", nullcontext)
    monkeypatch.setattr(run_upgrade, "make_plan", lambda: plan(REBUILD))
    record = begin_record(NEW, ["blog.0099_wide"])
    with pytest.raises(CommandError, match=r"lock timeout\nThe upgrade has stopped .* 0 of 1 steps stay"):
        run_upgrade.change_tables(plan(REBUILD), record, print, makes_backup=False)
    assert (read_mark(), read_records()[0].result) == (0, FAILED)


@pytest.mark.django_db
def test_a_step_that_fails_after_others_does_not(monkeypatch):
    def fail(*_, **__):
        raise OperationalError("disk full")

    monkeypatch.setattr(run_upgrade, "call_command", fail)
    monkeypatch.setattr(run_upgrade, "no_time_limit", nullcontext)
    monkeypatch.setattr(run_upgrade, "make_plan", lambda: plan(CODE))
    with pytest.raises(CommandError, match="1 of 2 steps stay"):
        run_upgrade.change_tables(plan(REBUILD, CODE), begin_record(NEW, []), print, makes_backup=False)
    assert read_mark()
    assert not is_outdated()


@pytest.mark.django_db
def test_a_backup_that_fails_changes_nothing_and_leaves_no_file(monkeypatch):
    monkeypatch.setattr(run_upgrade, "call_command", lambda *_, **__: pytest.fail("it migrated"))
    monkeypatch.setattr(run_upgrade, "no_time_limit", nullcontext)
    monkeypatch.setattr(run_upgrade, "copy_database", refuse_to_copy)
    record = begin_record(NEW, [])
    with pytest.raises(CommandError, match="Nothing was changed: no room"):
        run_upgrade.change_tables(plan(REBUILD), record, print, makes_backup=True)
    assert (read_mark(), [file.name for file in record.folder.iterdir()]) == (0, ["upgrade.json"])


def refuse_to_copy(*_):
    raise CopyFailed("no room")


def test_an_upgrade_that_was_interrupted_keeps_its_backup_of_the_version_before():
    write_ran(OLD)
    first = begin_record(NEW, ["blog.0099_wide", "blog.0100_fill"])
    (first.folder / "database.dump").touch()
    first.backup, first.backup_at = "database.dump", "2026-03-20T12:00:00+00:00"
    first.save()
    again = begin_record(NEW, ["blog.0100_fill"])
    assert (again.folder, again.old, again.result) == (first.folder, OLD, RUNNING)
    assert again.migrations == ["blog.0099_wide", "blog.0100_fill"]
    said = []
    run_upgrade.back_up(again, said.append)
    assert "goes on; the backup is that of 2026-03-20T12:00:00" in said[0]
    again.end(DONE)
    assert begin_record(NEW, []).folder != first.folder


def test_records_are_for_the_owner_alone_and_survive_a_damaged_one():
    write_ran(OLD)
    record = begin_record(NEW, [])
    (upgrades_folder() / "9999").mkdir()
    (upgrades_folder() / "9999" / "upgrade.json").write_text("{")
    assert read_ran() == OLD
    assert [found.new for found in read_records()] == [NEW]
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (record.folder, upgrades_folder())}
    assert modes == {0o700}
    assert stat.S_IMODE((record.folder / "upgrade.json").stat().st_mode) == 0o600
    assert json.loads((record.folder / "upgrade.json").read_text())["old"]["version"] == "1.0.0"


def test_only_the_latest_backups_are_kept():
    folders = []
    for _ in range(3):
        record = begin_record(NEW, [])
        (record.folder / "database.dump").touch()
        record.backup = "database.dump"
        record.end(DONE)
        folders.append(record.folder)
    delete_old_backups()
    assert [(folder / "database.dump").exists() for folder in folders] == [False, True, True]
    assert all((folder / "upgrade.json").exists() for folder in folders)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="pg_dump makes copies of PostgreSQL")
def test_a_copy_has_what_is_only_in_the_log_beside_the_file(tmp_path):
    file = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE comment (body text)")
        database.execute("INSERT INTO comment VALUES ('It stopped at three.')")
        database.commit()
        assert file.with_name("site.sqlite3-wal").stat().st_size
        copy = copy_database(Site(file), tmp_path)
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT body FROM comment").fetchall() == [("It stopped at three.",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


class Site:
    """As much of a connection as a copy of SQLite needs."""

    vendor = "sqlite"

    def __init__(self, file):
        self.settings_dict = {"NAME": str(file)}

"""What the statements of a migration do to tables, and who waits."""

import pytest
from django.db import connection

from registan.upgrade.table_locks import Wait, estimate_migrations, read_locks

POST = '"blog_post"'


@pytest.mark.parametrize(
    ("statement", "on_sqlite", "on_postgres"),
    [
        (f"CREATE INDEX i ON {POST} (x)", ("gets an index", Wait.WRITERS), ("gets an index", Wait.WRITERS)),
        (f"CREATE INDEX CONCURRENTLY i ON {POST} (x)", ("gets an index", Wait.WRITERS), ("gets an index", Wait.NOBODY)),
        (f"ALTER TABLE {POST} ADD COLUMN x int", ("gets a column", Wait.WRITERS), ("gets a column", Wait.EVERYBODY)),
        (f"ALTER TABLE {POST} ALTER COLUMN x TYPE int", None, ("is rewritten", Wait.EVERYBODY)),
        (f"ALTER TABLE {POST} ALTER COLUMN x SET NOT NULL", None, ("is read through", Wait.EVERYBODY)),
        (f"ALTER TABLE {POST} ADD CONSTRAINT c CHECK (x > 0)", None, ("is read through", Wait.EVERYBODY)),
        ("UPDATE blog_post SET x = 1", ("has rows changed", Wait.WRITERS), ("has rows changed", Wait.WRITERS)),
    ],
)
def test_who_waits_depends_on_the_database(statement, on_sqlite, on_postgres):
    for vendor, expected in (("sqlite", on_sqlite), ("postgresql", on_postgres)):
        if expected:
            (lock,) = read_locks([statement], vendor)
            assert (lock.table, lock.what, lock.wait) == ("blog_post", *expected)


def test_a_table_that_sqlite_rebuilds_counts_once():
    statements = [
        'CREATE TABLE "new__blog_post" ("id" integer)',
        'INSERT INTO "new__blog_post" ("id") SELECT "id" FROM "blog_post"',
        'DROP TABLE "blog_post"',
        'ALTER TABLE "new__blog_post" RENAME TO "blog_post"',
        'CREATE INDEX "i" ON "blog_post" ("id")',
        'CREATE INDEX "j" ON "blog_tag" ("id")',
    ]
    assert [(lock.table, lock.what) for lock in read_locks(statements, "sqlite")] == [
        ("blog_post", "is rebuilt"),
        ("blog_tag", "gets an index"),
    ]


def test_new_tables_comments_and_dropped_indexes_hold_up_nobody():
    statements = ["-- Create model Export", 'CREATE TABLE "transfer_export" ("id" integer)', 'DROP INDEX "i"']
    assert [*read_locks(statements, "sqlite")] == []


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_needs_no_step():
    assert estimate_migrations(connection) == []

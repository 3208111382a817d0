"""The record is append-only: no way through the database changes or deletes a decision."""

import pytest
from django.db import DatabaseError, connection, transaction

from comments.lifecycle.acts import set_pinned
from comments.models import Act, Decision, decision_triggers
from comments.status import Via
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(post) -> Decision:
    comment = factories.comment(post)
    return factories.remove(comment, via=Via.DESK, reason="as it was")


def raw(sql: str):
    def run(decision):
        with connection.cursor() as cursor:
            cursor.execute(sql, decision and [decision.pk])

    return run


def saved(decision):
    decision.reason = "changed"
    decision.save()


WAYS = {
    "save": saved,
    "queryset update": lambda decision: Decision.objects.filter(pk=decision.pk).update(reason="changed"),
    "bulk update": lambda decision: Decision.objects.bulk_update([decision], ["reason"]),
    "delete": lambda decision: (decision.pending_notification.delete(), decision.delete()),
    "queryset delete": lambda decision: Decision.objects.filter(pk=decision.pk)._raw_delete("default"),
    "raw update": raw("UPDATE comments_decision SET reason = 'changed' WHERE id = %s"),
    "raw update of nothing": raw("UPDATE comments_decision SET reason = reason WHERE id = %s"),
    "raw delete": raw("DELETE FROM comments_decision WHERE id = %s"),
}

EMPTY = {"postgresql": "TRUNCATE comments_decision CASCADE", "sqlite": "DELETE FROM comments_decision"}


@pytest.mark.parametrize("way", WAYS)
def test_a_decision_cannot_be_changed_in_any_way(decision, way):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        WAYS[way](decision)
    stored = Decision.objects.get(pk=decision.pk)
    assert (stored.reason, stored.from_status, stored.to_status) == ("as it was", "approved", "removed")


def test_a_replaced_row_is_a_changed_one(decision):
    if connection.vendor == "sqlite":
        replace = "INSERT OR REPLACE INTO comments_decision SELECT * FROM comments_decision WHERE id = %s"
    else:
        replace = (
            "INSERT INTO comments_decision SELECT * FROM comments_decision WHERE id = %s "
            "ON CONFLICT (id) DO UPDATE SET reason = 'changed'"
        )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw(replace)(decision)
    assert Decision.objects.get(pk=decision.pk).reason == "as it was"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("how", ["comments_decision CASCADE", "comments_comment CASCADE"])
def test_the_log_cannot_be_truncated(decision, how):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or else it is refused for what is still to be checked
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw(f"TRUNCATE {how}")(None)
    assert Decision.objects.filter(pk=decision.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "after tests had emptied the tables"])
def test_the_log_stays_protected_after_the_tables_were_emptied(decision, time):
    with pytest.raises(DatabaseError, match="append-only"):
        WAYS["raw update"](decision)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(EMPTY[connection.vendor])


def test_an_account_with_decisions_cannot_be_deleted(post):
    mona = factories.user("mona")
    factories.remove(factories.comment(post), via=Via.DESK, by=mona)
    with pytest.raises(DatabaseError):
        mona.delete()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite drops triggers when it rebuilds a table")
def test_the_triggers_can_be_made_again_after_they_were_lost(decision):
    with connection.cursor() as cursor:
        decision_triggers.drop_triggers(cursor)
        decision_triggers.create_triggers(cursor)
        decision_triggers.create_triggers(cursor)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        WAYS["raw update"](decision)


def test_a_new_decision_can_always_be_added(decision):
    before = Decision.objects.count()
    factories.approve(decision.comment, via=Via.DESK)
    assert Decision.objects.count() == before + 1


ACT_WAYS = {
    "save": lambda act: act.save(),
    "queryset update": lambda act: Act.objects.filter(pk=act.pk).update(kind="pin"),
    "delete": lambda act: act.delete(),
    "raw delete": raw("DELETE FROM comments_act WHERE id = %s"),
}


@pytest.mark.parametrize("way", ACT_WAYS)
def test_an_act_cannot_be_changed_in_any_way(post, way):
    act = set_pinned(post.thread_id, factories.comment(post).pk, seen=None, by=factories.user("mona"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ACT_WAYS[way](act)
    assert Act.objects.get(pk=act.pk).kind == "pin"


# The one exception: words of a decision may become the word of an erasure.


def erase(decision, **columns) -> None:
    """All columns in one statement, as nobody but an attacker would write it."""
    Decision.objects.filter(pk=decision.pk).update(**{"note": "erased", **columns})


def test_a_note_and_a_reason_may_be_erased(decision):
    before = Decision.objects.filter(pk=decision.pk).values().get()
    erase(decision)
    erase(decision, note="erased", reason="erased")
    assert Decision.objects.filter(pk=decision.pk).values().get() == {**before, "note": "erased", "reason": "erased"}


OTHER_COLUMNS = {
    "to_status": "approved",
    "from_status": "spam",
    "via": "form",
    "at": factories.NOON,
    "batch": "5a3b1a3e-6d5c-4c6e-9d55-0b1f3d0c9f11",
    "by": factories.user,
    "reason": "changed",
    "note": "Erased",
}


@pytest.mark.parametrize("column", OTHER_COLUMNS)
def test_nothing_else_changes_along_with_an_erasure(decision, column):
    before = Decision.objects.filter(pk=decision.pk).values().get()
    new = OTHER_COLUMNS[column]
    columns = {column: new() if callable(new) else new}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        erase(decision, **columns)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        raw("UPDATE comments_decision SET note = 'erased', id = id + 1000 WHERE id = %s")(decision)
    assert Decision.objects.filter(pk=decision.pk).values().get() == before


def test_every_column_of_a_decision_is_guarded_or_may_be_erased():
    names = {field.name for field in Decision._meta.concrete_fields}
    assert names == {*OTHER_COLUMNS, "id", "comment", "rule", "undoes"}

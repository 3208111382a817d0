"""Sabotage that the drills must find: an acknowledged comment deleted, one stored twice, an email lost."""

from __future__ import annotations

from drills.fault import Drill, Fault
from drills.load import STORED


def write_some(drill: Drill) -> None:
    for number in range(5):
        body = drill.ledger.intend()
        drill.load.compose(body, is_ann=bool(number % 2))
        drill.promise(drill.load.send(body) == STORED, "a comment was refused")


def delete_one(drill: Drill) -> None:
    """Without the triggers and keys that would refuse it."""
    write_some(drill)
    body = [*drill.ledger.acknowledged][1]
    unguarded = "SET session_replication_role = replica; " if drill.stack.postgres else ""
    drill.stack.drain()  # or its email would wait for ever
    drill.stack.sql(f"{unguarded}DELETE FROM comments_comment WHERE body = '{body}'")


def double_one(drill: Drill) -> None:
    write_some(drill)
    one, other = [*drill.ledger.acknowledged][:2]
    drill.stack.sql(f"UPDATE comments_comment SET body = '{one}' WHERE body = '{other}'")


FAULTS = (
    Fault(
        "sabotage-lost",
        "control: an acknowledged comment deleted",
        "–",
        play=delete_one,
        is_control=True,
        is_alone=True,
    ),
    Fault("sabotage-doubled", "control: a comment stored twice", "–", play=double_one, is_control=True, is_alone=True),
)

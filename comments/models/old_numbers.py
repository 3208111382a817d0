"""Numbers of comments that moved in: the old ones are kept, and those drawn here are never among them."""

from __future__ import annotations

from django.db import connection

# Numbers that the old blog may still give before it is left for good: it counts its spam, too.
HEADROOM = 100_000
# Higher ones are no numbers of a blog, and would leave too few for the paths of a thread (threads/layout.py).
MAX_OLD_NUMBER = 10_000_000_000

TABLE = "comments_comment"


def can_keep(number: int) -> bool:
    """Can a comment be found by this number, which it had elsewhere?"""
    return 0 < number <= MAX_OLD_NUMBER


def reserve_numbers(highest: int) -> None:
    """Let new comments have numbers above `highest`, the highest that a comment of a conversation had elsewhere.

    Call it in the transaction that stores them, before their numbers are drawn: then `#comment-ID` of the old blog
    never means another comment of the same conversation. What cannot be kept is not counted.
    """
    if not can_keep(highest):
        return
    number = highest + HEADROOM
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [TABLE])
            sequence = cursor.fetchone()[0]
            raised = f"SELECT setval(%s, %s) FROM {sequence} WHERE last_value < %s"  # noqa: S608
            cursor.execute(raised, [sequence, number, number])
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [number, TABLE])
        if not cursor.rowcount:  # no comment was ever stored
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [TABLE, number])

"""SQLite's full text search, FTS5: its index, and a tree as its query."""

from __future__ import annotations

from typing import Any

from blog.search.lookup import Lookup

# The marks of keys that are no words of the text stand beside letters and digits (blog/search/lookup.py).
TABLE = """
    CREATE VIRTUAL TABLE IF NOT EXISTS blog_searchindex USING fts5(
        keys, content='blog_searchentry', content_rowid='id', columnsize=0, prefix='2 3 4',
        tokenize="unicode61 remove_diacritics 0 tokenchars '^@+#=~'"
    )
"""
DROP = "INSERT INTO blog_searchindex(blog_searchindex, rowid, keys) VALUES ('delete', old.id, old.keys)"
ADD = "INSERT INTO blog_searchindex(rowid, keys) VALUES (new.id, new.keys)"
TRIGGERS = [
    f"CREATE TRIGGER IF NOT EXISTS blog_search_{name} AFTER {event} ON blog_searchentry BEGIN {act}; END"
    for name, event, act in (
        ("insert", "INSERT", ADD),
        ("delete", "DELETE", DROP),
        ("update", "UPDATE OF keys", f"{DROP}; {ADD}"),
    )
]
# FTS5 reads its lists from the end and stops at the limit.
NEWEST = """
    SELECT rowid FROM blog_searchindex WHERE blog_searchindex MATCH %s AND rowid >= %s
    ORDER BY rowid DESC LIMIT %s OFFSET %s
"""


def create(cursor: Any) -> None:
    """Make the index and what keeps it in step, unless they are there."""
    for statement in [TABLE, *TRIGGERS]:
        cursor.execute(statement)


def drop(cursor: Any) -> None:
    for name in ("insert", "delete", "update"):
        cursor.execute(f"DROP TRIGGER IF EXISTS blog_search_{name}")
    cursor.execute("DROP TABLE IF EXISTS blog_searchindex")


def newest(cursor: Any, lookup: Lookup, limit: int, examined: int) -> tuple[list[int], bool]:
    """The numbers of the newest entries that the lookup finds, and whether older ones may have been left out.

    Of entries that hold all words, at most `examined` are read to see whether those stand side by side.
    """
    first: list[int] = []
    if lookup.has_phrases:
        first = asked(cursor, lookup.without_order(), 0, 1, examined - 1)
    return asked(cursor, lookup, first[0] if first else 0, limit, 0), bool(first)


def asked(cursor: Any, lookup: Lookup, since: int, limit: int, after: int) -> list[int]:
    cursor.execute(NEWEST, [expression(lookup), since, limit, after])
    return [pk for (pk,) in cursor.fetchall()]


def expression(lookup: Lookup) -> str:
    """The lookup in FTS5's own language. Every key is quoted, and holds no quote."""
    positive = " AND ".join(f"({' OR '.join(map(phrase, group))})" for group in lookup.all_of)
    return f"({positive}) NOT ({' OR '.join(map(phrase, lookup.none_of))})" if lookup.none_of else positive


def phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    return f'"{" ".join(words).removesuffix("*")}"' + " *" * star

"""SQLite's full text search, FTS5: its index, and a tree as its query."""

from __future__ import annotations

import itertools
from typing import Any

from blog.search.lookup import Lookup, is_ordered, pattern

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
NEWEST = "SELECT rowid FROM blog_searchindex WHERE blog_searchindex MATCH %s ORDER BY rowid DESC LIMIT %s"
# For words side by side it goes on to the end where too few are, whatever the bounds: those are looked for in the keys.
IN_ORDER = "SELECT id FROM blog_searchentry WHERE id IN ({numbers}) AND {holds} ORDER BY id DESC LIMIT %s"
HAS = "instr(' ' || keys || ' ', %s)"


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
    if not lookup.has_phrases:
        return asked(cursor, lookup, limit), False
    holding = asked(cursor, lookup.without_order(), examined)
    ids = in_order(cursor, lookup, holding, limit)
    return ids, len(holding) == examined and len(ids) < limit


def asked(cursor: Any, lookup: Lookup, limit: int) -> list[int]:
    cursor.execute(NEWEST, [expression(lookup), limit])
    return [pk for (pk,) in cursor.fetchall()]


def in_order(cursor: Any, lookup: Lookup, holding: list[int], limit: int) -> list[int]:
    """Those of `holding`, which hold all words, in which they stand side by side where the lookup asks for it."""
    groups = [group for group in lookup.all_of if is_ordered(group)]
    without = [phrase for phrase in lookup.none_of if is_ordered([phrase])]
    holds = [f"({' OR '.join([HAS] * len(group))})" for group in groups] + [f"NOT {HAS}"] * len(without)
    numbers = ", ".join(map(str, holding))  # of ours alone
    statement = IN_ORDER.format(numbers=numbers, holds=" AND ".join(holds))
    cursor.execute(statement, [*map(pattern, itertools.chain(*groups, without)), limit])
    return [pk for (pk,) in cursor.fetchall()]


def expression(lookup: Lookup) -> str:
    """The lookup in FTS5's own language. Every key is quoted, and holds no quote."""
    positive = " AND ".join(f"({' OR '.join(map(phrase, group))})" for group in lookup.all_of)
    return f"({positive}) NOT ({' OR '.join(map(phrase, lookup.none_of))})" if lookup.none_of else positive


def phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    return f'"{" ".join(words).removesuffix("*")}"' + " *" * star

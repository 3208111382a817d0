"""SQLite's full text search, FTS5: its index, and a tree as its query."""

from __future__ import annotations

import itertools
from typing import Any

from blog.fulltext.terms import IndexQuery, has_phrase, key_pattern

# The marks of keys that are no words of the text stand beside letters and digits (blog/fulltext/terms.py).
CREATE_TABLE = """
    CREATE VIRTUAL TABLE IF NOT EXISTS blog_searchindex USING fts5(
        keys, content='blog_searchentry', content_rowid='id', columnsize=0, prefix='2 3 4',
        tokenize="unicode61 remove_diacritics 0 tokenchars '^@+#=~'"
    )
"""
REMOVE_ROW = "INSERT INTO blog_searchindex(blog_searchindex, rowid, keys) VALUES ('delete', old.id, old.keys)"
ADD_ROW = "INSERT INTO blog_searchindex(rowid, keys) VALUES (new.id, new.keys)"
TRIGGERS = [
    f"CREATE TRIGGER IF NOT EXISTS blog_search_{name} AFTER {event} ON blog_searchentry BEGIN {act}; END"
    for name, event, act in (
        ("insert", "INSERT", ADD_ROW),
        ("delete", "DELETE", REMOVE_ROW),
        ("update", "UPDATE OF keys", f"{REMOVE_ROW}; {ADD_ROW}"),
    )
]
# FTS5 reads its lists from the end and stops at the limit.
SELECT_NEWEST = "SELECT rowid FROM blog_searchindex WHERE blog_searchindex MATCH %s ORDER BY rowid DESC LIMIT %s"
# For words side by side it goes on to the end where too few are, whatever the bounds: those are looked for in the keys.
SELECT_PHRASES = "SELECT id FROM blog_searchentry WHERE id IN ({numbers}) AND {holds} ORDER BY id DESC LIMIT %s"
HOLDS_PHRASE = "instr(' ' || keys || ' ', %s)"


def create(cursor: Any) -> None:
    """Make the index and what keeps it in step, unless they are there."""
    for statement in [CREATE_TABLE, *TRIGGERS]:
        cursor.execute(statement)


def drop(cursor: Any) -> None:
    for name in ("insert", "delete", "update"):
        cursor.execute(f"DROP TRIGGER IF EXISTS blog_search_{name}")
    cursor.execute("DROP TABLE IF EXISTS blog_searchindex")


def newest(cursor: Any, lookup: IndexQuery, limit: int, examined: int) -> tuple[list[int], bool]:
    """The numbers of the newest entries that the lookup finds, and whether older ones may have been left out.

    Of entries that hold all words, at most `examined` are read to see whether those stand side by side.
    """
    if not lookup.has_phrases:
        return match_ids(cursor, lookup, limit), False
    holding = match_ids(cursor, lookup.without_phrases(), examined)
    ids = filter_phrases(cursor, lookup, holding, limit)
    return ids, len(holding) == examined and len(ids) < limit


def match_ids(cursor: Any, lookup: IndexQuery, limit: int) -> list[int]:
    cursor.execute(SELECT_NEWEST, [fts5_expression(lookup), limit])
    return [pk for (pk,) in cursor.fetchall()]


def filter_phrases(cursor: Any, lookup: IndexQuery, holding: list[int], limit: int) -> list[int]:
    """Those of `holding`, which hold all words, in which they stand side by side where the lookup asks for it."""
    groups = [group for group in lookup.all_of if has_phrase(group)]
    without = [phrase for phrase in lookup.none_of if has_phrase([phrase])]
    holds = [f"({' OR '.join([HOLDS_PHRASE] * len(group))})" for group in groups] + [f"NOT {HOLDS_PHRASE}"] * len(
        without
    )
    numbers = ", ".join(map(str, holding))  # of ours alone
    statement = SELECT_PHRASES.format(numbers=numbers, holds=" AND ".join(holds))
    cursor.execute(statement, [*map(key_pattern, itertools.chain(*groups, without)), limit])
    return [pk for (pk,) in cursor.fetchall()]


def fts5_expression(lookup: IndexQuery) -> str:
    """The lookup in FTS5's own language. Every key is quoted, and holds no quote."""
    positive = " AND ".join(f"({' OR '.join(map(fts5_phrase, group))})" for group in lookup.all_of)
    return f"({positive}) NOT ({' OR '.join(map(fts5_phrase, lookup.none_of))})" if lookup.none_of else positive


def fts5_phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    return f'"{" ".join(words).removesuffix("*")}"' + " *" * star

"""SQLite's full-text search, FTS5: its index, and how it is queried."""

from __future__ import annotations

import itertools

from django.db.backends.utils import CursorWrapper

from blog.fulltext.terms import IndexQuery, has_phrase, key_pattern

REMOVE_ROW = "INSERT INTO blog_searchindex(blog_searchindex, rowid, keys) VALUES ('delete', old.id, old.keys)"
ADD_ROW = "INSERT INTO blog_searchindex(rowid, keys) VALUES (new.id, new.keys)"
TRIGGERS = {
    "blog_search_insert": f"AFTER INSERT ON blog_searchentry BEGIN {ADD_ROW}; END",
    "blog_search_delete": f"AFTER DELETE ON blog_searchentry BEGIN {REMOVE_ROW}; END",
    "blog_search_update": f"AFTER UPDATE OF keys ON blog_searchentry BEGIN {REMOVE_ROW}; {ADD_ROW}; END",
}
# FTS5 reads its lists from the end and stops at the limit.
SELECT_NEWEST = "SELECT rowid FROM blog_searchindex WHERE blog_searchindex MATCH %s ORDER BY rowid DESC LIMIT %s"
# For phrases it would read to the end where matches are few, whatever the limit: so these are looked up in the keys.
SELECT_PHRASES = "SELECT id FROM blog_searchentry WHERE id IN ({numbers}) AND {holds} ORDER BY id DESC LIMIT %s"
# Most rows are refused by the first, which copies no text.
HOLDS_PHRASE = "(instr(keys, trim(%s)) AND instr(' ' || keys || ' ', %s))"


class SqliteBackend:
    """An FTS5 table over the table of entries, kept in step by triggers."""

    def restore_triggers(self, cursor: CursorWrapper) -> None:
        for name, definition in TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {definition}")

    def suspend(self, cursor: CursorWrapper) -> None:
        """FTS5 has no quicker way to take many rows."""

    def resume(self, cursor: CursorWrapper) -> None:
        pass

    def lock(self, cursor: CursorWrapper) -> None:
        """SQLite has one writer at a time."""

    def newest_ids(
        self, cursor: CursorWrapper, query: IndexQuery, limit: int, max_examined: int
    ) -> tuple[list[int], bool]:
        if not query.has_phrases:
            return match_ids(cursor, query, limit), False
        matches = match_ids(cursor, query.without_phrases(), max_examined)
        ids = filter_phrases(cursor, query, matches, limit)
        return ids, len(matches) == max_examined and len(ids) < limit


def match_ids(cursor: CursorWrapper, query: IndexQuery, limit: int) -> list[int]:
    cursor.execute(SELECT_NEWEST, [fts5_expression(query), limit])
    return [pk for (pk,) in cursor.fetchall()]


def filter_phrases(cursor: CursorWrapper, query: IndexQuery, matches: list[int], limit: int) -> list[int]:
    """Those of `matches`, which have all the words, in which the words of each phrase are adjacent."""
    groups = [group for group in query.all_of if has_phrase(group)]
    excluded = [phrase for phrase in query.none_of if has_phrase([phrase])]
    conditions = [f"({' OR '.join([HOLDS_PHRASE] * len(group))})" for group in groups]
    conditions += [f"NOT {HOLDS_PHRASE}"] * len(excluded)
    numbers = ", ".join(map(str, matches))  # integers from our own table
    statement = SELECT_PHRASES.format(numbers=numbers, holds=" AND ".join(conditions))
    patterns = (key_pattern(phrase) for phrase in itertools.chain(*groups, excluded))
    cursor.execute(statement, [*itertools.chain(*((pattern, pattern) for pattern in patterns)), limit])
    return [pk for (pk,) in cursor.fetchall()]


def fts5_expression(query: IndexQuery) -> str:
    """The query in FTS5's syntax. Every key is quoted, and no key contains a quote."""
    positive = " AND ".join(f"({' OR '.join(map(fts5_phrase, group))})" for group in query.all_of)
    return f"({positive}) NOT ({' OR '.join(map(fts5_phrase, query.none_of))})" if query.none_of else positive


def fts5_phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    return f'"{" ".join(words).removesuffix("*")}"' + " *" * star

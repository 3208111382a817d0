"""PostgreSQL's full-text search: its index, and how it is queried."""

from __future__ import annotations

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from blog.fulltext.terms import IndexQuery

# A GIN index has no order: to find the newest of half a million matches it fetches them all. So each entry also carries
# the numbers of the blocks it lies in, as words: blocks of a thousand entries, of four thousand, and so on (the sizes
# are powers of two). The newest blocks are searched first, and the matches there tell how many more blocks to search.
BLOCK_SIZES = (10, 12, 14, 16, 18)
# How many more entries the next attempt searches: a little more than the last one suggests, since words are spread
# unevenly; and no more than a few matches can suggest.
GROWTH, MAX_GROWTH = 1.25, 64
# When an attempt suggests fewer matches in the whole index than this many times the limit, the whole is searched.
FULL_SCAN_FACTOR = 4
# Without fastupdate: every search would read its list of pending entries from end to end.
CREATE_VECTOR_INDEX = "CREATE INDEX blog_search_vector ON blog_searchentry USING gin (vector) WITH (fastupdate = off)"
DROP_VECTOR_INDEX = "DROP INDEX IF EXISTS blog_search_vector"
NO_TIMEOUT = "SET LOCAL statement_timeout = 0"
LOCK_ENTRIES = f"{NO_TIMEOUT}; LOCK TABLE blog_searchentry IN SHARE ROW EXCLUSIVE MODE"
# `+ 0`: otherwise the planner sometimes walks through all entries by id, hoping to meet enough matches. The lower bound
# is also given as a number, so that it can be read from the primary key.
SELECT_NEWEST = """
    SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
"""
# The index does not know which words are adjacent: each text must be read, so the number of texts is limited.
SELECT_PHRASES = """
    WITH holding AS MATERIALIZED (
        SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
    )
    SELECT (SELECT count(*) FROM holding), ARRAY(
        SELECT id FROM holding JOIN blog_searchentry USING (id) WHERE vector @@ %s::tsquery ORDER BY id DESC LIMIT %s
    )
"""


class PostgresBackend:
    """A tsvector column, filled by a trigger, with a GIN index."""

    def restore_triggers(self, cursor: CursorWrapper) -> None:
        """PostgreSQL keeps those that the migrations make."""

    def suspend(self, cursor: CursorWrapper) -> None:
        cursor.execute(DROP_VECTOR_INDEX)

    @transaction.atomic  # a setting of the session would stay on a connection that others share (PgBouncer)
    def resume(self, cursor: CursorWrapper) -> None:
        cursor.execute(NO_TIMEOUT)
        cursor.execute(CREATE_VECTOR_INDEX)

    def lock(self, cursor: CursorWrapper) -> None:
        cursor.execute(LOCK_ENTRIES)

    def newest_ids(
        self, cursor: CursorWrapper, query: IndexQuery, limit: int, max_examined: int
    ) -> tuple[list[int], bool]:
        find = find_phrases_in_blocks if query.has_phrases else find_in_blocks
        cursor.execute("SELECT max(id) FROM blog_searchentry")
        top = cursor.fetchone()[0] or 0
        first = span = 1 << BLOCK_SIZES[0]
        while (start := first_block_start(top, span)) > 0:
            ids, matches = find(cursor, query, f" & ({block_expression(top, span)})", start, limit, max_examined)
            if len(ids) >= limit or (query.has_phrases and matches == max_examined):
                return ids, len(ids) < limit
            searched = top - start
            if span > first and matches * top <= FULL_SCAN_FACTOR * limit * searched:
                break
            missing = min(limit / max(1, len(ids)), max_examined / max(1, matches) if query.has_phrases else MAX_GROWTH)
            span = int(searched * min(MAX_GROWTH, GROWTH * missing))
        ids, matches = find(cursor, query, "", 0, limit, max_examined)
        return ids, query.has_phrases and matches == max_examined and len(ids) < limit


def block_size(span: int) -> int:
    """The size (a power of two) of the largest blocks that are no larger than `span` entries."""
    return max((size for size in BLOCK_SIZES if 1 << size <= span), default=BLOCK_SIZES[0])


def first_block_start(top: int, span: int) -> int:
    """The first id of the blocks that hold the newest `span` entries up to the id `top`; 0 when they hold all."""
    size = block_size(span)
    return max(0, (top >> size) - -(-span >> size)) << size


def block_expression(top: int, span: int) -> str:
    """Those blocks as a part of a tsquery."""
    size = block_size(span)
    return " | ".join(
        f"'%{size}:{number}'" for number in range(first_block_start(top, span) >> size, (top >> size) + 1)
    )


def find_in_blocks(
    cursor: CursorWrapper, query: IndexQuery, block: str, start: int, limit: int, max_examined: int
) -> tuple[list[int], int]:
    """Return the newest ids, and how many entries have all the words: as many."""
    cursor.execute(SELECT_NEWEST, [f"({tsquery_expression(query)}){block}", start, limit])
    ids = [pk for (pk,) in cursor.fetchall()]
    return ids, len(ids)


def find_phrases_in_blocks(
    cursor: CursorWrapper, query: IndexQuery, block: str, start: int, limit: int, max_examined: int
) -> tuple[list[int], int]:
    """Return the newest ids, and how many entries have all the words, adjacent or not."""
    words = f"({tsquery_expression(query.without_phrases())}){block}"
    cursor.execute(SELECT_PHRASES, [words, start, max_examined, tsquery_expression(query), limit])
    count, ids = cursor.fetchone()
    return ids, count


def tsquery_expression(query: IndexQuery) -> str:
    """The query as a tsquery. Every key is quoted, and no key contains a quote."""
    positive = " & ".join(f"({' | '.join(map(tsquery_phrase, group))})" for group in query.all_of)
    return positive + "".join(f" & !{tsquery_phrase(words)}" for words in query.none_of)


def tsquery_phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    quoted = [f"'{word}'" for word in (*words[:-1], words[-1].removesuffix("*"))]
    return f"({' <-> '.join(quoted)}{':*' * star})"

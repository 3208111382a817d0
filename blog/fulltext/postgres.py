"""PostgreSQL's full text search: its index, and a tree as its query."""

from __future__ import annotations

from typing import Any

from blog.fulltext.terms import IndexQuery

# An index of words (GIN) knows no order: asked for the newest of half a million, it fetches them all. So every entry
# carries the numbers of the blocks of entries it stands in, as words: of one thousand entries, of four thousand, and so
# on, as powers of two. The newest blocks are asked first, and what is found there tells how many more must be.
BLOCK_SIZES = (10, 12, 14, 16, 18)
# How many more entries are asked at the next try: more than should do, for words do not stand evenly, and not beyond
# what so few could tell.
GROWTH, MAX_GROWTH = 1.25, 64
# What a try lets expect of the whole: so few times the limit, and they may be fetched at once.
FULL_SCAN_FACTOR = 4
# A vector takes places up to 16,383, and refuses larger ones in its text form.
CREATE_VECTOR = """
    ALTER TABLE blog_searchentry ADD COLUMN IF NOT EXISTS vector tsvector;

    CREATE OR REPLACE FUNCTION blog_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.vector := (
            SELECT string_agg(quote_literal(word.key) || ':' || least(word.place, 16383), ' ')
            FROM unnest(string_to_array(NEW.keys, ' ')) WITH ORDINALITY AS word(key, place)
        )::tsvector || array_to_tsvector(ARRAY(
            SELECT '%%' || size || ':' || (NEW.id >> size) FROM unnest(%s) AS size
        ));
        RETURN NEW;
    END $$;

    CREATE OR REPLACE TRIGGER blog_search_vector BEFORE INSERT OR UPDATE OF keys ON blog_searchentry
    FOR EACH ROW EXECUTE FUNCTION blog_search_vector();
"""
# Without a list of entries not yet sorted in, which every search would have to read from end to end.
CREATE_VECTOR_INDEX = (
    "CREATE INDEX IF NOT EXISTS blog_search_vector ON blog_searchentry USING gin (vector) WITH (fastupdate = off)"
)
DROP_VECTOR_INDEX = "DROP INDEX IF EXISTS blog_search_vector"
# `+ 0`: else the planner would at times walk through all entries by number, in the hope of meeting enough. The block's
# lower end is said as a number too, so that it may be read from that index.
SELECT_NEWEST = """
    SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
"""
# Which words stand side by side the index does not know: each text must be read, and so only so many are.
SELECT_PHRASES = """
    WITH holding AS MATERIALIZED (
        SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
    )
    SELECT (SELECT count(*) FROM holding), ARRAY(
        SELECT id FROM holding JOIN blog_searchentry USING (id) WHERE vector @@ %s::tsquery ORDER BY id DESC LIMIT %s
    )
"""


def create(cursor: Any) -> None:
    """Make the column, its trigger and the index, unless they are there."""
    cursor.execute(CREATE_VECTOR, [[*BLOCK_SIZES]])
    cursor.execute(CREATE_VECTOR_INDEX)


def drop(cursor: Any) -> None:
    cursor.execute("DROP FUNCTION IF EXISTS blog_search_vector CASCADE")
    cursor.execute("ALTER TABLE blog_searchentry DROP COLUMN IF EXISTS vector")


def newest(cursor: Any, lookup: IndexQuery, limit: int, examined: int) -> tuple[list[int], bool]:
    """The numbers of the newest entries that the lookup finds, and whether older ones may have been left out.

    Of entries that hold all words, at most `examined` are read to see whether those stand side by side.
    """
    find = find_phrases_in_blocks if lookup.has_phrases else find_in_blocks
    cursor.execute("SELECT max(id) FROM blog_searchentry")
    top = cursor.fetchone()[0] or 0
    first = span = 1 << BLOCK_SIZES[0]
    while (start := first_block_start(top, span)) > 0:
        ids, holding = find(cursor, lookup, f" & ({block_expression(top, span)})", start, limit, examined)
        if len(ids) >= limit or (lookup.has_phrases and holding == examined):
            return ids, len(ids) < limit
        asked = top - start
        if span > first and holding * top <= FULL_SCAN_FACTOR * limit * asked:
            break
        missing = min(limit / max(1, len(ids)), examined / max(1, holding) if lookup.has_phrases else MAX_GROWTH)
        span = int(asked * min(MAX_GROWTH, GROWTH * missing))
    ids, holding = find(cursor, lookup, "", 0, limit, examined)
    return ids, lookup.has_phrases and holding == examined and len(ids) < limit


def block_size(span: int) -> int:
    """The size, as a power of two, of the blocks by which so many entries are asked: the largest that are not more."""
    return max((size for size in BLOCK_SIZES if 1 << size <= span), default=BLOCK_SIZES[0])


def first_block_start(top: int, span: int) -> int:
    """The first number of the blocks that hold the newest `span` entries, up to the number `top`; 0 when it is all."""
    size = block_size(span)
    return max(0, (top >> size) - -(-span >> size)) << size


def block_expression(top: int, span: int) -> str:
    """Those blocks, as the index knows them, in PostgreSQL's own language."""
    size = block_size(span)
    return " | ".join(
        f"'%{size}:{number}'" for number in range(first_block_start(top, span) >> size, (top >> size) + 1)
    )


def find_in_blocks(
    cursor: Any, lookup: IndexQuery, block: str, start: int, limit: int, examined: int
) -> tuple[list[int], int]:
    """The newest numbers, and how many hold the words."""
    cursor.execute(SELECT_NEWEST, [f"({tsquery_expression(lookup)}){block}", start, limit])
    ids = [pk for (pk,) in cursor.fetchall()]
    return ids, len(ids)


def find_phrases_in_blocks(
    cursor: Any, lookup: IndexQuery, block: str, start: int, limit: int, examined: int
) -> tuple[list[int], int]:
    """The newest numbers, and how many hold the words, side by side or not."""
    holding = f"({tsquery_expression(lookup.without_phrases())}){block}"
    cursor.execute(SELECT_PHRASES, [holding, start, examined, tsquery_expression(lookup), limit])
    count, ids = cursor.fetchone()
    return ids, count


def tsquery_expression(lookup: IndexQuery) -> str:
    """The lookup in PostgreSQL's own language. Every key is quoted, and holds no quote."""
    positive = " & ".join(f"({' | '.join(map(tsquery_phrase, group))})" for group in lookup.all_of)
    return positive + "".join(f" & !{tsquery_phrase(words)}" for words in lookup.none_of)


def tsquery_phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    quoted = [f"'{word}'" for word in (*words[:-1], words[-1].removesuffix("*"))]
    return f"({' <-> '.join(quoted)}{':*' * star})"

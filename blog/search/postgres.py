"""PostgreSQL's full text search: its index, and a tree as its query."""

from __future__ import annotations

from typing import Any

from blog.search.lookup import Lookup

# An index of words (GIN) knows no order: asked for the newest of half a million, it fetches them all. So every entry
# carries the numbers of the blocks of entries it stands in, as words: of one thousand entries, of four thousand, and so
# on, as powers of two. The newest blocks are asked first, and what is found there tells how many more must be.
BLOCKS = (10, 12, 14, 16, 18)
# How many more entries are asked at the next try: more than should do, for words do not stand evenly, and not beyond
# what so few could tell.
MORE, MOST = 1.25, 64
# What a try lets expect of the whole: so few times the limit, and they may be fetched at once.
FEW = 4
# A vector takes places up to 16,383, and refuses larger ones in its text form.
SETUP = """
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
INDEX = "CREATE INDEX IF NOT EXISTS blog_search_vector ON blog_searchentry USING gin (vector) WITH (fastupdate = off)"
DROP_INDEX = "DROP INDEX IF EXISTS blog_search_vector"
# `+ 0`: else the planner would at times walk through all entries by number, in the hope of meeting enough. The block's
# lower end is said as a number too, so that it may be read from that index.
NEWEST = """
    SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
"""
# Which words stand side by side the index does not know: each text must be read, and so only so many are.
IN_ORDER = """
    WITH holding AS MATERIALIZED (
        SELECT id FROM blog_searchentry WHERE vector @@ %s::tsquery AND id >= %s ORDER BY id + 0 DESC LIMIT %s
    )
    SELECT (SELECT count(*) FROM holding), ARRAY(
        SELECT id FROM holding JOIN blog_searchentry USING (id) WHERE vector @@ %s::tsquery ORDER BY id DESC LIMIT %s
    )
"""


def create(cursor: Any) -> None:
    """Make the column, its trigger and the index, unless they are there."""
    cursor.execute(SETUP, [[*BLOCKS]])
    cursor.execute(INDEX)


def drop(cursor: Any) -> None:
    cursor.execute("DROP FUNCTION IF EXISTS blog_search_vector CASCADE")
    cursor.execute("ALTER TABLE blog_searchentry DROP COLUMN IF EXISTS vector")


def newest(cursor: Any, lookup: Lookup, limit: int, examined: int) -> tuple[list[int], bool]:
    """The numbers of the newest entries that the lookup finds, and whether older ones may have been left out.

    Of entries that hold all words, at most `examined` are read to see whether those stand side by side.
    """
    find = in_order if lookup.has_phrases else anywhere
    cursor.execute("SELECT max(id) FROM blog_searchentry")
    top = cursor.fetchone()[0] or 0
    first = span = 1 << BLOCKS[0]
    while (start := start_of(top, span)) > 0:
        ids, holding = find(cursor, lookup, f" & ({blocks(top, span)})", start, limit, examined)
        if len(ids) >= limit or (lookup.has_phrases and holding == examined):
            return ids, len(ids) < limit
        asked = top - start
        if span > first and holding * top <= FEW * limit * asked:
            break
        missing = min(limit / max(1, len(ids)), examined / max(1, holding) if lookup.has_phrases else MOST)
        span = int(asked * min(MOST, MORE * missing))
    ids, holding = find(cursor, lookup, "", 0, limit, examined)
    return ids, lookup.has_phrases and holding == examined and len(ids) < limit


def size_of(span: int) -> int:
    """The size, as a power of two, of the blocks by which so many entries are asked: the largest that are not more."""
    return max((size for size in BLOCKS if 1 << size <= span), default=BLOCKS[0])


def start_of(top: int, span: int) -> int:
    """The first number of the blocks that hold the newest `span` entries, up to the number `top`; 0 when it is all."""
    size = size_of(span)
    return max(0, (top >> size) - -(-span >> size)) << size


def blocks(top: int, span: int) -> str:
    """Those blocks, as the index knows them, in PostgreSQL's own language."""
    size = size_of(span)
    return " | ".join(f"'%{size}:{number}'" for number in range(start_of(top, span) >> size, (top >> size) + 1))


def anywhere(cursor: Any, lookup: Lookup, block: str, start: int, limit: int, examined: int) -> tuple[list[int], int]:
    """The newest numbers, and how many hold the words."""
    cursor.execute(NEWEST, [f"({expression(lookup)}){block}", start, limit])
    ids = [pk for (pk,) in cursor.fetchall()]
    return ids, len(ids)


def in_order(cursor: Any, lookup: Lookup, block: str, start: int, limit: int, examined: int) -> tuple[list[int], int]:
    """The newest numbers, and how many hold the words, side by side or not."""
    holding = f"({expression(lookup.without_order())}){block}"
    cursor.execute(IN_ORDER, [holding, start, examined, expression(lookup), limit])
    count, ids = cursor.fetchone()
    return ids, count


def expression(lookup: Lookup) -> str:
    """The lookup in PostgreSQL's own language. Every key is quoted, and holds no quote."""
    positive = " & ".join(f"({' | '.join(map(phrase, group))})" for group in lookup.all_of)
    return positive + "".join(f" & !{phrase(words)}" for words in lookup.none_of)


def phrase(words: tuple[str, ...]) -> str:
    star = words[-1].endswith("*")
    quoted = [f"'{word}'" for word in (*words[:-1], words[-1].removesuffix("*"))]
    return f"({' <-> '.join(quoted)}{':*' * star})"

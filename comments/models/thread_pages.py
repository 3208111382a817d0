"""The SQL that reads one page of a conversation, in each order: one query, which reads from indexes where to begin.

By hand, for two reasons: so a deep page costs what the first does; and the ORM takes longer to write the statement than
the database to execute it. Decision 0051 explains the other two orders.
"""

from __future__ import annotations

from comments.threads.orders import Order

# "" for readers who have not been approved as often as a regular, so that a first comment gains nobody a link, and for
# whoever only typed the address of a verified reader. The name of staff and authors leads to their website at once.
WEBSITE = """
    CASE WHEN comment.website = '' OR comment.author_id IS NOT NULL OR comment.user_id IS NOT NULL OR (
        SELECT approved.id FROM comments_comment AS approved
        WHERE approved.reader_id = comment.reader_id AND approved.status = 'approved'
        LIMIT 1 OFFSET (SELECT COALESCE(MAX(regular_after), 3) - 1 FROM comments_policy)
    ) IS NOT NULL AND (comment.is_verified OR NOT EXISTS (
        SELECT 1 FROM comments_reader AS bearer WHERE bearer.id = comment.reader_id AND bearer.verified_at IS NOT NULL
    )) THEN comment.website ELSE '' END
"""
COLUMNS = f"""
    SELECT comment.id, comment.conversation_id, comment.parent_id, comment.author_id, comment.path, comment.depth,
        comment.status, comment.name, {WEBSITE} AS website, comment.html, comment.created_at, comment.tile,
        comment.removal_reason, comment.edited_at, comment.edit_note, comment.edited_by_writer, comment.is_verified,
        comment.quote_count, comment.old_number, comment.old_anchor,
        parent.name AS parent_name, parent.status AS parent_status, reader.public_id AS public_id
"""
JOINS = """
    LEFT JOIN comments_comment AS parent ON parent.id = comment.parent_id
    LEFT JOIN comments_reader AS reader
        ON reader.id = comment.reader_id AND comment.is_verified AND comment.user_id IS NULL
"""

# `start` is the position of the first from the end that `direction` names.
OLDEST_FIRST = f"""{COLUMNS}
    FROM comments_comment AS comment {JOINS}
    WHERE comment.conversation_id = %(thread)s AND comment.shown = %(shown)s AND comment.path >= (
        SELECT path FROM comments_comment WHERE conversation_id = %(thread)s AND shown = %(shown)s
        ORDER BY path {{direction}} LIMIT 1 OFFSET %(start)s
    )
    ORDER BY comment.path LIMIT %(size)s
"""  # noqa: S608

# Where a page begins: `earlier` threads after the first that its WHERE admits, and `skip` comments into that thread.
# Backwards, threads end at the same positions as newest first, so the thread at a position is found in the same index.
NEWEST_START = """
    here AS MATERIALIZED (
        SELECT path, SUBSTR(path, 1, 7) AS thread FROM comments_comment
        WHERE conversation_id = %(thread)s AND shown = %(shown)s ORDER BY path DESC LIMIT 1 OFFSET %(start)s
    ),
    beginning AS MATERIALIZED (
        SELECT thread, 0 AS earlier, (
            SELECT COUNT(*) FROM comments_comment AS later
            WHERE later.conversation_id = %(thread)s AND later.shown = %(shown)s
                AND later.path > here.path AND later.path < here.thread || 'zzzzzzz'
        ) AS skip
        FROM here
    )
"""
# Threads of one size stand together: which of them holds a position is a division.
MOST_REPLIED_START = """
    sizes AS MATERIALIZED (
        SELECT thread_size, COUNT(*) * thread_size AS comments,
            CAST(SUM(COUNT(*) * thread_size) OVER (ORDER BY thread_size DESC) AS BIGINT) AS up_to
        FROM comments_comment WHERE conversation_id = %(thread)s AND thread_size > 0 GROUP BY thread_size
    ),
    beginning AS MATERIALIZED (
        SELECT thread_size AS longest, (%(start)s - up_to + comments) / thread_size AS earlier,
            (%(start)s - up_to + comments) %% thread_size AS skip
        FROM sizes WHERE up_to > %(start)s ORDER BY thread_size DESC LIMIT 1
    )
"""

# `threads`: those of the page, each with the number of comments `before` it, of which the first `skip` stand on earlier
# pages. `ends`: the first comment on the page, and the first one after it if a thread goes on there. `page`: its
# comments before anything is joined to them, or PostgreSQL would read every comment of the site for their parents.
WHOLE_THREADS = """
    WITH {start},
    threads AS MATERIALIZED (
        SELECT path, thread_size,
            SUM(thread_size) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - thread_size AS before
        FROM (
            SELECT path, thread_size FROM comments_comment
            WHERE conversation_id = %(thread)s AND thread_size > 0 AND {bound}
            ORDER BY {order} LIMIT %(size)s OFFSET (SELECT earlier FROM beginning)
        ) AS nearest
    ),
    split AS MATERIALIZED (
        SELECT path, skip + %(size)s - before AS fitting FROM threads CROSS JOIN beginning
        WHERE before < skip + %(size)s AND before + thread_size > skip + %(size)s
    ),
    ends AS MATERIALIZED (
        SELECT (
            SELECT path FROM comments_comment WHERE conversation_id = %(thread)s AND shown = %(shown)s
                AND path >= (SELECT path FROM threads WHERE before = 0)
            ORDER BY path LIMIT 1 OFFSET (SELECT skip FROM beginning)
        ) AS first, (
            SELECT path FROM comments_comment WHERE conversation_id = %(thread)s AND shown = %(shown)s
                AND path >= (SELECT path FROM split)
            ORDER BY path LIMIT 1 OFFSET COALESCE((SELECT fitting FROM split), 0)
        ) AS next
    ),
    page AS MATERIALIZED (
        SELECT comment.id, ROW_NUMBER() OVER (ORDER BY {page_order}, comment.path) AS place
        FROM threads CROSS JOIN ends CROSS JOIN comments_comment AS comment
        WHERE threads.before < %(size)s + (SELECT skip FROM beginning)
            AND comment.conversation_id = %(thread)s AND comment.shown = %(shown)s
            AND comment.path >= CASE threads.before WHEN 0 THEN ends.first ELSE threads.path END
            AND comment.path < COALESCE(
                (SELECT ends.next FROM split WHERE split.path = threads.path), threads.path || 'zzzzzzz'
            )
        ORDER BY place LIMIT %(size)s
    )
    {columns}
    FROM page JOIN comments_comment AS comment ON comment.id = page.id {joins}
    ORDER BY page.place
"""


def whole_threads(start: str, *, bound: str, order: str, page_order: str) -> str:
    return WHOLE_THREADS.format(
        start=start, bound=bound, order=order, page_order=page_order, columns=COLUMNS, joins=JOINS
    )


# The position of a comment is the number of those before it, counted from either end: in the other threads by their
# sizes, which are few rows, in its own, from `root` to `beyond`, one by one. And where the ends are.
SHOWN = "comments_comment WHERE conversation_id = %(thread)s AND shown = %(shown)s"
# Both ends of the paths are named, or SQLite would read all threads by the index of their sizes.
IN_THREADS = """
    SELECT COALESCE(SUM(thread_size), 0) FROM comments_comment WHERE conversation_id = %(thread)s AND thread_size > 0
"""
PRECEDING = f"""
    SELECT ({IN_THREADS} AND path > '' AND path < %(root)s)
        + (SELECT COUNT(*) FROM {SHOWN} AND path >= %(root)s AND path < %(path)s)
"""  # noqa: S608
ALL_BUT_FOLLOWING = f"""
    SELECT shown_count - ({IN_THREADS} AND path > %(root)s AND path < 'zzzzzzzz')
        - (SELECT COUNT(*) FROM {SHOWN} AND path >= %(path)s AND path < %(beyond)s)
    FROM blog_conversation WHERE id = %(thread)s
"""  # noqa: S608
ENDS = f"""
    SELECT (SELECT path FROM {SHOWN} ORDER BY path LIMIT 1), (SELECT path FROM {SHOWN} ORDER BY path DESC LIMIT 1)
"""  # noqa: S608

# Like that of Order.OLDEST for the second half of a thread: `start` counts from the end.
OLDEST_FROM_END = OLDEST_FIRST.format(direction="DESC")
# By order; each takes `thread` (the id of the conversation), `shown` (true), `start` and `size`.
PAGES = {
    Order.OLDEST: OLDEST_FIRST.format(direction="ASC"),
    Order.NEWEST: whole_threads(
        NEWEST_START,
        bound="path <= (SELECT thread FROM beginning)",
        order="path DESC",
        page_order="threads.path DESC",
    ),
    Order.MOST_REPLIED: whole_threads(
        MOST_REPLIED_START,
        bound="thread_size <= (SELECT longest FROM beginning)",
        order="thread_size DESC, path",
        page_order="threads.thread_size DESC, threads.path",
    ),
}

"""Where a post leads to: the posts beside it in time, related ones, and others by its author, all in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connections

from blog.models.post_queryset import reading_position

if TYPE_CHECKING:
    from blog.models.author import Author
    from blog.models.post import Post
    from blog.models.post_queryset import PostQuerySet

# Related posts, and others by an author, that a post leads to.
MAX_RELATED_SHOWN, MAX_BY_AUTHOR = 3, 3
# Of these the latest are shown that the page does not name yet. The latest by number, which the index
# `post_author_latest` has in order: by time an author's posts would have to be sorted, or all posts be looked through.
MAX_READ_BY_AUTHOR = 20
COLUMNS = "blog_post.id, title, slug, published_on, published_at, language"
# Each neighbour is one step along the index `post_reading_order`: comparing whole positions (row values) enters the
# index at the post. The ORM takes ten times as long to say it, a third of what a post's page may take.
# CROSS JOIN: SQLite would begin with all posts in the order of the index.
SELECT_NEIGHBOURS = """
    SELECT * FROM (
        SELECT 'earlier' AS place, 0 AS position, {columns} FROM blog_post
        WHERE {condition} AND (published_on, published_at, id) < (%s, %s, %s)
        ORDER BY published_on DESC, published_at DESC, id DESC LIMIT 1
    ) AS earlier
    UNION ALL SELECT * FROM (
        SELECT 'later', 0, {columns} FROM blog_post
        WHERE {condition} AND (published_on, published_at, id) > (%s, %s, %s)
        ORDER BY published_on, published_at, id LIMIT 1
    ) AS later
"""
SELECT_RELATED = """
    UNION ALL SELECT 'related', position, {columns}
    FROM blog_relatedpost CROSS JOIN blog_post
    WHERE blog_relatedpost.post_id = %s AND blog_post.id = blog_relatedpost.related_id AND {condition}
"""
SELECT_BY_AUTHOR = """
    UNION ALL SELECT * FROM (
        SELECT 'by author', 0, {columns}
        FROM blog_post_authors CROSS JOIN blog_post
        WHERE author_id = %s AND post_id <> %s AND blog_post.id = post_id AND {condition}
        ORDER BY post_id DESC LIMIT {limit}
    ) AS by_author
"""


class FurtherReading(NamedTuple):
    """The posts that a post leads to; each has what a list of titles shows."""

    previous: Post | None = None
    next: Post | None = None
    related: tuple[Post, ...] = ()
    author: Author | None = None
    by_author: tuple[Post, ...] = ()


def find_further_reading(posts: PostQuerySet, post: Post, *, shown: Collection[int] = ()) -> FurtherReading:
    """What `post` leads to among `posts`; `shown` are the ids of those that its page names anyway."""
    if post.published_on is None:
        return FurtherReading()
    author = post.author_list[0] if post.author_list else None
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for other in select_around(posts, post, author):
        found[other.place].append(other)
    previous_post, next_post = (next(iter(found[place]), None) for place in ("earlier", "later"))
    named = {post.pk, *shown, *(other.pk for other in (previous_post, next_post) if other)}
    related = sorted(without(found["related"], named), key=lambda other: other.position)[:MAX_RELATED_SHOWN]
    others = without(found["by author"], {*named, *(other.pk for other in related)})
    latest = sorted(others, key=reading_position, reverse=True)[:MAX_BY_AUTHOR]
    return FurtherReading(previous_post, next_post, tuple(related), author, tuple(latest))


def without(posts: Iterable[Any], ids: Collection[int]) -> Iterator[Any]:
    return (post for post in posts if post.pk not in ids)


def select_around(posts: PostQuerySet, post: Post, author: Author | None) -> Iterable[Any]:
    """The rows, each with its `place` on the page and its `position` there."""
    condition, known = posts.query.get_compiler(posts.db).compile(posts.query.where)
    adapt = connections[posts.db].ops
    day, moment = adapt.adapt_datefield_value(post.published_on), adapt.adapt_datetimefield_value(post.published_at)
    position = [day, moment, post.pk]
    statement, params = SELECT_NEIGHBOURS + SELECT_RELATED, [*known, *position, *known, *position, post.pk, *known]
    if author:
        statement, params = statement + SELECT_BY_AUTHOR, [*params, author.pk, post.pk, *known]
    statement = statement.format(condition=condition, columns=COLUMNS, limit=MAX_READ_BY_AUTHOR)
    return posts.model.objects.raw(statement, params)

"""The texts that every contestant holds, read from a sampled site of Registan on SQLite."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

FULL = {"posts": 3_000, "comments": 12_500, "thread": 1_000, "chain": 10}
QUICK = {"posts": 300, "comments": 2_000, "thread": 1_000, "chain": 10}
# Comments are written under the newest so many posts but a few.
WRITTEN_POSTS = 100
# Stands in a form for letters that differ in each request.
SERIAL = "zserialz"
# Words of a text that neither Markdown nor typography changes.
PLAIN_WORDS = re.compile(r"[A-Za-z ]{16,60}")


class SampledComment(NamedTuple):
    """A comment; `parent` is 0 when it answers the post, `is_shown` is true of a removed one with replies too."""

    pk: int
    post: int
    parent: int
    depth: int
    status: str
    is_shown: bool
    name: str
    email: str
    website: str
    body: str
    at: str

    @property
    def is_tombstone(self) -> bool:
        return self.is_shown and self.status != "approved"


class SampledPost(NamedTuple):
    pk: int
    title: str
    slug: str
    body: str
    html: str
    at: str
    author: int

    @property
    def path(self) -> str:
        """Its address on Registan and WordPress."""
        return f"/{self.at[:10].replace('-', '/')}/{self.slug}/"


@dataclass
class Sample:
    """`comments` are in the order of the threads, `tags` are (name, slug) and `authors` names by primary key."""

    posts: list[SampledPost]
    comments: list[SampledComment]
    tags: dict[int, tuple[str, str]]
    authors: dict[int, str]
    post_tags: list[tuple[int, int]] = field(repr=False)

    def thread_post(self, size: int) -> SampledPost:
        return next(post for post in self.posts if post.slug == f"thread-{size}")

    def thread(self, post: SampledPost) -> list[SampledComment]:
        """The comments that readers see under it, in order."""
        return [comment for comment in self.comments if comment.post == post.pk and comment.is_shown]

    @cached_property
    def newest_posts(self) -> list[SampledPost]:
        return sorted(self.posts, key=lambda post: (post.at, post.pk), reverse=True)

    @property
    def written_posts(self) -> list[SampledPost]:
        """Posts to comment on: none of those that are measured while they are read."""
        return [post for post in self.newest_posts if not post.slug.startswith("thread-")][10 : 10 + WRITTEN_POSTS]

    def writers(self, is_known: bool) -> list[tuple[SampledPost, tuple[str, str]]]:
        """Posts with the name and email address of who comments: somebody who was published before, or nobody yet."""
        known = self.known_people()
        stranger = (f"Reader {SERIAL}", f"{SERIAL}@example.com")
        return [
            (post, known[number % len(known)] if is_known else stranger)
            for number, post in enumerate(self.written_posts)
        ]

    def known_people(self) -> list[tuple[str, str]]:
        """The names and email addresses of so many who were published."""
        people = dict.fromkeys((comment.name, comment.email) for comment in self.known_comments())
        return list(people)[:WRITTEN_POSTS]

    def known_comments(self) -> list[SampledComment]:
        """The published comments of one thread."""
        return [comment for comment in self.thread(self.thread_post(1_000)) if comment.status == "approved"]

    def comment_text(self, post: SampledPost) -> str:
        """A comment of the usual length, different each time."""
        comments = self.known_comments()
        return f"{comments[post.pk % len(comments)].body} {SERIAL}"

    @cached_property
    def largest_tag(self) -> tuple[str, str]:
        """(name, slug) of the tag on most posts."""
        used = [tag for _, tag in self.post_tags]
        return self.tags[max(self.tags, key=used.count)]

    def tagged_posts(self, name: str) -> list[SampledPost]:
        """The posts with the tag of that name, newest first."""
        tag = next(pk for pk, (tag_name, _) in self.tags.items() if tag_name == name)
        tagged = {post for post, pk in self.post_tags if pk == tag}
        return [post for post in self.newest_posts if post.pk in tagged]


def read_sample(database: Path) -> Sample:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    posts = connection.execute(
        "SELECT id, title, slug, body, body_html, published_at, (SELECT min(author_id) FROM blog_post_authors "
        "WHERE post_id = blog_post.id) FROM blog_post ORDER BY id"
    )
    comments = connection.execute(
        "SELECT id, (SELECT id FROM blog_post WHERE thread_id = conversation_id), coalesce(parent_id, 0), depth, "
        "status, shown, name, email, website, body, created_at FROM comments_comment ORDER BY path"
    )
    return Sample(
        posts=[SampledPost(*row) for row in posts],
        comments=[SampledComment(*row) for row in comments],
        tags={pk: (name, slug) for pk, name, slug in connection.execute("SELECT id, name, slug FROM blog_tag")},
        authors=dict(connection.execute("SELECT id, name FROM blog_author")),
        post_tags=list(connection.execute("SELECT post_id, tag_id FROM blog_post_tags ORDER BY id")),
    )


def plain_words(text: str) -> str:
    """Words by which a text is recognised on any contestant's page."""
    return max((found.strip() for found in PLAIN_WORDS.findall(text)), key=len, default="")


def unix_time(at: str) -> float:
    """Seconds since 1970 of a time in UTC as the database holds it."""
    return datetime.fromisoformat(f"{at[:19]}+00:00").timestamp()

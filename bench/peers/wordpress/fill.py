"""Installs WordPress in the scratch folder and writes the sample into its tables."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.peers.contestant import COMMENTS_PER_PAGE, FEED_ENTRIES, POSTS_PER_PAGE
from bench.peers.sample import Sample, SampledComment
from bench.peers.wordpress import database

HERE = Path(__file__).resolve().parent
DEBIANS = Path("/usr/share/wordpress")
PASSWORD = "throw-away"  # noqa: S105  of a site that is
ROWS_IN_A_STATEMENT = 500
# Primary keys of Registan's authors and tags are moved out of the way of WordPress's first user and category.
USERS_FROM, TERMS_FROM = 100, 100
STATUSES = {"approved": "1", "pending": "0", "spam": "spam", "removed": "trash", "withdrawn": "trash"}
TOMBSTONE = "This comment was removed."
COUNTS = """
UPDATE wp_posts SET comment_count =
    (SELECT count(*) FROM wp_comments WHERE comment_post_ID = wp_posts.ID AND comment_approved = '1');
UPDATE wp_term_taxonomy SET count =
    (SELECT count(*) FROM wp_term_relationships AS r WHERE r.term_taxonomy_id = wp_term_taxonomy.term_taxonomy_id);
ANALYZE TABLE wp_posts, wp_comments, wp_terms, wp_term_taxonomy, wp_term_relationships, wp_users;
"""

type Value = str | int


def fill(folder: Path, sample: Sample) -> None:
    """Copy Debian's files, install, and store the posts, tags, authors and comments under their own primary keys."""
    site = folder / "site"
    shutil.copytree(DEBIANS, site, ignore=shutil.ignore_patterns(".htaccess"))
    shutil.copy(HERE / "wp-config.php", site)
    (site / "wp-content" / "mu-plugins").mkdir()
    shutil.copy(HERE / "no-flood-control.php", site / "wp-content" / "mu-plugins")
    database.create(folder)
    with database.run(folder):
        database.query(folder, "CREATE DATABASE wordpress CHARACTER SET utf8mb4", database="mysql")
        arguments = [str(site), PASSWORD, POSTS_PER_PAGE, FEED_ENTRIES, threads_on_a_page(sample)]
        subprocess.run(["php", str(HERE / "setup.php"), *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
        database.query(folder, "".join([*statements(sample), COUNTS]))


def threads_on_a_page(sample: Sample) -> int:
    """How many comments without a parent are on Registan's first page: WordPress counts only those."""
    thread = sample.thread(sample.thread_post(1_000))
    return sum(comment.parent == 0 for comment in thread[:COMMENTS_PER_PAGE])


def statements(sample: Sample) -> Iterator[str]:
    users = ((USERS_FROM + pk, f"author{pk}", f"author{pk}", name) for pk, name in sample.authors.items())
    yield from insert("wp_users", "ID user_login user_nicename display_name", users)
    yield from insert(
        "wp_posts",
        "ID post_author post_date post_date_gmt post_modified post_modified_gmt post_title post_name post_content "
        "post_excerpt to_ping pinged post_content_filtered guid",
        (
            (post.pk, USERS_FROM + post.author, *[post.at] * 4, post.title, post.slug, post.html, *[""] * 4,
             f"https://example.org/?p={post.pk}")
            for post in sample.posts
        ),
    )  # fmt: skip
    tags = [(TERMS_FROM + pk, name, slug) for pk, (name, slug) in sample.tags.items()]
    yield from insert("wp_terms", "term_id name slug", tags)
    taxonomies = ((pk, pk, "post_tag", "") for pk, _, _ in tags)
    yield from insert("wp_term_taxonomy", "term_taxonomy_id term_id taxonomy description", taxonomies)
    # Every post is in the first category, as WordPress has it.
    links = [*((post, TERMS_FROM + tag) for post, tag in sample.post_tags), *((post.pk, 1) for post in sample.posts)]
    yield from insert("wp_term_relationships", "object_id term_taxonomy_id", links)
    yield from insert(
        "wp_comments",
        "comment_ID comment_post_ID comment_parent comment_author comment_author_email comment_author_url "
        "comment_author_IP comment_date comment_date_gmt comment_content comment_approved comment_agent comment_type",
        (comment_row(comment) for comment in sample.comments),
    )


def comment_row(comment: SampledComment) -> tuple[Value, ...]:
    status = "1" if comment.is_tombstone else STATUSES[comment.status]
    text = TOMBSTONE if comment.is_tombstone else comment.body
    who = (comment.name, comment.email, comment.website, f"198.51.100.{comment.pk % 251}")
    return (comment.pk, comment.post, comment.parent, *who, comment.at, comment.at, text, status, "", "comment")


def insert(table: str, columns: str, rows: Iterable[tuple[Value, ...]]) -> Iterator[str]:
    for batch in itertools.batched(rows, ROWS_IN_A_STATEMENT):
        values = ",\n".join(f"({', '.join(map(literal, row))})" for row in batch)
        yield f"INSERT INTO {table} ({', '.join(columns.split())}) VALUES\n{values};\n"


def literal(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

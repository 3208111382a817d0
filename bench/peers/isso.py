"""Isso: comments alone, which a script on the page fetches as JSON; on SQLite, served by gunicorn."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers.contestant import LARGE_THREAD, SMALL_THREAD, CommentCounts, Contestant, FormRequest, wsgi_command
from bench.peers.processes import ProcessTree, answers, run_server
from bench.peers.sample import Sample, SampledComment, unix_time
from bench.site import free_port

# Who has a published comment of the last six months is published at once, everybody else is held. The limits on
# comments from one address are off.
CONFIG = """
[general]
dbpath = {folder}/isso.sqlite3
host = http://127.0.0.1:{port}/
notify =
[moderation]
enabled = true
approve-if-email-previously-approved = true
purge-after = 36500d
[guard]
enabled = false
[server]
trusted-proxies = 127.0.0.1
"""
# Published, held, and removed with replies that stay; what is spam or removed without replies, Isso deletes.
PUBLISHED, HELD, REMOVED = 1, 2, 4
# As Isso's script asks for them by default.
NESTED_LIMIT = 5
INSERT = (
    "INSERT INTO comments (id, tid, parent, created, mode, remote_addr, text, author, email, website, voters) "
    "VALUES (?, ?, ?, ?, ?, '198.51.100.0', ?, ?, ?, ?, ?)"
)
GUNICORN = Path(__file__).resolve().parent / "isso_gunicorn.py"
VOTERS = bytes(256)


def fill(folder: Path, sample: Sample) -> None:
    """Let Isso make its tables, and store the threads and comments."""
    with run(folder, free_port()):
        pass
    with contextlib.closing(sqlite3.connect(folder / "isso.sqlite3")) as connection, connection:
        rows = list(comment_rows(sample))
        commented = {row[1] for row in rows}  # Isso keeps no other threads
        threads = [(post.pk, post.path, post.title) for post in sample.posts if post.pk in commented]
        connection.executemany("INSERT INTO threads (id, uri, title) VALUES (?, ?, ?)", threads)
        connection.executemany(INSERT, rows)
        connection.execute("ANALYZE")


def comment_rows(sample: Sample) -> Iterator[tuple[object, ...]]:
    """Rows as INSERT takes them: replies to replies hang on the first comment, as Isso has it."""
    roots: dict[int, int] = {}
    for comment in sample.comments:
        roots[comment.pk] = roots.get(comment.parent, comment.pk)
        if mode := comment_mode(comment):
            parent = roots[comment.pk] if comment.parent else None
            text = "" if mode == REMOVED else comment.body
            row = (comment.pk, comment.post, parent, unix_time(comment.at), mode, text)
            yield (*row, comment.name, comment.email, comment.website or None, VOTERS)
    # For Isso somebody is known who was published within six months; the sample may be older.
    last, post = max(comment.pk for comment in sample.comments), sample.posts[0].pk
    for number, (name, email) in enumerate(sample.known_people(), 1):
        yield last + number, post, None, time.time(), PUBLISHED, "Hello.", name, email, None, VOTERS


def comment_mode(comment: SampledComment) -> int:
    """Isso's number for its status; 0 when Isso does not keep it."""
    if comment.is_tombstone and not comment.parent:
        return REMOVED
    return {"approved": PUBLISHED, "pending": HELD}.get(comment.status, 0)


def run(folder: Path, port: int) -> contextlib.AbstractContextManager[int]:
    config = folder / "isso.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port))
    return run_server(
        [*wsgi_command(folder, "isso.run", port), f"--config={GUNICORN}"],
        log=folder / "isso.log",
        is_ready=lambda: answers(port),
        environment=os.environ | {"ISSO_SETTINGS": str(config)},
    )


@contextlib.contextmanager
def serve(folder: Path, sample: Sample) -> Iterator[Contestant]:
    port = free_port()
    with run(folder, port) as pid:
        yield Contestant(
            name="Isso",
            address=f"http://127.0.0.1:{port}",
            processes=ProcessTree(pid),
            pages={
                page: f"/?uri={sample.thread_post(size).path}&nested_limit={NESTED_LIMIT}"
                for page, size in ((SMALL_THREAD, 10), (LARGE_THREAD, 1_000))
            },
            anchor=r'"id": ?\d+',
            has_posts=False,
            shows=lambda comment: comment.parent == 0,
            comment_forms=lambda is_known: comment_forms(sample, is_known),
            count_comments=lambda: count_comments(folder),
        )


def comment_forms(sample: Sample, is_known: bool) -> list[FormRequest]:
    forms = []
    for post, (name, email) in sample.writers(is_known):
        body = {"author": name, "email": email, "website": None, "text": sample.comment_text(post), "parent": None}
        body["title"] = post.title
        forms.append(FormRequest(f"/new?uri={post.path}", json.dumps(body), {"Content-Type": "application/json"}))
    return forms


def count_comments(folder: Path) -> CommentCounts:
    with contextlib.closing(sqlite3.connect(folder / "isso.sqlite3")) as connection:
        counts = dict(connection.execute("SELECT mode, count(*) FROM comments GROUP BY mode"))
    return CommentCounts(counts[PUBLISHED], counts.get(HELD, 0))

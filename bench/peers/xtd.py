"""django-comments-xtd in the blog of xtd_site: on SQLite, served by gunicorn."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.peers.contestant import (
    FORM_TYPE,
    LARGE_THREAD,
    SMALL_THREAD,
    CommentCounts,
    Contestant,
    FormRequest,
    parse_form,
    request,
    wsgi_command,
)
from bench.peers.processes import ProcessTree, answers, run_server
from bench.peers.sample import Sample, SampledPost
from bench.site import free_port

HERE = Path(__file__).resolve().parent
# As deep as WordPress's default; deeper replies hang on the last comment that may have some.
MAX_LEVEL = 5
POSTS = (
    "INSERT INTO xtd_site_post (id, title, path, html, published_at, allow_comments) "
    "VALUES (:pk, :title, :path, :html, :at, 1)"
)
COMMENTS = (
    "INSERT INTO django_comments (id, object_pk, user_name, user_email, user_url, comment, submit_date, is_public, "
    "is_removed, content_type_id, site_id) "
    "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, id, 1 FROM django_content_type WHERE app_label = 'xtd_site' AND model = 'post'"
)
PLACES = (
    "INSERT INTO django_comments_xtd_xtdcomment "
    '(comment_ptr_id, thread_id, parent_id, level, "order", nested_count, followup) VALUES (?, ?, ?, ?, ?, ?, 0)'
)


def fill(folder: Path, sample: Sample) -> None:
    """Let Django make the tables, and store the posts and comments."""
    command = [str(folder / "venv" / "bin" / "python"), "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"]
    subprocess.run(command, env=environment(folder), check=True)
    with contextlib.closing(sqlite3.connect(folder / "xtd.sqlite3")) as connection, connection:
        connection.executemany(POSTS, [post._asdict() | {"path": post.path} for post in sample.posts])
        connection.executemany(COMMENTS, comment_rows(sample))
        connection.executemany(PLACES, place_rows(sample))
        connection.execute("ANALYZE")


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "xtd_site.settings",
        "PYTHONPATH": str(HERE),
        "XTD_FOLDER": str(folder),
        "XTD_MAX_LEVEL": str(MAX_LEVEL),
    }


def comment_rows(sample: Sample) -> Iterator[tuple[object, ...]]:
    for comment in sample.comments:
        is_public, is_removed = comment.is_shown, comment.status not in {"approved", "pending"}
        row = (comment.pk, str(comment.post), comment.name, comment.email, comment.website, comment.body)
        yield (*row, comment.at, is_public, is_removed)


def place_rows(sample: Sample) -> list[tuple[int, ...]]:
    """(comment, thread, parent, level, order, descendants) as XtdComment.save has them."""
    parents: dict[int, int] = {}
    levels, threads = {0: -1}, dict[int, int]()
    descendants, lengths = Counter[int](), Counter[int]()
    orders: dict[int, int] = {}
    for comment in sample.comments:
        parent = comment.parent
        while levels[parent] >= MAX_LEVEL:
            parent = parents[parent]
        parents[comment.pk], levels[comment.pk] = parent, levels[parent] + 1
        threads[comment.pk] = thread = threads.get(parent, comment.pk)
        lengths[thread] += 1
        orders[comment.pk] = lengths[thread]
        while parent:
            descendants[parent] += 1
            parent = parents[parent]
    return [(pk, threads[pk], parent or pk, levels[pk], orders[pk], descendants[pk]) for pk, parent in parents.items()]


@contextlib.contextmanager
def serve(folder: Path, sample: Sample) -> Iterator[Contestant]:
    port = free_port()
    command, address = wsgi_command(folder, "django.core.wsgi:get_wsgi_application()", port), f"http://127.0.0.1:{port}"
    with run_server(
        command, log=folder / "xtd.log", is_ready=lambda: answers(port), environment=environment(folder)
    ) as pid:
        yield Contestant(
            name="django-comments-xtd",
            address=address,
            processes=ProcessTree(pid),
            may_lack=1,  # of a thousand its tree drops one
            pages={SMALL_THREAD: sample.thread_post(10).path, LARGE_THREAD: sample.thread_post(1_000).path},
            anchor=r'id="c\d+"',
            comment_forms=lambda is_known: [
                comment_form(address, post, {"name": name, "email": email, "comment": sample.comment_text(post)})
                for post, (name, email) in sample.writers(is_known)
            ],
            count_comments=lambda: count_comments(folder),
        )


def comment_form(address: str, post: SampledPost, typed: dict[str, str]) -> FormRequest:
    """The form on the post's page, filled in; its time and signature hold for two hours."""
    fields = parse_form(request(address, "GET", post.path)[2])
    body = urlencode({name: values[0] for name, values in fields.items()} | typed)
    cookie = f"csrftoken={fields['csrfmiddlewaretoken'][0]}"
    return FormRequest("/comments/post/", body, {"Content-Type": FORM_TYPE, "Origin": address, "Cookie": cookie})


def count_comments(folder: Path) -> CommentCounts:
    with contextlib.closing(sqlite3.connect(folder / "xtd.sqlite3")) as connection:
        rows = connection.execute(
            "SELECT is_public, count(*) FROM django_comments WHERE NOT is_removed GROUP BY is_public"
        )
        counts = dict(rows)
    return CommentCounts(counts.get(1, 0), counts.get(0, 0))

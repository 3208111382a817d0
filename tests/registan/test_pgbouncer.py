"""PgBouncer lends a connection for one transaction: through deploy/pgbouncer.ini everything works as without it."""

import os
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from blog.models import Tag
from comments.models import Comment, Message
from tests import factories
from tests.blog.test_page_cache_processes import get
from tests.comments.comment_pages import address
from tests.comments.conftest import elsewhere, mona, server  # noqa: F401  fixtures
from tests.comments.processes import PATIENCE, free_port, post_form, wait_until

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
QUEUE = "/admin/comments/comment/queue/"
# So few that all who are here must take turns.
POOL_SIZE = 2

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PgBouncer stands in front of PostgreSQL alone"),
    pytest.mark.skipif(not shutil.which(PGBOUNCER), reason="pgbouncer is not installed: nothing was tried through it"),
]


def configuration(root: Path, port: int) -> str:
    """deploy/pgbouncer.ini with the values of this installation."""
    at = connection.settings_dict
    secret = f" password='{at['PASSWORD']}'" if at["PASSWORD"] else ""
    upstream = f"host={at['HOST'] or '127.0.0.1'} port={at['PORT'] or 5432}"
    place = f"{at['NAME']} = {upstream} dbname={at['NAME']} user={at['USER']}{secret}"
    text = (root / "deploy/pgbouncer.ini").read_text()
    for theirs, ours in {
        "registan = host=127.0.0.1 port=5432 dbname=registan": place,
        "listen_port = 6432": f"listen_port = {port}\nunix_socket_dir =",
        "auth_type = scram-sha-256": "auth_type = any",
        "auth_file = /etc/pgbouncer/userlist.txt": "user = nobody" if os.getuid() == 0 else "",
        "default_pool_size = 20": f"default_pool_size = {POOL_SIZE}",
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def is_open(port: int) -> bool:
    with closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(autouse=True)
def pgbouncer(transactional_db, tmp_path, root, monkeypatch):
    """The port of a PgBouncer through which this test, and all processes it starts, reach the database."""
    port, file = free_port(), tmp_path / "pgbouncer.ini"
    file.write_text(configuration(root, port))
    process = subprocess.Popen([PGBOUNCER, "--quiet", file], stderr=subprocess.DEVNULL)
    wait_until(lambda: process.poll() is not None or is_open(port), "PgBouncer")
    assert process.poll() is None, "PgBouncer ended"
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patch.setitem(connection.settings_dict, "PORT", port)
        patch.setenv("DJANGO_SETTINGS_MODULE", "tests.registan.server_settings")
        yield port
        connection.close()
    process.kill()  # asked politely, it would wait for the last client
    process.wait(PATIENCE)


def limits() -> dict[str, str]:
    """The time limits of a connection, by their names in the settings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, concat(setting, unit) FROM pg_settings"
            " WHERE name IN ('lock_timeout', 'statement_timeout', 'jit')"
        )
        return dict(cursor.fetchall())


def test_each_connection_has_the_limits_that_the_site_asks_for():
    options = settings.DATABASES["default"]["OPTIONS"]["options"]
    assert "-c lock_timeout=10s -c statement_timeout=30s -c jit=off" in options
    assert limits() == {"lock_timeout": "10000ms", "statement_timeout": "30000ms", "jit": "off"}


def test_a_comment_is_stored_announced_approved_and_shown(elsewhere, mona, server):  # noqa: F811
    factories.User.objects.update(email="mona@example.org")
    post, there = factories.post(), elsewhere()
    port = there.serve()
    assert post_form(port, address(post), factories.comment_form(body="Through the pool."))[0] == 302
    assert there.work(server.port).wait(PATIENCE) == 0
    assert [mail["To"] for mail in server.taken] == ["mona@example.org"]
    mona.post(QUEUE, {"decision": f"approve:{Comment.objects.get().pk}"})
    assert "Through the pool." in get(f"127.0.0.1:{port}", post.get_absolute_url())[1]


def test_ten_at_once_make_one_comment(elsewhere):  # noqa: F811
    post, there = factories.post(), elsewhere()
    port, form = there.serve(), factories.comment_form(body="Impatience.")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: post_form(port, address(post), form), range(10)))
    assert [status for status, _ in answers] == [302] * 10
    assert there.rows("SELECT count(*) FROM comments_comment") == [(1,)]
    assert there.rows("SELECT count(*) FROM comments_decision") == [(1,)]


def test_two_workers_send_each_message_once(elsewhere, server):  # noqa: F811
    for number in range(20):
        Message.objects.create(key=str(number), to="mona@example.org", subject=f"About {number}", text="Words.")
    there = elsewhere()
    for worker in [there.work(server.port), there.work(server.port)]:
        assert worker.wait(PATIENCE) == 0
    assert sorted(mail["Subject"] for mail in server.taken) == sorted(f"About {number}" for number in range(20))


def test_a_batch_of_decisions_is_made_and_undone(mona):  # noqa: F811
    post = factories.post()
    waiting = [factories.comment(post, status=Comment.Status.PENDING) for _ in range(5)]
    response = mona.post(QUEUE, {"decision": "approve", "comment": [comment.pk for comment in waiting]}, follow=True)
    assert Comment.objects.approved().count() == 5
    (batch,) = [notice["batch"] for notice in response.context["notices"] if notice["batch"]]
    mona.post(QUEUE, {"decision": f"undo:{batch}"})
    assert Comment.objects.waiting().count() == 5


def test_a_long_answer_is_read_while_others_take_the_connections(pgbouncer):
    """As a form reads what can be chosen: the next piece would be asked of a connection that never heard of it."""
    for name in ("One", "Two", "Three"):
        factories.tag(name)
    names = Tag.objects.iterator(chunk_size=1)
    next(names)
    with closing(psycopg2.connect(host="127.0.0.1", port=pgbouncer, dbname=connection.settings_dict["NAME"])) as other:
        other.cursor().execute("SELECT 1")  # begins a transaction, which keeps the connection that was last used
        assert len(list(names)) == 2


def test_the_index_is_built_without_a_trace_on_the_connection(post):
    before = limits()
    call_command("reindex", alone=True)
    assert limits() == before

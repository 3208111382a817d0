"""Killed while sixteen write: what the server acknowledged is stored, nothing is stored twice, and counts are exact."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest

from comments.models import Reader
from tests import factories
from tests.comments.comment_pages import address
from tests.comments.processes import PATIENCE, wait_until

WRITERS, EACH = 16, 10
COUNTS = """
    SELECT comment_count, shown_count, (SELECT count(*) FROM comments_comment WHERE status = 'approved'),
        (SELECT count(DISTINCT body) FROM comments_comment), (SELECT count(*) FROM comments_decision),
        (SELECT count(*) FROM blog_searchentry WHERE kind = 'comment')
    FROM blog_conversation
"""


@pytest.mark.django_db(transaction=True)
def test_what_was_acknowledged_is_stored_once_and_what_was_not_can_be_sent_again(elsewhere):
    post, reader = factories.post(), factories.reader("ann@example.org", standing=Reader.Standing.TRUSTED)
    cookie, there, acknowledged = (
        factories.reader_client(reader).cookies.output(header="", attrs=[]),
        elsewhere(),
        set(),
    )

    def send(port: int, body: str, writer: int) -> bool:
        """Send from a network of the writer's own; was it acknowledged?"""
        form = urlencode(factories.comment_form(name="Ann", email="ann@example.org", body=body))
        origin = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
        with closing(HTTPConnection("127.0.0.1", port, PATIENCE, (f"127.1.{writer}.1", 0))) as http:
            http.request("POST", address(post), form, {**origin, "Cookie": cookie.strip()})
            return http.getresponse().status == 302

    def write(port: int, writer: int) -> None:
        for number in range(EACH):
            body = f"Comment {number} of writer {writer}."
            try:
                if send(port, body, writer):
                    acknowledged.add(body)
            except (OSError, HTTPException):  # the server is gone
                return

    def write_all(until) -> None:
        port = there.serve()
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(write, port, writer) for writer in range(WRITERS)]
            until(port)
        for writer in writers:
            writer.result()

    def kill(port: int) -> None:
        wait_until(lambda: len(acknowledged) >= WRITERS, "some comments to be stored")
        there.kill(there.running[-1])

    write_all(kill)
    stored = [body for (body,) in there.rows("SELECT body FROM comments_comment")]
    assert WRITERS <= len(acknowledged) < WRITERS * EACH
    assert acknowledged <= {*stored}
    assert len(stored) == len({*stored})
    write_all(lambda port: None)
    assert len(acknowledged) == WRITERS * EACH
    assert there.rows(COUNTS) == [(WRITERS * EACH,) * 6]

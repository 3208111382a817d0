"""One id leads from nginx's log through ours to the email that came of a request."""

import json
import logging

import pytest
from django.core.signals import request_started

from blog.web import request_id
from comments.mail import outbox
from comments.models import Message
from registan.logs.filters import RequestFilter
from registan.logs.formats import JsonFormatter, SingleLineFormatter
from registan.management.commands import worker

GIVEN = "0123456789abcdef" * 2


@pytest.fixture
def seen():
    """The ids under which requests were answered."""
    ids = []

    def take(**_) -> None:
        ids.append(request_id.current())

    request_started.connect(take)
    yield ids
    request_started.disconnect(take)
    request_id.end_request()


def test_the_id_of_nginx_is_taken(client, seen):
    client.get("/healthz", headers={"X-Request-ID": GIVEN})
    assert seen == [GIVEN]
    assert request_id.current() == ""


@pytest.mark.parametrize("sent", ["", GIVEN.upper(), GIVEN[1:], f"{GIVEN}0", "x\r\nBcc: all@example.org", f"{GIVEN}\n"])
def test_anything_else_is_replaced_by_an_id_of_ours(client, seen, sent):
    client.get("/healthz", headers={"X-Request-ID": sent})
    assert len(seen[0]) == 32
    assert seen != [GIVEN]


def record(**more) -> logging.LogRecord:
    made = logging.LogRecord("registan.test", logging.WARNING, __file__, 1, "Slow: %s", ("/a/",), None)
    vars(made).update(more)
    return made


def test_a_line_ends_with_it():
    with request_id.bound(GIVEN):
        line = RequestFilter().filter(record())
    line.msg, line.args = line.getMessage(), None
    assert SingleLineFormatter("{levelname} {message}", style="{").format(line) == f"WARNING Slow: /a/ [{GIVEN}]"


def test_json_has_it_by_its_name_and_takes_one_line_even_with_a_traceback():
    try:
        raise ValueError("from 203.0.113.9\r\nto ann@example.org")
    except ValueError as error:
        line = JsonFormatter().format(
            record(request_id=GIVEN, status_code=500, exc_info=(ValueError, error, error.__traceback__))
        )
    assert "\n" not in line
    content = json.loads(line)
    assert content.pop("time").endswith("+00:00")
    assert "ValueError: from [address]\r\nto [email]" in content.pop("exception")
    assert content == {
        "level": "WARNING",
        "logger": "registan.test",
        "message": "Slow: /a/",
        "request_id": GIVEN,
        "status": 500,
    }


@pytest.mark.django_db
def test_an_email_carries_the_id_of_the_request_that_it_came_of(mailoutbox):
    with request_id.bound(GIVEN):
        Message.objects.enqueue("one", {"to": "ann@example.org", "subject": "Hello", "text": "Hello."})
    outbox.send_due_messages()
    assert mailoutbox[0].extra_headers["X-Request-ID"] == GIVEN


@pytest.mark.django_db
def test_each_round_of_the_worker_has_an_id_and_its_emails_carry_it(monkeypatch, mailoutbox):
    rounds = []
    monkeypatch.setattr(worker, "JOBS", (lambda: rounds.append(request_id.current()) or 0, outbox.send_due_messages))
    Message.objects.create(key="one", to="ann@example.org", subject="Hello", text="Hello.")
    worker.run_jobs()
    worker.run_jobs()
    assert [len(each) for each in rounds] == [32, 32]
    assert rounds[0] != rounds[1]
    assert mailoutbox[0].extra_headers["X-Request-ID"] == rounds[0]

"""A foreseen failure takes one line, an unforeseen one a traceback; neither is repeated without end."""

import io
import logging
import smtplib

import pytest
from django.db import OperationalError

from registan.logs import filters
from registan.logs.config import logging_config


@pytest.fixture
def log_file(monkeypatch):
    """A logger that writes into memory as the site writes to standard error, and the clock it goes by."""
    from logging.config import dictConfig

    stream, now = io.StringIO(), [1000.0]
    config = logging_config("text")
    config["handlers"]["stderr"]["stream"] = stream
    config |= {"loggers": {"registan.test": {"handlers": ["stderr"], "propagate": False}}, "incremental": False}
    config.pop("root")
    dictConfig(config)
    monkeypatch.setattr(filters.time, "monotonic", lambda: now[0])
    log = logging.getLogger("registan.test")
    yield log, stream, now
    log.handlers.clear()
    log.propagate = True


def fail_with(log, error: Exception, words: str = "It failed.") -> None:
    try:
        raise error
    except type(error):
        log.exception(words)


def test_a_failure_of_something_else_is_one_line(log_file):
    log, stream, _now = log_file
    for error in (
        OperationalError("could not connect to server\n\tIs the server running?"),
        ConnectionRefusedError("refused"),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
        OSError(28, "No space left on device"),
    ):
        fail_with(log, error)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("ERROR registan.test: It failed. (OperationalError: could not connect to server)")
    assert "No space left" in lines[3]


def test_a_failure_of_ours_has_its_traceback_once(log_file):
    log, stream, _now = log_file
    for _time in range(3):
        fail_with(log, KeyError("lost"))
    written = stream.getvalue()
    assert written.count("Traceback") == 1
    assert written.count("It failed. (KeyError: 'lost')") == 2


def test_what_repeats_itself_is_counted_and_the_count_is_written_when_it_goes_on(log_file):
    log, stream, now = log_file
    for number in range(150):
        fail_with(log, OperationalError("could not connect"), f"Service Unavailable: /{number}/")
    log.warning("Something else")
    assert len(stream.getvalue().splitlines()) == 11
    now[0] += 61
    fail_with(log, OperationalError("could not connect"), "Service Unavailable: /again/")
    assert "/again/ (OperationalError: could not connect) (140 more like this were left out)" in stream.getvalue()


def test_what_is_not_a_warning_is_never_left_out(log_file):
    log, stream, _now = log_file
    log.setLevel(logging.INFO)
    for _time in range(30):
        log.info("done")
    assert stream.getvalue().count("done") == 30


def test_addresses_where_nothing_is_are_quiet(log_file):
    log, stream, _now = log_file
    log.warning("Not Found: %s", "/wp-login.php", extra={"status_code": 404})
    log.warning("Forbidden: %s", "/admin/", extra={"status_code": 403})
    assert "wp-login" not in stream.getvalue()
    assert "Forbidden: /admin/" in stream.getvalue()

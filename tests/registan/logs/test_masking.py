"""The log contains no private token, no reader's address and no control character."""

import io
import logging

import pytest

from registan.logs.formats import SingleLineFormatter
from registan.logs.masking import MaskFilter, mask_private, mask_tokens


@pytest.fixture
def written():
    """Log to memory with the site's filter and format; returns what was written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskFilter())
    handler.setFormatter(SingleLineFormatter("{levelname} {name}: {message}", style="{"))
    log = logging.getLogger("registan.test")
    log.addHandler(handler)
    log.propagate = False

    def write(*arguments, **more) -> str:
        log.warning(*arguments, **more)
        return stream.getvalue()

    yield write
    log.removeHandler(handler)
    log.propagate = True


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("/preview/Xy_1-z/", "/preview/.../"),
        ("/comments/receipt/MTI:1abc:def/", "/comments/receipt/.../"),
        ("/moderate/abc", "/moderate/..."),
        ("/you/prove/WzEsMl0:1abc:def/", "/you/prove/.../"),
        ("/subscribe/confirm/WzEsMl0:1abc:def/", "/subscribe/confirm/.../"),
        ("/subscribe/off/WzEsMl0:1abc:def/", "/subscribe/off/.../"),
        ("/subscribe/mine/", "/subscribe/mine/"),
        ("/accounts/password/reset/key/1-abc-def/", "/accounts/password/reset/key/.../"),
        ("GET /preview/abc/?a=b HTTP/1.1", "GET /preview/.../?a=b HTTP/1.1"),
        ("/2026/03/20/preview/", "/2026/03/20/preview/"),
        ("/tag/receipts/", "/tag/receipts/"),
        ("/moderation/", "/moderation/"),
    ],
)
def test_private_tokens_are_masked(address, masked):
    assert mask_tokens(address) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("{'ann@example.org': (550, b'no such user')}", "{'[email]': (550, b'no such user')}"),
        ("Key (email)=(ann.b+c@mail.example.org) already exists.", "Key (email)=([email]) already exists."),
        ("<анна@почта.рф>: refused", "<[email]>: refused"),
        ("Too many from 203.0.113.9", "Too many from [address]"),
        ("from 2001:db8:1:2::3, twice", "from [address], twice"),
        ("from ::ffff:203.0.113.9", "from [address]"),
        ("to 127.0.0.1 and ::1 and 10.0.0.7, port 5432 failed", "to 127.0.0.1 and ::1 and 10.0.0.7, port 5432 failed"),
        ("at 12:30:45, registan.comments:17, blog::views", "at 12:30:45, registan.comments:17, blog::views"),
        ("@handle wrote to user@host", "@handle wrote to user@host"),
    ],
)
def test_addresses_of_people_are_masked_and_those_of_our_own_machines_are_not(text, masked):
    assert mask_private(text) == masked


def test_tokens_are_masked_in_arguments_and_in_tracebacks(written):
    try:
        raise ValueError("no such page: /preview/s3cret/")
    except ValueError:
        line = written("Not Found: %s", "/comments/receipt/s3cret/", exc_info=True)
    assert "s3cret" not in line
    assert "Traceback" in line


def test_a_message_takes_one_line_with_any_text_from_strangers(written):
    line = written("Not Found: %s", "/a\r\nERROR registan: all is lost\u2028\u0085\x1b[2J\x00\x9b/")
    assert line.count("\n") == 1
    assert line.startswith("WARNING registan.test: Not Found: /a\\r\\nERROR")
    assert not set(line) & set("\r\u2028\u0085\x1b\x00\x9b")


def test_a_traceback_cannot_control_a_terminal(written):
    try:
        raise ValueError("\x1b[2J\x9b31m\r")
    except ValueError:
        line = written("Broken", exc_info=True)
    assert not set(line) & set("\x1b\x9b\r")


def test_text_in_any_script_stays_readable(written):
    assert "чайхана, سلام, 茶" in written("чайхана, %s, 茶", "سلام")


@pytest.mark.django_db
def test_a_missing_page_is_logged_without_its_token(visitor, caplog):
    caplog.handler.addFilter(MaskFilter())
    visitor.get("/preview/s3cret/")
    assert "/preview/.../" in caplog.text
    assert "s3cret" not in caplog.text

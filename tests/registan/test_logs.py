"""The log contains no private token and no control character."""

import io
import logging

import pytest
from django.conf import settings

from registan.logs import SingleLineFormatter, TokenMaskFilter, mask_tokens


@pytest.fixture
def written():
    """Log to memory with the site's filter and format; returns what was written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(TokenMaskFilter())
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


def test_the_site_uses_both_filter_and_format():
    handler = settings.LOGGING["handlers"]["stderr"]
    assert settings.LOGGING["filters"][handler["filters"][0]]["()"] == "registan.logs.TokenMaskFilter"
    assert settings.LOGGING["formatters"][handler["formatter"]]["()"] == "registan.logs.SingleLineFormatter"


@pytest.mark.django_db
def test_a_missing_page_is_logged_without_its_token(visitor, caplog):
    caplog.handler.addFilter(TokenMaskFilter())
    visitor.get("/preview/s3cret/")
    assert "/preview/.../" in caplog.text
    assert "s3cret" not in caplog.text

"""The two forms of a line: text for people, JSON for programs."""

import datetime
import json
import logging
import re
from typing import Any

from registan.logs.masking import mask_private

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def escape_controls(text: str) -> str:
    """Write out what forges lines or controls a terminal; line feeds stay."""
    return CONTROL_CHARACTERS.sub(lambda match: ascii(match[0])[1:-1], text)


class SingleLineFormatter(logging.Formatter):
    """Escapes control characters, so that a message takes one line; ends it with the id of the request."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request_id", "")
        line = escape_controls(str(record.msg)).replace("\n", "\\n")
        record.msg = f"{line} [{request_id}]" if request_id else line
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        """Keep the lines of a traceback, but mask and escape them: an exception may quote what a stranger sent."""
        return escape_controls(mask_private(super().formatException(ei)))


class JsonFormatter(logging.Formatter):
    """One object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`; then `request_id`, `status` and
    `exception`, each if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, attribute in (("request_id", "request_id"), ("status", "status_code")):
            if value := getattr(record, attribute, None):
                line[name] = value
        if record.exc_info:
            line["exception"] = mask_private(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)

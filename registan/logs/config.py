"""What Django's LOGGING is: one handler for everything."""

from typing import Any

FORMATS = ("text", "json")
# In this order: `failures` compares what masking would blur.
FILTERS = {
    "quiet": "registan.logs.filters.QuietFilter",
    "request": "registan.logs.filters.RequestFilter",
    "failures": "registan.logs.filters.FailureFilter",
    "private": "registan.logs.masking.MaskFilter",
}


def parse_log_format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError(text)
    return text


def logging_config(log_format: str) -> dict[str, Any]:
    """Everything goes to standard error, in one of FORMATS."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {name: {"()": path} for name, path in FILTERS.items()},
        "formatters": {
            "text": {
                "()": "registan.logs.formats.SingleLineFormatter",
                "format": "{asctime} {levelname} {name}: {message}",
                "style": "{",
            },
            "json": {"()": "registan.logs.formats.JsonFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_format, "filters": [*FILTERS]}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
    }

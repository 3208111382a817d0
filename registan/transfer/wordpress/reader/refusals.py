"""Why an export is refused."""

from __future__ import annotations


class RefusedExport(ValueError):
    """The file cannot be read as a whole; the message is a sentence for the owner that says what to do."""

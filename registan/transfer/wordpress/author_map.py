"""The owner's map of authors: which byline each of WordPress's logins becomes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from registan.transfer.wordpress.reader.refusals import RefusedExport


def read_author_map(path: Path) -> dict[str, str]:
    """Read lines such as `login = byline`; blank ones and those that begin with # say nothing. Raises RefusedExport."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = _("The map of authors %(name)s cannot be read. Give a text file in UTF-8.")
        raise RefusedExport(message % {"name": path}) from error
    return parse_author_map(lines)


def parse_author_map(lines: Iterable[str]) -> dict[str, str]:
    """Likewise, of lines. Raises RefusedExport."""
    author_map: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        login, sign, byline = (part.strip() for part in line.rpartition("="))
        if not (sign and login and byline) or login in author_map:
            message = _("Line %(line)s of the map of authors is not a new “login = byline”. Correct it.")
            raise RefusedExport(message % {"line": number})
        author_map[login] = byline
    return author_map

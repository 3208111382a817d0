"""Renders a post as a BibTeX entry, after the manual of biblatex (entry type `online`)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

# What TeX takes for a command. A stray brace would end the entry, so it is escaped, too.
_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_NOT_IN_KEY = re.compile(r"[^\w.-]", re.ASCII)
_COMMAND = re.compile("|".join(re.escape(sign) for sign in _COMMANDS))


def escape_tex(text: str) -> str:
    """Escape `text` so that TeX prints it."""
    return _COMMAND.sub(lambda sign: _COMMANDS[sign[0]], text)


def render_bibtex(*, key: str, authors: Sequence[str], title: str, site: str, day: datetime.date, url: str) -> str:
    """Render the entry. Names are in braces, since we cannot know which part is the surname."""
    fields = {
        "author": " and ".join(f"{{{escape_tex(name)}}}" for name in authors),
        "title": f"{{{escape_tex(title)}}}",
        "organization": f"{{{escape_tex(site)}}}",
        "date": day.isoformat(),
        "url": url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{_NOT_IN_KEY.sub('', key)},", *lines, "}"])

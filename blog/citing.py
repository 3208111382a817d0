"""A post as a reference, for programs that keep them. Source: the manual of biblatex (entry type `online`)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

# What TeX takes for an order. A stray brace would end the entry, so it is spelt out too.
_ORDERS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "#$%&_"},
}
_NOT_IN_KEY = re.compile(r"[^\w.-]", re.ASCII)
_ORDER = re.compile("|".join(re.escape(sign) for sign in _ORDERS))


def plain(text: str) -> str:
    """`text` as TeX prints it."""
    return _ORDER.sub(lambda order: _ORDERS[order[0]], text)


def bibtex(*, key: str, authors: Sequence[str], title: str, site: str, day: datetime.date, url: str) -> str:
    """The entry. Names stand in braces, whole: what is a surname is not ours to guess."""
    fields = {
        "author": " and ".join(f"{{{plain(name)}}}" for name in authors),
        "title": f"{{{plain(title)}}}",
        "organization": f"{{{plain(site)}}}",
        "date": day.isoformat(),
        "url": url,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{{_NOT_IN_KEY.sub('', key)},", *lines, "}"])

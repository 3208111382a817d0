"""Links to a comment on the blog that it moved in from, such as `#comment-ID`, lead to it here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from comments.threads.layout import ThreadItem

# How Isso, Remark42 and Blogger begin the fragments of comments; WordPress's are made of the number (`comment-12`).
# What follows is what scripts ask for (static/js/reader.js).
PREFIXES = ("isso-", "remark42__comment-", "c")
OLD_ANCHOR = re.compile(rf"(?:{'|'.join(PREFIXES)})[0-9a-f][0-9a-f-]{{0,39}}", re.ASCII)


def clean_anchor(text: str) -> str | None:
    """A fragment of these systems as it may stand in a page; None for anything else."""
    return text if OLD_ANCHOR.fullmatch(text) else None


def possible_anchors(name: str) -> list[str]:
    """The fragments that end in this name."""
    return [f"{prefix}{name}" for prefix in PREFIXES]


def add_old_anchors(items: Sequence[ThreadItem]) -> None:
    """Let what moved in be found by the number that it had, unless a comment on the same page has that number here.

    Rows have `pk old_number old_anchor`. Numbers are drawn so that this does not happen (models/old_numbers.py), but a
    comment from before the import may have been moved among those that came with it.
    """
    taken = {item.comment.pk for item in items}
    for item in items:
        number = item.comment.old_number
        if item.comment.old_anchor:
            item.old_anchor = item.comment.old_anchor
        elif number is not None and number not in taken:
            item.old_anchor = f"comment-{number}"
            taken.add(number)

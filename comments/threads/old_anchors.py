"""Links to `#comment-ID` of the blog that a conversation moved in from lead to the comment that had this number."""

from __future__ import annotations

from collections.abc import Sequence

from comments.threads.layout import ThreadItem


def add_old_anchors(items: Sequence[ThreadItem]) -> None:
    """Let what moved in be found by the number that it had, unless a comment on the same page has that number here.

    Rows have `pk old_number`. Numbers are drawn so that this does not happen (models/old_numbers.py), but a comment
    from before the import may have been moved among those that came with it.
    """
    taken = {item.comment.pk for item in items}
    for item in items:
        number = item.comment.old_number
        if number is not None and number not in taken:
            item.old_anchor = f"comment-{number}"
            taken.add(number)

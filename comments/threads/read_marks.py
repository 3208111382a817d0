"""What a reader has read, in the text of one cookie: since when comments are new, and how long a visit lasts.

Knows no model. Whatever is damaged is left out, nothing is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.http import base36_to_int, int_to_base36

# Beginning as the others of ours do: whoever carries it gets pages of their own (blog/page_cache.py).
READ_COOKIE = "registan_read"
# Browsers keep a cookie for 400 days at most, whatever we say.
READ_COOKIE_AGE = 400 * 24 * 60 * 60
# Some 1.3 kB at most: the posts read last, and their own latest comments.
MAX_POSTS, MAX_OWN = 60, 20
# Longer than any cookie of ours: what is not ours need not be read to its end.
MAX_COOKIE_LENGTH = 3_000
# A visit goes on for so many seconds after it began: within it, what was new stays new on every page.
VISIT_SECONDS = 60 * 60


@dataclass(slots=True)
class ReadMarks:
    """`posts`: by post, since when comments are new and when this visit began (Unix seconds); the last read last."""

    posts: dict[int, tuple[int, int]] = field(default_factory=dict)
    own_ids: list[int] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str) -> ReadMarks:
        """Out of `POST-SINCE-BEGUN.POST-SINCE-BEGUN~OWN.OWN`, all numbers in base 36."""
        posts, _, own = text[:MAX_COOKIE_LENGTH].partition("~")
        marks = cls()
        for part in posts.split("."):
            numbers = [parse_base36(word) for word in part.split("-")]
            if len(numbers) == 3 and None not in numbers:
                post, since, begun = (number or 0 for number in numbers)
                marks.posts[post] = (since, begun)
        marks.own_ids = [number for word in own.split(".") if (number := parse_base36(word)) is not None]
        return marks

    def __str__(self) -> str:
        posts = list(self.posts.items())[-MAX_POSTS:]
        read = ("-".join(map(int_to_base36, (post, *times))) for post, times in posts)
        return f"{'.'.join(read)}~{'.'.join(map(int_to_base36, self.own_ids[-MAX_OWN:]))}"

    def visit(self, post: int, *, now: int) -> int | None:
        """Note that `post` is read `now`; returns since when its comments are new to them, None on a first visit."""
        since, begun = (min(moment, now) for moment in self.posts.pop(post, (now, now)))
        if now - begun >= VISIT_SECONDS:
            since, begun = begun, now
        self.posts[post] = (since, begun)
        return since if since < now else None

    def add_own(self, comment: int) -> None:
        """Note that this reader wrote it: it will not be new to them."""
        self.own_ids = [own_id for own_id in self.own_ids if own_id != comment] + [comment]


def parse_base36(word: str) -> int | None:
    """A number as we write them, at most twelve digits long; None for any other word."""
    if not word.isalnum() or not word.isascii() or len(word) > 12:
        return None
    return base36_to_int(word)

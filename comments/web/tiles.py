"""A commenter's tile: the mark beside their name, a frame and a shape in two colours, chosen by a keyed hash."""

from __future__ import annotations

import functools
import hmac
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString

COLOURS, GROUNDS, SHAPES, FRAMES, TURNS = 8, 8, 16, 4, 2
# In a thread of 20 people fewer than one in 40 has two with the same.
KINDS = COLOURS * GROUNDS * SHAPES * FRAMES * TURNS


class Tile(NamedTuple):
    """What to draw (templates/comments/_tiles.html), and how (static/css/site/tile.css)."""

    shape: int
    frame: int  # 0: none
    is_turned: bool  # the shape stands on its corner
    colour: int
    ground: int

    @classmethod
    def from_number(cls, number: int) -> Tile:
        """The tile with that number, 0 to KINDS - 1. Every number has another tile."""
        number, shape = divmod(number, SHAPES)
        number, frame = divmod(number, FRAMES)
        number, turn = divmod(number, TURNS)
        ground, colour = divmod(number, COLOURS)
        return cls(shape, frame, bool(turn), colour, ground)

    @property
    def classes(self) -> str:
        """The classes of its `<svg>` beside `tile`."""
        return f"tile--c{self.colour} tile--g{self.ground}{' tile--turned' if self.is_turned else ''}"


@functools.lru_cache(maxsize=KINDS)
def tile_values(number: int) -> dict[str, SafeString]:
    """What templates/comments/_tile.html shows of the tile with that number."""
    tile = Tile.from_number(number)
    values = {"tile_classes": tile.classes, "tile_frame": str(tile.frame or ""), "tile_shape": str(tile.shape)}
    return {name: SafeString(value) for name, value in values.items()}


def tile_number(fields: dict[str, Any]) -> int:
    """The number of a tile, the same for the same person on this site."""
    author = fields.get("author")
    who = f"author {author.pk}" if author else fields.get("email", "").casefold() or fields["name"].casefold()
    return hash_to_tile(who)


def hash_to_tile(who: str) -> int:
    """The number for this person, whom nobody can guess from it without the site's key."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"tile\0" + who.encode(), "sha256")
    return int.from_bytes(digest[:4]) % KINDS

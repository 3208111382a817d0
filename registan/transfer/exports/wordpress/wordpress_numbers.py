"""Numbers by which an export of WordPress names what it has: all items share one sequence, and all terms another.

The same row has the same number in every export, so that a second import knows it again.
"""

from __future__ import annotations

from django.db.models import Model

# Kinds of rows that are items.
KINDS = ("post", "page", "image", "mediafile", "menulink")
# The terms of the two menus; tags come after them.
MENU_TERMS = {"menu": 1, "footer": 2}


def item_number(row: Model) -> int:
    return int(row.pk) * len(KINDS) + KINDS.index(str(row._meta.model_name))


def tag_number(pk: int) -> int:
    return pk + len(MENU_TERMS)

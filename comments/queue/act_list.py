"""The record of what moderators did to a conversation or to a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from blog.text.display_names import display_name
from comments.models import Act
from comments.queue.act_messages import ACT_PREFIX, describe_act

# The newest on a page: nobody looks further back in anger.
MAX_LISTED_ACTS = 50


@dataclass(frozen=True)
class ActRow:
    """One act in words; `undo` is what its button sends, "" where it has none."""

    words: str
    by: str
    at: datetime
    is_undo: bool
    is_undone: bool
    undo: str


def list_acts(**where: int) -> list[ActRow]:
    """The newest acts on this post (`post_id`) or reader (`reader_id`), the newest first; one query."""
    acts = Act.objects.filter(**where).select_related("by", "undone_by").order_by("-pk")[:MAX_LISTED_ACTS]
    return [build_act_row(act) for act in acts]


def build_act_row(act: Act) -> ActRow:
    is_undone = hasattr(act, "undone_by")
    can_undo = not is_undone and act.undoes_id is None
    undo = f"undo:{ACT_PREFIX}{act.pk}" if can_undo else ""
    return ActRow(describe_act(act), display_name(act.by), act.at, act.undoes_id is not None, is_undone, undo)

"""The record of what moderators did to a conversation, a reader or a comment."""

from __future__ import annotations

from dataclasses import dataclass

from blog.text.display_names import display_name
from comments.models import Act
from comments.models.comment_queryset import PAGE_COLUMNS, POST_COLUMNS
from comments.queue.act_messages import ACT_PREFIX, describe_act, find_titles

# The newest on a page: nobody looks further back in anger.
MAX_LISTED_ACTS = 50
# Columns of what an act was about, to name it and to lead to it.
ABOUT_COLUMNS = (
    *(f"conversation__{name}" for name in (*POST_COLUMNS, *PAGE_COLUMNS)),
    *("reader__email", "comment__name", "undone_by__kind"),
    *(f"by__{name}" for name in ("username", "first_name", "last_name")),
)


@dataclass(frozen=True)
class ActRow:
    """One act in words; `undo` is what its button sends, "" where it has none."""

    act: Act
    words: str
    by: str
    is_undone: bool
    undo: str


def list_acts(**where: int) -> list[ActRow]:
    """The newest acts that match, such as those in a conversation (`conversation_id`) or on a reader (`reader_id`).

    One query, and one for the titles of that to which comments were moved.
    """
    related = ("by", "undone_by", "conversation__post", "conversation__page", "reader", "comment")
    acts = Act.objects.filter(**where).select_related(*related).order_by("-pk")
    columns = (field.name for field in Act._meta.concrete_fields)
    rows = list(acts.only(*columns, *ABOUT_COLUMNS)[:MAX_LISTED_ACTS])
    moved = {row.after["post"] for row in rows if row.kind == Act.Kind.MOVE}
    titles = find_titles(moved) if moved else {}
    return [build_act_row(act, titles) for act in rows]


def build_act_row(act: Act, titles: dict[int, str]) -> ActRow:
    is_undone = hasattr(act, "undone_by")
    can_undo = not is_undone and act.undoes_id is None
    undo = f"undo:{ACT_PREFIX}{act.pk}" if can_undo else ""
    return ActRow(act, describe_act(act, titles), display_name(act.by), is_undone, undo)

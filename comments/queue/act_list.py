"""The record of what moderators did to a conversation, a reader or a comment."""

from __future__ import annotations

from dataclasses import dataclass

from blog.models import Post
from blog.text.display_names import display_name
from comments.models import Act
from comments.queue.act_messages import ACT_PREFIX, describe_act

# The newest on a page: nobody looks further back in anger.
MAX_LISTED_ACTS = 50
# Columns of what an act was about, to name it and to lead to it.
ABOUT_COLUMNS = (
    *(f"post__{name}" for name in ("title", "slug", "status", "published_at", "published_on")),
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
    """The newest acts that match, such as those on a post (`post_id`) or a reader (`reader_id`), the newest first.

    One query, and one for the titles of the posts to which comments were moved.
    """
    acts = Act.objects.filter(**where).select_related("by", "undone_by", "post", "reader", "comment").order_by("-pk")
    columns = (field.name for field in Act._meta.concrete_fields)
    rows = list(acts.only(*columns, *ABOUT_COLUMNS)[:MAX_LISTED_ACTS])
    moved = {row.after["post"] for row in rows if row.kind == Act.Kind.MOVE}
    titles = dict(Post.everything.filter(pk__in=moved).values_list("pk", "title")) if moved else {}
    return [build_act_row(act, titles) for act in rows]


def build_act_row(act: Act, titles: dict[int, str]) -> ActRow:
    is_undone = hasattr(act, "undone_by")
    can_undo = not is_undone and act.undoes_id is None
    undo = f"undo:{ACT_PREFIX}{act.pk}" if can_undo else ""
    return ActRow(act, describe_act(act, titles), display_name(act.by), is_undone, undo)

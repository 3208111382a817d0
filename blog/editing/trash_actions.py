"""The trash at work: moving something there, bringing it back as it was, deleting it for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from blog.editing.duplicates import undo_merge
from blog.fulltext import index
from blog.models import Clock, Image, ImageUse, Page, Post, Source, Tag, TrashEntry
from blog.models.fields import column_of
from blog.models.illustrated import rerender_texts
from blog.models.post_counted import PostCounted

type Row = Post | Page | Tag | Image | Source
# Deleted for good by one round of the worker: each in a transaction of its own.
MAX_EXPIRED = 20


@transaction.atomic
def move_to_trash(row: Row, *, by: User | None) -> TrashEntry:
    """Move a row to the trash: readers and lists no longer find it. Raises DoesNotExist if it is there already.

    A post becomes invisible as a draft is, and its comments with it. A tag leaves its posts. A picture leaves the
    texts, but its file stays.
    """
    memo = row.trash(by=by) if isinstance(row, Post) else hide_row(row)
    return TrashEntry.objects.create(**{column_of(row): row}, trashed_by=by, memo=memo)


def hide_row(row: Page | Tag | Image | Source) -> dict[str, Any]:
    """Mark a row as being in the trash; what `show_row` needs to know."""
    memo: dict[str, Any] = {}
    if isinstance(row, Image):
        row.lock()  # with the pictures beside it, before their texts
        memo["covers"] = list(row.covered_posts.model.everything.filter(cover=row).values_list("pk", flat=True))
    mark_row(row, is_trashed=True)
    if isinstance(row, Page):
        row.update_search_index()
    if isinstance(row, Image):
        Post.everything.filter(pk__in=memo["covers"]).update(cover=None, cover_html="")
        rerender_texts(row)
    Clock.move_site()
    return memo


def mark_row(row: Any, *, is_trashed: bool) -> None:
    """Set the mark, under the lock of the row. Raises DoesNotExist if it was set already, or the row deleted."""
    rows = type(row).everything.filter(is_trashed=not is_trashed)
    rows.select_for_update(no_key=True).only("pk").get(pk=row.pk)
    type(row).everything.filter(pk=row.pk).update(is_trashed=is_trashed)
    row.is_trashed = is_trashed


@transaction.atomic
def restore_entry(entry_pk: int, *, by: User | None) -> tuple[Row, list[str]]:
    """Bring back what is in the trash; the row, and sentences about what could not be put back.

    Raises TrashEntry.DoesNotExist if it is no longer there, and NotUndoable (blog/editing/duplicates.py).
    """
    entry = TrashEntry.objects.select_for_update().get(pk=entry_pk)
    row, memo, sentences = entry.row, entry.memo, list[str]()
    if isinstance(row, Post):
        row.untrash(memo, by=by)
        if row.status != memo["status"]:
            sentences = [_("“%s” was to appear meanwhile. It is a draft now: publish it when you like.") % row]
    elif "into" in memo and isinstance(row, Tag | Source):
        sentences = undo_merge(row, memo)
    else:
        mark_row(row, is_trashed=False)
        show_row(row, memo)
    entry.delete()
    return row, sentences


def show_row(row: Page | Tag | Image | Source, memo: dict[str, Any]) -> None:
    """Put a row, which is no longer marked, back to where it was seen."""
    if isinstance(row, Page):
        row.update_search_index()
    if isinstance(row, Tag):
        index_tag(row)
        PostCounted.recount([row])
    if isinstance(row, Image):
        restore_picture(row, memo.get("covers", []))
    Clock.move_site()


def index_tag(tag: Tag) -> None:
    """Index its posts under the tag again: those indexed while it was in the trash are not."""
    posts = Post.tags.through.objects.filter(tag=tag).values("post")
    for kind in Post.SEARCH_KINDS:
        index.put_tag(kind, posts, tag.pk)


def restore_picture(image: Image, covered: list[int]) -> None:
    """Show a picture again in the texts, and as the cover of the posts that have chosen no other meanwhile."""
    image.lock()
    posts = Post.everything.filter(pk__in=covered, cover=None).order_by("pk")
    ids = list(posts.select_for_update(no_key=True).values_list("pk", flat=True))
    Post.everything.filter(pk__in=ids).update(cover=image)
    ImageUse.objects.bulk_create((ImageUse(image=image, post_id=pk) for pk in ids), ignore_conflicts=True)
    rerender_texts(image)


@transaction.atomic
def delete_for_good(entry: TrashEntry) -> None:
    """Delete what is in the trash, with all that belongs to it. Raises ProtectedError for a post with comments."""
    delete: Callable[[], Any] = entry.row.delete
    delete()


def delete_expired() -> int:
    """Delete for good, as whoever presses the button would, what has been in the trash for its time; how many."""
    entries = list(TrashEntry.objects.expired().with_rows()[:MAX_EXPIRED])
    for entry in entries:
        delete_for_good(entry)
    return len(entries)

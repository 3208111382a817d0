"""Merges rows that mean the same: whatever led to one of them leads to the one that stays."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, ForeignKey, ForeignObjectRel, Model, OuterRef, UniqueConstraint
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.fulltext import index
from blog.models import Clock, Post, Redirect, Source, Tag, TrashEntry
from blog.models.fields import column_of
from blog.models.post_counted import BATCH_SIZE, PostCounted


class NotUndoable(Exception):
    """A merge cannot be undone now; the message says why, and what to do first."""


@transaction.atomic
def merge_duplicates(into: Tag | Source, others: Iterable[Tag | Source], *, by: User | None = None) -> list[TrashEntry]:
    """Merge `others` into `into`, with their posts, followers and addresses.

    They are moved to the trash, each with what was moved. Raises DoesNotExist if one of them was deleted.
    """
    model = type(into)
    merged = {row.pk: row for row in others if row.pk != into.pk}
    lock_posts(merged.values())
    rows = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=[into.pk, *merged]).order_by("pk")}
    if len(rows) <= len(merged):
        raise model.DoesNotExist("One of these was deleted.")
    if model is Tag:
        for pk in sorted(merged):
            replace_in_index(posts_with(pk), pk, into.pk)
    entries = [absorb_row(rows[into.pk], rows[pk], by=by) for pk in sorted(merged)]
    PostCounted.recount([into])
    Clock.move_site()
    return entries


def lock_posts(rows: Collection[Tag | Source]) -> None:
    """Lock the posts of these rows before the rows themselves, in the order in which saving a post locks them."""
    ids = {pk for row in rows for pk in row.posts.values_list("pk", flat=True)}
    list(Post.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def posts_with(tag: int) -> Any:
    """The ids of the posts with this tag, as a subquery."""
    return Post.tags.through.objects.filter(tag=tag).values("post")


def replace_in_index(posts: Any, old: int, new: int) -> None:
    """Index these posts under the tag `new` instead of `old`; `posts` is a subquery."""
    for kind in Post.SEARCH_KINDS:
        index.replace_tag(kind, posts, old, new)


def absorb_row(into: Tag | Source, row: Tag | Source, *, by: User | None) -> TrashEntry:
    """Let whatever points to `row`, in any app, point to `into`; then move it to the trash, and leave a redirect.

    What would repeat a row that `into` has already goes on pointing to `row`.
    """
    moved = {
        f"{column.model._meta.label}.{column.name}": move_rows(column, row, into)
        for column in foreign_keys_to(type(row))
    }
    type(row).everything.filter(pk=row.pk).update(is_trashed=True)  # the clock moves once, at the end
    Redirect.objects.set_redirect(row.get_absolute_url(), to=into)
    memo = {"into": into.pk, "name": str(into), "moved": {label: ids for label, ids in moved.items() if ids}}
    return TrashEntry.objects.create(**{column_of(row): row}, trashed_by=by, memo=memo)


def undo_merge(row: Tag | Source, memo: dict[str, Any]) -> list[str]:
    """Bring back a merged row, with what was moved and has not changed since; what could not be put back, in words.

    Raises NotUndoable when what it was merged into is not there any more.
    """
    model = type(row)
    into = find_merged_into(model, memo["into"])
    lock_posts([into])
    list(model.everything.select_for_update().filter(pk__in=[into.pk, row.pk]).order_by("pk").values_list("pk"))
    model.everything.filter(pk=row.pk).update(is_trashed=False)
    row.is_trashed = False
    Redirect.objects.filter(path=row.get_absolute_url()).delete()
    for column in foreign_keys_to(model):
        drop_leftovers(column, row, into)
    lost = sum(return_rows(label, ids, into, row) for label, ids in memo["moved"].items())
    if isinstance(row, Tag):
        replace_in_index(posts_with(row.pk).exclude(post__in=posts_with(into.pk)), into.pk, row.pk)
        for kind in Post.SEARCH_KINDS:  # posts that had both
            index.put_tag(kind, posts_with(row.pk), row.pk)
    PostCounted.recount([into, row])
    Clock.move_site()
    sentence = ngettext(
        "%(count)d link to “%(row)s” has changed since the merge and stays as it is.",
        "%(count)d links to “%(row)s” have changed since the merge and stay as they are.",
        lost,
    )
    return [sentence % {"count": lost, "row": row}] if lost else []


def find_merged_into(model: type[Tag | Source], pk: int) -> Tag | Source:
    """What a row was merged into. Raises NotUndoable."""
    into: Tag | Source | None = model.everything.filter(pk=pk).first()
    if into is None:
        raise NotUndoable(_("What it was merged into has been deleted for good, with all that led to it."))
    if into.is_trashed:
        raise NotUndoable(_("It was merged into “%s”, which is in the trash itself. Restore that first.") % into)
    return into


def return_rows(label: str, ids: list[int], into: Tag | Source, row: Tag | Source) -> int:
    """Let rows that were moved from `row` to `into` point to it again; how many are gone or point elsewhere by now."""
    model_label, name = label.rsplit(".", 1)
    everything = apps.get_model(model_label)._base_manager
    returned = 0
    for batch in itertools.batched(ids, BATCH_SIZE):
        returned += everything.filter(pk__in=batch, **{name: into}).update(**{name: row})
    return len(ids) - returned


def drop_leftovers(column: ForeignKey[Any, Any], row: Model, into: Model) -> None:
    """Delete what repeated a row of `into` that is gone since: a tag taken off a post, a subscription that was ended.

    Call it before anything is returned to `row`.
    """
    everything = column.model._base_manager
    for names in fields_unique_with(column):
        same = everything.filter(**{column.name: into}, **{name: OuterRef(name) for name in names})
        everything.filter(~Exists(same), **{column.name: row}).delete()


def foreign_keys_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Every foreign key to `model`, those of many-to-many tables included, but that of the trash."""
    for relation in model._meta.get_fields(include_hidden=True):
        column = relation.field if isinstance(relation, ForeignObjectRel) else None
        if isinstance(column, ForeignKey) and column.model is not TrashEntry:
            yield column


def move_rows(column: ForeignKey[Any, Any], old: Model, new: Model) -> list[int]:
    """Let rows with `old` in `column` have `new`, unless they would repeat one that `new` has; their ids."""
    everything = column.model._base_manager
    rows = everything.filter(**{column.name: old})
    for names in fields_unique_with(column):
        same = everything.filter(**{column.name: new}, **{name: OuterRef(name) for name in names})
        rows = rows.filter(~Exists(same))
    ids = list(rows.values_list("pk", flat=True))
    rows.update(**{column.attname: new.pk})
    return ids


def fields_unique_with(column: ForeignKey[Any, Any]) -> Iterator[set[str]]:
    """For each rule that makes rows unique by `column`: the other columns that it names."""
    options = column.model._meta
    rules = [constraint.fields for constraint in options.constraints if isinstance(constraint, UniqueConstraint)]
    for names in [*rules, *options.unique_together, *([[column.name]] if column.unique else [])]:
        if column.name in names:
            yield set(names) - {column.name}

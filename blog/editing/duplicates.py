"""Merges rows that mean the same: whatever led to one of them leads to the one that stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, ForeignKey, ForeignObjectRel, Model, OuterRef, UniqueConstraint

from blog.fulltext import index
from blog.models import Clock, Post, Redirect, Source, Tag
from blog.models.post_counted import PostCounted


@transaction.atomic
def merge_duplicates(into: Tag | Source, others: Iterable[Tag | Source]) -> None:
    """Merge `others` into `into`, with their posts, followers and addresses.

    Raises DoesNotExist if one of them was deleted.
    """
    model = type(into)
    merged = {row.pk: row for row in others if row.pk != into.pk}
    lock_posts(merged.values())
    rows = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=[into.pk, *merged]).order_by("pk")}
    if len(rows) <= len(merged):
        raise model.DoesNotExist("One of these was deleted.")
    if model is Tag:
        replace_in_index(sorted(merged), into.pk)
    for pk in sorted(merged):
        absorb_row(rows[into.pk], rows[pk])
    PostCounted.recount([into])
    Clock.move_site()


def lock_posts(rows: Collection[Tag | Source]) -> None:
    """Lock the posts of these rows before the rows themselves, in the order in which saving a post locks them."""
    ids = {pk for row in rows for pk in row.posts.values_list("pk", flat=True)}
    list(Post.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def replace_in_index(tags: Iterable[int], new: int) -> None:
    """Index the posts that have one of these tags under the tag `new`, while they still have the old one."""
    for pk in tags:
        posts = Post.tags.through.objects.filter(tag=pk).values("post")
        for kind in Post.SEARCH_KINDS:
            index.replace_tag(kind, posts, pk, new)


def absorb_row(into: Tag | Source, row: Tag | Source) -> None:
    """Let whatever points to `row`, in any app, point to `into`; then delete it, and leave a redirect."""
    address = row.get_absolute_url()
    for column in foreign_keys_to(type(row)):
        repoint_foreign_key(column, row, into)
    type(row).objects.filter(pk=row.pk).delete()  # past Redirectable.delete: the clock moves once, at the end
    Redirect.objects.set_redirect(address, to=into)


def foreign_keys_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Every foreign key to `model`, those of many-to-many tables included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and isinstance(relation.field, ForeignKey):
            yield relation.field


def repoint_foreign_key(column: ForeignKey[Any, Any], old: Model, new: Model) -> None:
    """Let rows with `old` in `column` have `new`; delete those that would repeat a row that `new` has already."""
    everything = column.model._base_manager
    rows = everything.filter(**{column.name: old})
    for names in fields_unique_with(column):
        same = everything.filter(**{column.name: new}, **{name: OuterRef(name) for name in names})
        rows.filter(Exists(same)).delete()
    rows.update(**{column.attname: new.pk})


def fields_unique_with(column: ForeignKey[Any, Any]) -> Iterator[set[str]]:
    """For each rule that makes rows unique by `column`: the other columns that it names."""
    options = column.model._meta
    rules = [constraint.fields for constraint in options.constraints if isinstance(constraint, UniqueConstraint)]
    for names in [*rules, *options.unique_together, *([[column.name]] if column.unique else [])]:
        if column.name in names:
            yield set(names) - {column.name}

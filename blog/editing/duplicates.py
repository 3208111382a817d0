"""Several rows that mean the same become one: whatever led to any of them leads to the one that stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Exists, ForeignKey, Model, OuterRef, UniqueConstraint

from blog.fulltext import index
from blog.models import Post
from blog.models.clock import Clock
from blog.models.post_counted import PostCounted
from blog.models.redirect import Redirect
from blog.models.source import Source
from blog.models.tag import Tag


@transaction.atomic
def merge_duplicates(into: Tag | Source, others: Iterable[Tag | Source]) -> None:
    """Merge `others` into `into`, with their posts, followers and addresses. DoesNotExist: one of them is gone."""
    model = type(into)
    gone = {one.pk for one in others} - {into.pk}
    if model is Tag:
        for pk in sorted(gone):  # entries are locked before the rows that count posts, as in Post.save
            index.replace_tag(Post.SEARCH_KIND, Post.tags.through.objects.filter(tag=pk).values("post"), pk, into.pk)
    rows = {row.pk: row for row in model.objects.select_for_update().filter(pk__in=[into.pk, *gone]).order_by("pk")}
    if len(rows) <= len(gone):
        raise model.DoesNotExist("One of these is not here any more.")
    for pk in sorted(gone):
        absorb_row(rows[into.pk], rows[pk])
    PostCounted.recount([into])
    Clock.move_site()


def absorb_row(into: Model, one: Model) -> None:
    """Let all that points to `one` point to `into`, by whatever app, and delete it."""
    address = one.get_absolute_url()
    for column in foreign_keys_to(type(one)):
        repoint_foreign_key(column, one, into)
    one.delete()
    Redirect.objects.set_redirect(address, to=into)


def foreign_keys_to(model: type[Model]) -> Iterator[ForeignKey]:
    """Every foreign key to `model`, those of tables between two models included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.field


def repoint_foreign_key(column: ForeignKey, old: Model, new: Model) -> None:
    """Move the rows with `old` in `column` to `new`, but for those that `new` has already."""
    everything = column.model._base_manager
    rows = everything.filter(**{column.name: old})
    for beside in fields_unique_with(column):
        same = everything.filter(**{column.name: new}, **{name: OuterRef(name) for name in beside})
        rows.filter(Exists(same)).delete()
    rows.update(**{column.attname: new.pk})


def fields_unique_with(column: ForeignKey) -> Iterator[set[str]]:
    """For each rule that makes rows unique by `column`: the other columns that it names."""
    options = column.model._meta
    rules = [constraint.fields for constraint in options.constraints if isinstance(constraint, UniqueConstraint)]
    for names in [*rules, *options.unique_together, *([[column.name]] if column.unique else [])]:
        if column.name in names:
            yield set(names) - {column.name}

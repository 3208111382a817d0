"""manage.py rerender: makes the HTML of posts, pages and profiles anew from what was typed, notes whom posts quote."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction

from blog.markup.renderer import TooCostly
from blog.models import Author, Clock, Page, Post
from blog.models.fields import derived_fields, recompute_fields, rendered_fields

# Rows rendered before they are written: no writer waits longer than for so many updates.
BATCH_SIZE = 200


class Command(BaseCommand):
    help = "Make the HTML of every post, page and profile anew, after Registan has learned to make it better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="go on after the post of this number")

    def handle(self, *args: Any, after: int, **options: Any) -> None:
        """Times, history and addresses stay as they are. May be stopped and begun again at any point."""
        changed = 0
        for last, number in self.batches(Post, after):
            changed += number
            self.stdout.write(f"Posts up to {last}: {changed} made anew.")
        for model in (Page, Author):
            changed += sum(number for _last, number in self.batches(model, 0))
        # Also when nothing was left to do: an earlier run may have been stopped before it came to this.
        with transaction.atomic():
            Clock.move_site()
        self.stdout.write(f"Done: {changed} texts have new HTML.")

    def batches(self, model: type[models.Model], after: int) -> Iterator[tuple[int, int]]:
        """(the last number, how many changed) of each batch of rows, in order of their numbers."""
        while rows := list(model.objects.filter(pk__gt=after).order_by("pk")[:BATCH_SIZE]):
            after = rows[-1].pk
            changed = self.store(model, rows)
            if model is Post:
                Post.objects.filter(pk__in=[row.pk for row in rows]).resync_quotations()
            yield after, changed

    def store(self, model: type[models.Model], rows: list[models.Model]) -> int:
        """Render these, then write what differs: of each row only, and if nobody has written it meanwhile, neither its
        author nor a worker that has finished one of its pictures."""
        was = {row.pk: text_columns(row) for row in rows}
        made = [(row.pk, new) for row in rows if (new := self.rendered(row))]
        with transaction.atomic():
            return sum(model.objects.filter(pk=pk, **was[pk]).update(**new) for pk, new in made)

    def rendered(self, row: models.Model) -> dict[str, str]:
        """The derived columns of `row` that come out differently now; none when its text is refused."""
        try:
            return recompute_fields(row)
        except TooCostly as refused:
            self.stderr.write(f"{row._meta.verbose_name} {row.pk} stays as it is: {refused}")
            return {}


def text_columns(row: models.Model) -> dict[str, str]:
    """What people typed in `row`, and what was made of it."""
    names = [*(column.source for column in rendered_fields(row)), *(column.attname for column in derived_fields(row))]
    return {name: getattr(row, name) for name in names}

"""manage.py rerender: renders all stored HTML again, and finds again what posts and pages quote and link."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model

from blog.cards.card_html import card_addresses
from blog.markup.limits import TooCostly
from blog.models import Clock, LinkCard, Page, Post
from blog.models.fields import recompute_and_store, rendered_fields
from blog.models.illustrated import lock_images

# Rows read at once.
BATCH_SIZE = 200


def rows_of(model: type[Model]) -> Any:
    """All of them, with those in the trash, which come back as they are stored."""
    return model._base_manager


def other_models() -> list[type[Model]]:
    """The models of every app that store HTML, besides posts."""
    return [model for model in apps.get_models() if model is not Post and rendered_fields(model)]


class Command(BaseCommand):
    help = "Render the HTML of posts, pages, profiles and comments again, after an upgrade that renders it differently."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="go on after the post with this number")

    def handle(self, *args: Any, after: int, **options: Any) -> None:
        """Leaves times, history and addresses as they are. May be stopped and started again at any point."""
        changed = 0
        for last, count in self.rerender_batches(Post, after):
            changed += count
            self.stdout.write(f"Posts up to {last}: {changed} changed.")
        for model in other_models():
            changed += sum(count for _last, count in self.rerender_batches(model))
        # Also when nothing has changed: an earlier run may have been stopped before it came to this.
        with transaction.atomic():
            Clock.move_site()
        self.stdout.write(f"Done: {changed} texts have new HTML.")

    def rerender_batches(self, model: type[Model], after: int = 0) -> Iterator[tuple[int, int]]:
        """Yield the last id and the number of changed rows of each batch, in the order of the ids."""
        while rows := list(rows_of(model).filter(pk__gt=after).order_by("pk")[:BATCH_SIZE]):
            after = rows[-1].pk
            changed = sum(map(self.rerender, rows))
            for row in rows:
                if isinstance(row, Post | Page) and card_addresses(row.body_html):
                    self.keep_cards(row)
            if model is Post:
                Post.objects.filter(pk__in=[row.pk for row in rows]).resync_quotations()
            yield after, changed

    def rerender(self, row: Model) -> bool:
        try:
            return recompute_and_store(row)
        except TooCostly as refusal:
            self.stderr.write(f"{row._meta.verbose_name} {row.pk} is left as it is: {refusal}")
            return False

    @transaction.atomic
    def keep_cards(self, row: Post | Page) -> None:
        """Record the cards of a text, which is read again under its lock."""
        lock_images(row.body)
        texts: Any = type(row).objects
        if text := texts.select_for_update(no_key=True).filter(pk=row.pk).first():
            LinkCard.objects.keep(text, None)

"""What our own exports say of a post or page beside WordPress's fields, checked like any other input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from blog.markup.limits import TooCostly
from blog.models import Correction, Page, Post, Series
from blog.models.series import MAX_PART
from blog.text.validators import to_single_line
from registan.transfer.records.export_records import Item
from registan.transfer.records.own_fields import OwnFields, own_moment, own_number, own_text

# Columns that are taken as they are, if the column allows it.
POST_COLUMNS = (
    "summary", "epigraph", "epigraph_source", "language", "visibility", "conversation", "seo_title", "canonical_url",
)  # fmt: skip
PAGE_COLUMNS = ("conversation",)
MAX_CORRECTIONS = 1_000


def own_columns(item: Item, model: type[Post] | type[Page]) -> dict[str, Any]:
    """The values of columns by name; none of what is missing or could not be stored."""
    own = item.own
    names = POST_COLUMNS if model is Post else PAGE_COLUMNS
    columns = {name: own[name] for name in names if isinstance(own.get(name), str)}
    if "slow_minutes" in own:
        columns["slow_minutes"] = own_number(own, "slow_minutes")
    if closes_at := own_moment(own, "closes_at"):
        columns["closes_at"] = closes_at
    if isinstance(own.get("is_noindex"), bool):
        columns["is_noindex"] = own["is_noindex"]
    return {name: value for name, value in columns.items() if can_store(model, name, value)}


def can_store(model: type[models.Model], name: str, value: Any) -> bool:
    """Does the column's own check take this value?"""
    field = cast("models.Field[Any, Any]", model._meta.get_field(name))
    try:
        field.clean(value, None)
    except ValidationError:
        return False
    return value is not None


def own_uid(item: Item) -> UUID | None:
    """Its permanent id in feeds, unless another post here has it."""
    if not item.own:
        return None
    with suppress(ValueError):
        uid = UUID(item.guid)
        return None if Post.everything.filter(uid=uid).exists() else uid
    return None


def set_password_hash(post: Post, own: OwnFields) -> None:
    """Whoever had the password reads the post here, too."""
    stored = own_text(own, "password_hash")
    if post.is_protected and stored and can_store(Post, "password_hash", stored):
        post.password_hash = stored


def set_series(post: Post, own: OwnFields) -> None:
    """Put the post into its series, which is created if it is new here; with its part, or the next one if that is
    taken."""
    named = own.get("series")
    name = to_single_line(own_text(named, "name"))[:120] if isinstance(named, dict) else ""
    if not name or not isinstance(named, dict):
        return
    slug = own_text(named, "slug")
    series = Series.objects.filter(name=name).first()
    if series is None:
        is_free = can_store(Series, "slug", slug) and not Series.objects.filter(slug=slug).exists()
        series = Series.objects.create(name=name, slug=slug if is_free else Series.make_unique_slug(name))
    part = own_number(own, "part")
    post.series, post.part = series, part if part and 0 < part <= MAX_PART else None
    try:
        post.part = series.clean_part(post)
    except ValidationError:
        post.part = series.next_part()


def store_corrections(post: Post, own: OwnFields) -> None:
    """Store the notes on what was corrected, once the post is stored."""
    notes = list(_read_corrections(post, own))
    if notes:
        Correction.objects.bulk_create(notes)
        post.update_corrected_at()


def _read_corrections(post: Post, own: OwnFields) -> Iterator[Correction]:
    notes = own.get("corrections")
    for note in notes[:MAX_CORRECTIONS] if isinstance(notes, list) else ():
        at = own_moment(note, "at") if isinstance(note, dict) else None
        if at and can_store(Correction, "text", text := own_text(note, "text")):
            with suppress(TooCostly):
                yield Correction(post=post, text=text, corrected_at=at, edition=post.edition)

"""What readers find at an address of this site, without rendering it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.urls import Resolver404, resolve

from blog.models import Author, Page, Post, Series, Source, Tag
from blog.text.datetimes import date_or_min

# What names a row in an address, by the names of its parts.
ROWS: dict[str, Callable[[str], Any]] = {
    "page": lambda slug: Page.objects.filter(slug=slug),
    "tag": lambda slug: Tag.objects.filter(slug=slug),
    "author": lambda slug: Author.objects.filter(slug=slug),
    "series": lambda slug: Series.objects.filter(slug=slug),
    "source": lambda slug: Source.objects.filter(slug=slug),
}


def find_live(path: str) -> Model | bool:
    """The row whose page this path is, or lies below; True for what is about no row, False where nothing answers."""
    if "\0" in path:
        return False
    try:
        parts = resolve(path).kwargs
    except Resolver404:
        return False
    if "slug" in parts and "day" in parts:
        day = date_or_min(parts["year"], parts["month"], parts["day"])
        return Post.objects.with_page().filter(published_on=day, slug=parts["slug"]).first() or False
    for name, rows in ROWS.items():
        if name in parts:
            row: Model | None = rows(parts[name]).first()
            return row or False
    return True

"""Finds what an address names by its slug: the first thing that most pages ask the database."""

from __future__ import annotations

import functools
from typing import Any

from django.db.models import Model, SlugField
from django.http import Http404

from blog.models.composed_query import ComposedQuery, Parameter


def get_by_slug_or_404[M: Model](model: type[M], slug: str) -> M:
    """The row of `model` with this slug, among those that its default manager finds; Http404 without one."""
    row: M | None = query_by_slug(model).first(slug=slug)
    if row is None:
        raise Http404("Nothing is at this address.")
    return row


@functools.cache
def query_by_slug[M: Model](model: type[M]) -> ComposedQuery[M, M]:
    manager: Any = model._default_manager
    return ComposedQuery(lambda: manager.filter(slug=Parameter("slug", SlugField())))

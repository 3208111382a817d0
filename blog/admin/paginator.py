"""Pages of long lists: nothing is counted to the end."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from blog.editing.any_model import Paginator


class BoundedPaginator(Paginator):
    """Counts up to `max_counted`."""

    object_list: QuerySet[Any]
    # Nothing is counted beyond this, since counting a million rows takes a second. Filters and searches find the rest.
    max_counted = 10_000

    @cached_property
    def count(self) -> int:
        # In any order: then SQLite reads the shortest index, not the rows with their texts.
        return self.object_list.order_by()[: self.max_counted].count()

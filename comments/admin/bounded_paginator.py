"""Lists of a million rows, counted as far as anybody pages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.utils.functional import cached_property

# Beyond this a list is no longer counted (a million rows take a second); what is older is found by filter or search.
MAX_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than COUNTED."""

    @cached_property
    def count(self) -> int:
        return self.object_list[:MAX_COUNTED].count()

"""What several of our lists share."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin.base import StaffAdmin
from blog.editing.any_model import Paginator

# Nothing is counted beyond this, since counting a million rows takes a second. Filters and searches find the rest.
MAX_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts up to MAX_COUNTED."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list[:MAX_COUNTED].count()


class UndeletableAdmin(StaffAdmin):
    """Rows that decisions refer to: they are switched off, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def decision_log_link(words: object, **search: object) -> SafeString:
    """A link to the decisions that match `search`."""
    return format_html('<a href="{}">{}</a>', reverse("admin:comments_decision_changelist", query=search), words)

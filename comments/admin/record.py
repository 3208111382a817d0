"""The record of decisions, to look at."""

from __future__ import annotations

from django.contrib import admin

from blog.admin.base import ReadOnlyAdmin
from comments.admin.paging import BoundedPaginator
from comments.models import Decision


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """The record: append-only, here as in the database."""

    list_display = ["at", "comment", "from_status", "to_status", "by", "via", "reason"]
    list_filter = ["to_status", "via"]
    list_select_related = ["comment", "by"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["comment", "from_status", "to_status", "by", "via", "reason", "batch", "at"]
    view_on_site = False

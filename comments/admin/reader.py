"""Readers who left an email address: what became of their comments, and how they are treated."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.paginator import BoundedPaginator
from comments.admin.base import UndeletableAdmin, decision_log_link
from comments.models import Reader
from comments.status import Status


@admin.register(Reader)
class ReaderAdmin(UndeletableAdmin):
    list_display = ["email", "standing", "verified_at", "first_seen"]
    list_filter = ["standing"]
    search_fields = ["email"]
    search_help_text = gettext_lazy("Search by email address.")
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["email", "standing", "verified_at", "first_seen", "record"]
    readonly_fields = ["email", "verified_at", "first_seen", "record"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("comments"))
    def record(self, reader: Reader) -> SafeString | str:
        """How many have each status, with a link to the decisions on them."""
        counts = reader.comments.order_by().values_list("status").annotate(Count("id"))
        numbers = [(count, Status(status).label) for status, count in sorted(counts)]
        if not numbers:
            return _("none")
        lines = format_html_join(", ", "{} {}", numbers)
        return format_html("{} ({})", lines, decision_log_link(_("decision log"), reader=reader.pk))

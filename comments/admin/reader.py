"""Readers who left an email address: what became of their comments, and how they are treated."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.paginator import BoundedPaginator
from blog.editing.staff_request import as_staff
from comments.admin.base import UndeletableAdmin, decision_log_link
from comments.lifecycle.acts import ChangedSince, reader_standing, set_reader_standing
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

    def save_model(self, request: HttpRequest, obj: Reader, form: Any, change: bool) -> None:
        """Its one field is how the reader is treated, which is recorded."""
        seen = reader_standing(Reader.objects.get(pk=obj.pk))
        if obj.standing != seen["standing"]:
            wanted = {"standing": obj.standing, "suspended_until": None}
            with suppress(ChangedSince):  # by a colleague, to the same
                set_reader_standing(obj.pk, wanted, seen=seen, by=as_staff(request).user)

    @admin.display(description=gettext_lazy("comments"))
    def record(self, reader: Reader) -> SafeString | str:
        """How many have each status, with a link to the decisions on them."""
        counts = reader.comments.order_by().values_list("status").annotate(Count("id"))
        numbers = [(count, Status(status).label) for status, count in sorted(counts)]
        if not numbers:
            return _("none")
        lines = format_html_join(", ", "{} {}", numbers)
        return format_html("{} ({})", lines, decision_log_link(_("decision log"), reader=reader.pk))

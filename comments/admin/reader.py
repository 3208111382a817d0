"""Readers who left an email address: what became of their comments, how they are treated, and notes on them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.paginator import BoundedPaginator
from blog.editing.any_model import TabularInline
from blog.editing.staff_request import as_staff
from comments.admin.base import UndeletableAdmin, decision_log_link
from comments.lifecycle.acts import ChangedSince, reader_standing, set_reader_standing
from comments.models import Reader, ReaderNote
from comments.privacy.export import export_reader_with_notes
from comments.status import Status


class ReaderNoteFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # not generic at run time
    """Says what the box to delete a note is for: it stands in a column without a label."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete")


class ReaderNoteInline(TabularInline):
    """Notes on one reader: new ones are added, and wrong ones deleted; none is changed."""

    model = ReaderNote
    formset = ReaderNoteFormSet
    fields = ("text", "by", "at")
    readonly_fields = ("by", "at")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Reader)
class ReaderAdmin(UndeletableAdmin):
    list_display = ["email", "standing", "verified_at", "first_seen"]
    list_filter = ["standing"]
    search_fields = ["email"]
    search_help_text = gettext_lazy("Search by email address.")
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["email", "standing", "verified_at", "first_seen", "record", "data"]
    readonly_fields = ["email", "verified_at", "first_seen", "record", "data"]
    inlines = [ReaderNoteInline]

    def get_urls(self) -> list[URLPattern]:
        export = path(
            "<path:object_id>/export/", self.admin_site.admin_view(self.export), name="comments_reader_export"
        )
        return [export, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Reader, form: Any, change: bool) -> None:
        """Its one field is how the reader is treated, which is recorded."""
        seen = reader_standing(Reader.objects.get(pk=obj.pk))
        if obj.standing != seen["standing"]:
            wanted = {"standing": obj.standing, "suspended_until": None}
            with suppress(ChangedSince):  # by a colleague, to the same
                set_reader_standing(obj.pk, wanted, seen=seen, by=as_staff(request).user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for note in formset.save(commit=False):
            note.by = as_staff(request).user
            note.save()
        for note in formset.deleted_objects:
            note.delete()

    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everything stored about a reader, as JSON, for whoever has asked the site for it."""
        if request.method not in {"GET", "HEAD"} or not self.has_change_permission(request):
            raise PermissionDenied
        reader = self.get_object(request, object_id)
        response = JsonResponse(
            export_reader_with_notes(reader), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        name = f"reader-{reader.pk}-{timezone.localdate():%Y-%m-%d}.json"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @admin.display(description=gettext_lazy("their data"))
    def data(self, reader: Reader) -> SafeString:
        link = reverse("admin:comments_reader_export", args=[reader.pk])
        return format_html('<a href="{}">{}</a>', link, _("Download as JSON, with the notes on them"))

    @admin.display(description=gettext_lazy("comments"))
    def record(self, reader: Reader) -> SafeString | str:
        """How many have each status, with a link to the decisions on them."""
        counts = reader.comments.order_by().values_list("status").annotate(Count("id"))
        numbers = [(count, Status(status).label) for status, count in sorted(counts)]
        if not numbers:
            return _("none")
        lines = format_html_join(", ", "{} {}", numbers)
        return format_html("{} ({})", lines, decision_log_link(_("decision log"), reader=reader.pk))

"""Imports and their ledger: administrators upload exports, see how far they are, and read what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.admin.base import ReadOnlyAdmin
from blog.admin.paginator import BoundedPaginator
from blog.editing.staff_request import as_staff
from registan.transfer.archive_admin import ArchivePlanAdmin, ArchiveRunAdmin
from registan.transfer.export_admin import ExportAdmin
from registan.transfer.models import Element, Run
from registan.transfer.models.reasons import reason_words
from registan.transfer.runs.upload_form import ImportUploadForm

__all__ = ["ArchivePlanAdmin", "ArchiveRunAdmin", "ElementAdmin", "ExportAdmin", "RunAdmin"]

# Characters of a detail in the list; its own page has all of it.
DETAIL_LENGTH = 120
# The apps whose admin has a page for what an element is here.
APPS = {
    "post": "blog",
    "page": "blog",
    "tag": "blog",
    "author": "blog",
    "image": "blog",
    "mediafile": "blog",
    "comment": "comments",
}


@admin.register(Element)
class ElementAdmin(ReadOnlyAdmin):
    """What became of every element of the files of old blogs."""

    list_display = ["kind", "key", "outcome", "why", "short_detail", "row_here"]
    list_filter = ["source", "kind", "outcome"]
    search_fields = ["=key", "detail"]
    search_help_text = gettext_lazy("Search the id there, or words of the detail.")
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ("source", "kind", "key", "outcome", "why", "detail", "row_here", "run")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Element]:
        return super().get_queryset(request).select_related("source", "run__source")

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def why(self, element: Element) -> str:
        return reason_words(element.reason) or "–"

    @admin.display(description=gettext_lazy("detail"))
    def short_detail(self, element: Element) -> SafeString:
        return format_html("<bdi>{}</bdi>", Truncator(element.detail).chars(DETAIL_LENGTH))

    @admin.display(description=pgettext_lazy("of an import", "here"))
    def row_here(self, element: Element) -> str | SafeString:
        """A link to what it is here."""
        if not element.object_id:
            return "–"
        try:
            name = f"admin:{APPS.get(element.object_kind, '')}_{element.object_kind}_change"
            address = reverse(name, args=[element.object_id])
        except NoReverseMatch:
            return f"{element.object_id}"
        return format_html('<a href="{}">{}</a>', address, element.object_id)


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Every import that was begun, and how far it is; exports are uploaded here, and the worker imports them."""

    list_display = ["source_or_files", "state", "started_at", "finished_at", "items", "comments", "by"]
    list_filter = ["source", "state"]
    ordering = ["-id"]
    fields = ("source", "state", "started_at", "finished_at", "items", "comments", "by", "error")
    change_form_template = "admin/transfer/run/progress.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transfer.add_run")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/stop/", view(self.stop), name="transfer_run_stop"),
            path("<int:pk>/resume/", view(self.resume), name="transfer_run_resume"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take an export, and lead to its progress."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportUploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            return redirect("admin:transfer_run_change", form.save(by=as_staff(request).user).pk)
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        return TemplateResponse(request, "admin/transfer/run/upload.html", {**context, "title": _("Move a blog in")})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far it is, and the ledger as far as it goes."""
        run = self.get_object(request, unquote(object_id))
        rows = Element.objects.filter(source=run.source_id, run=run).table() if run.source_id else []
        context = {
            "title": str(run),
            "subtitle": None,
            "run": run,
            "rows": rows,
            "has_files": run.upload_parts.exists(),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the worker to stop after its batch; one that waits is stopped at once."""
        return self._change_state(request, pk, {Run.State.WAITING: "STOPPED", Run.State.RUNNING: "STOPPING"})

    def resume(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a worker go on with what was stopped, or has failed."""
        return self._change_state(request, pk, {Run.State.STOPPED: "WAITING", Run.State.FAILED: "WAITING"})

    def _change_state(self, request: HttpRequest, pk: int, changes: Mapping[str, str]) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = self.get_object(request, str(pk))
        if (state := changes.get(run.state)) and run.upload_parts.exists():
            Run.objects.filter(pk=pk, state=run.state).update(state=Run.State[state], error="")
        return redirect("admin:transfer_run_change", pk)

    @admin.display(description=pgettext_lazy("of an import", "old blog"), ordering="source")
    def source_or_files(self, run: Run) -> str:
        return str(run.source or ", ".join(name for name, *_digest in run.files))

    @admin.display(description=gettext_lazy("items"))
    def items(self, run: Run) -> str:
        return f"{run.items_done:,} / {run.item_count:,}"

    @admin.display(description=gettext_lazy("comments"))
    def comments(self, run: Run) -> str:
        return f"{run.comments_done:,} / {run.comment_count:,}"

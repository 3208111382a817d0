"""Exports in the admin: asked for with a button, made by the worker, downloaded by administrators, kept some days."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import ReadOnlyAdmin
from blog.editing.any_model import ModelForm
from blog.editing.staff_request import as_staff
from registan.transfer.models import Export, Run
from registan.transfer.models.export import KEEP_DAYS, RENEW_DAYS


class ExportForm(ModelForm):
    """What to export; the public site is never private."""

    class Meta:
        model = Export
        fields = ("kind", "is_private")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Export.Kind.SITE and cleaned.get("is_private"):
            sentence = _("The public site has only what readers see. Choose another kind, or untick this.")
            self.add_error("is_private", sentence)
        return cleaned


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    """What was exported lately. Whoever may ask for exports may download them: they may have everything in them."""

    list_display = ["kind", "is_private", "state", "created_at", "size", "is_offered", "by"]
    ordering = ["-id"]
    actions = None  # type: ignore[assignment]  # a file is deleted by itself, or one by one
    # The rest is said above them.
    fields = ("is_private", "created_at", "finished_at", "by", "error")
    change_form_template = "admin/transfer/export/progress.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transfer.add_export")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("transfer.delete_export")

    def delete_model(self, request: HttpRequest, obj: Export) -> None:
        """Delete the file, too; a worker that is making it stops."""
        obj.delete_file()
        super().delete_model(request, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/download/", view(self.download), name="transfer_export_download"),
            path("<int:pk>/offer/", view(self.offer), name="transfer_export_offer"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for an export, and lead to its progress."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ExportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            form.instance.by = as_staff(request).user
            return redirect("admin:transfer_export_change", form.save().pk)
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "days": KEEP_DAYS}
        title = _("Take everything with you")
        return TemplateResponse(request, "admin/transfer/export/ask.html", {**context, "title": title})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far it is, and the file."""
        export = self.get_object(request, unquote(object_id))
        context = {"title": str(export), "subtitle": None, "export": export, "days": KEEP_DAYS, "renew": RENEW_DAYS}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def download(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, to no cache. Http404 while there is none, or where it is on another machine."""
        export = self._get_ours(request, pk)
        if export.state != Run.State.FINISHED or not export.is_here:
            raise Http404(_("The file is not here."))
        return FileResponse(export.path.open("rb"), as_attachment=True, filename=export.download_name)

    def offer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let everybody have the public site at /archive.zip, or no longer."""
        export = self._get_ours(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if export.is_offered:
            Export.objects.filter(pk=export.pk).update(is_offered=False)
        elif export.kind == Export.Kind.SITE and export.state == Run.State.FINISHED:
            Export.objects.offer(export)
        return redirect("admin:transfer_export_change", export.pk)

    def _get_ours(self, request: HttpRequest, pk: int) -> Export:
        if not self.has_add_permission(request):
            raise PermissionDenied
        export: Export | None = self.get_queryset(request).filter(pk=pk).first()
        if export is None:
            raise Http404(_("There is no such export."))
        return export

    def get_fields(self, request: HttpRequest, obj: Export | None = None) -> Any:
        """An error is shown where there is one, and privacy where there was a choice."""
        left_out = {"error"} if obj and not obj.error else set()
        left_out |= {"is_private"} if obj and obj.kind == Export.Kind.SITE else set()
        return [name for name in self.fields or () if name not in left_out]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return super().get_queryset(request).select_related("by")

    @admin.display(description=gettext_lazy("size"), ordering="bytes")
    def size(self, export: Export) -> str:
        return filesizeformat(export.bytes) if export.bytes else "–"

"""The schedule of archives, and what came of each archive and drill."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.admin.base import ReadOnlyAdmin, StaffAdmin
from registan.transfer.models import ArchivePlan, ArchiveRun
from registan.transfer.models.archive_plan import PLAN_PK


@admin.register(ArchivePlan)
class ArchivePlanAdmin(StaffAdmin):
    """Its only row, opened directly."""

    fields = ("archive_every", "drill_every")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        ArchivePlan.objects.get_or_create(pk=PLAN_PK)
        return HttpResponseRedirect(reverse("admin:transfer_archiveplan_change", args=[PLAN_PK]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ArchiveRun)
class ArchiveRunAdmin(ReadOnlyAdmin):
    """Every archive that was written here, and every drill."""

    list_display = ["started_at", "kind", "result", "lasted", "size", "archive"]
    list_filter = ["kind", "result"]
    ordering = ["-id"]
    fields = ("kind", "result", "started_at", "ended_at", "lasted", "size", "archive", "detail")

    @admin.display(description=gettext_lazy("duration"))
    def lasted(self, run: ArchiveRun) -> str:
        return str(run.duration)

    @admin.display(description=pgettext_lazy("of an archive", "size"), ordering="bytes")
    def size(self, run: ArchiveRun) -> str:
        return filesizeformat(run.bytes) if run.bytes else "–"

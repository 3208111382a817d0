"""Sources: an editor's correction lasts, even when a post is saved with the old spelling again."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.merge_action import MergeAdmin
from blog.editing.any_model import ModelAdmin
from blog.models import Source


class SourceUseFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [("none", _("no longer quoted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        return queryset.filter(quotations=None) if self.value() == "none" else queryset


@admin.register(Source)
class SourceAdmin(MergeAdmin):
    """Sources come from posts; here they are corrected, merged, and deleted once nothing quotes them."""

    list_display = ["__str__", "year", "slug", "post_count"]
    list_filter = [SourceUseFilter]
    search_fields = ["author", "work", "slug"]
    fields = ["author", "work", "year", "slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

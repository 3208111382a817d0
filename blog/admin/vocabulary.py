"""Tags, series, and the addresses they had before."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin
from blog.forms import OldAddressForm, SeriesForm, TagForm
from blog.models import OldAddress, Series, Tag


class AliasInline(admin.TabularInline):
    """Old addresses that lead here: kept at each renaming, and added by hand for tags that were merged."""

    model = OldAddress
    form = OldAddressForm
    fields = ["path"]
    extra = 1
    verbose_name = "alias"
    verbose_name_plural = gettext_lazy("aliases (old addresses that lead here)")


@admin.register(Tag)
class TagAdmin(StaffAdmin):
    form = TagForm
    list_display = ["name", "slug", "post_count"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]
    inlines = [AliasInline]


@admin.register(Series)
class SeriesAdmin(StaffAdmin):
    form = SeriesForm
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]

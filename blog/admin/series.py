"""Series of posts."""

from django.contrib import admin

from blog.admin.base import StaffAdmin
from blog.editing.forms.series import SeriesForm
from blog.models import Series


@admin.register(Series)
class SeriesAdmin(StaffAdmin):
    form = SeriesForm
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description"]

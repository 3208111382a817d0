"""Standing pages in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from blog.admin.preview import PreviewAdmin
from blog.admin.trash_action import TrashingAdmin
from blog.editing.forms.page import PageForm
from blog.models import Page
from blog.models.menu import Place, set_page_link


@admin.register(Page)
class PageAdmin(TrashingAdmin, PreviewAdmin):
    form = PageForm
    list_display = ["title", "slug", "updated_at"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body", "in_menu", "in_footer"]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for place in Place.values:
            if f"in_{place}" in form.changed_data:
                set_page_link(form.instance, place, is_linked=form.cleaned_data[f"in_{place}"])

"""Standing pages in the admin."""

from django.contrib import admin

from blog.admin.preview import PreviewAdmin
from blog.editing.forms.page import PageForm
from blog.models import Page


@admin.register(Page)
class PageAdmin(PreviewAdmin):
    form = PageForm
    list_display = ["title", "slug", "updated_at"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body"]

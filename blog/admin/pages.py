"""Standing pages."""

from django.contrib import admin

from blog.admin.writing import WritingAdmin
from blog.forms.text import PageForm
from blog.models import Page


@admin.register(Page)
class PageAdmin(WritingAdmin):
    form = PageForm
    list_display = ["title", "slug", "updated_at"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body"]

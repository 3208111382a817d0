"""Standing pages in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from blog.admin.preview import PreviewAdmin
from blog.admin.trash_action import TrashingAdmin
from blog.editing.forms.page import PageForm
from blog.editing.page_drafts import DRAFTED_SLUGS, page_draft
from blog.models import Page
from blog.models.commentable import STATE_FIELDS
from blog.models.menu import Place, set_page_link


@admin.register(Page)
class PageAdmin(TrashingAdmin, PreviewAdmin):
    form = PageForm
    list_display = ["title", "slug", "updated_at"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["title", "slug", "body", "in_menu", "in_footer"]}),
        (gettext_lazy("Conversation"), {"fields": STATE_FIELDS}),
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """With `?draft=` and the slug of a page for which there is a draft, our draft words."""
        if (slug := request.GET.get("draft")) in DRAFTED_SLUGS:
            draft = page_draft(slug)
            return {"title": draft.title, "slug": slug, "body": draft.body}
        return dict(super().get_changeform_initial_data(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for place in Place.values:
            if f"in_{place}" in form.changed_data:
                set_page_link(form.instance, place, is_linked=form.cleaned_data[f"in_{place}"])

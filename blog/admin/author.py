"""Authors: the public profiles of people who write."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from blog.admin.base import can_edit_all
from blog.admin.preview import PreviewAdmin
from blog.editing.forms.author import AuthorForm
from blog.editing.staff_request import as_staff
from blog.models import Author


@admin.register(Author)
class AuthorAdmin(PreviewAdmin):
    """Editors see all profiles, others their own. Only people who manage accounts tie a profile to one."""

    form = AuthorForm
    title_field, text_field = "name", "bio"
    list_display = ["name", "slug", "post_count"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["user"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "user"]}),
        (gettext_lazy("Shown under each post"), {"fields": ["photo", "bio", "website", "contact"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return Author.objects.editable_by(as_staff(request).user)

    def get_readonly_fields(self, request: HttpRequest, obj: Author | None = None) -> list[str]:
        fields = [] if request.user.has_perm("auth.view_user") else ["user"]
        return fields if can_edit_all(request) else [*fields, "slug"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Author | None = None) -> dict[str, Sequence[str]]:
        return {"slug": ["name"]} if can_edit_all(request) else {}

"""What all our lists share."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest


class StaffAdmin(admin.ModelAdmin):
    """An admin that counts once, deletes one by one, and answers 404 alike for what is missing and for what is
    another's: everything but the list itself goes through `get_object`, which sees what `get_queryset` shows."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        one = super().get_object(request, object_id, from_field)
        if one is None:
            raise Http404(f"There is no {self.opts.verbose_name} here.")
        return one

    def view_on_site(self, one: Any) -> str | None:
        """Its own address: Django's detour (/admin/r/…) tells anybody of the staff the address of anything."""
        return one.get_absolute_url() or None

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for one in queryset:
            one.delete()


class ReadOnlyAdmin(StaffAdmin):
    """For looking at what only the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def edits_all(request: HttpRequest) -> bool:
    """May this person edit what others wrote?"""
    return request.user.has_perm("blog.edit_others_posts")

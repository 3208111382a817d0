"""Correction notes: written in a post's form; here editors correct their wording, or delete one made in error."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin
from blog.editing.forms.correction import CorrectionForm
from blog.models import Correction, Post

# Words of a note in the list.
EXCERPT_WORDS = 20


@admin.register(Correction)
class CorrectionAdmin(StaffAdmin):
    form = CorrectionForm
    list_display = ["corrected_at", "post", "beginning", "by"]
    list_select_related = ["post", "by"]
    ordering = ["-corrected_at", "-id"]
    fields = ["post", "corrected_at", "by", "edition", "text"]
    readonly_fields = ["post", "corrected_at", "by", "edition"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        """Without those of posts in the trash, with which they come back."""
        rows: QuerySet[Correction] = super().get_queryset(request)
        return rows.exclude(post__status=Post.Status.TRASH)

    @admin.display(description=gettext_lazy("correction note"))
    def beginning(self, correction: Correction) -> str:
        return Truncator(correction.text).words(EXCERPT_WORDS)

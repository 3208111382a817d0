"""Saved replies, which moderators keep together."""

from __future__ import annotations

from django.contrib import admin

from blog.admin.base import StaffAdmin
from comments.models import SavedReply


@admin.register(SavedReply)
class SavedReplyAdmin(StaffAdmin):
    list_display = ["name", "text", "place"]
    search_fields = ["name", "text"]
    is_added_in_a_row = True

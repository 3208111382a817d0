"""What several of our lists share."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.admin.base import StaffAdmin


class UndeletableAdmin(StaffAdmin):
    """Rows that decisions refer to: they are switched off, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def decision_log_link(words: object, **search: object) -> SafeString:
    """A link to the decisions that match `search`."""
    return format_html('<a href="{}">{}</a>', reverse("admin:comments_decision_changelist", query=search), words)

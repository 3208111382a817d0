"""Mentions, which moderators hide from readers or delete."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from blog.admin.base import StaffAdmin
from comments.models import Mention


@admin.register(Mention)
class MentionAdmin(StaffAdmin):
    """What another system was told by other sites, and an import brought along: nobody adds one here."""

    list_display = ["title", "source", "subject", "at", "is_shown"]
    list_filter = ["is_shown"]
    search_fields = ["title", "address"]
    fields = ["title", "source", "subject", "excerpt", "at", "is_shown"]
    readonly_fields = ["title", "source", "subject", "excerpt", "at"]
    list_select_related = ["conversation__post", "conversation__page"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=pgettext_lazy("column", "address"))
    def source(self, mention: Mention) -> SafeString:
        return format_html('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>', mention.address)

    @admin.display(description=gettext_lazy("mentioned here"))
    def subject(self, mention: Mention) -> SafeString:
        subject = mention.conversation.subject
        return format_html('<a href="{}">{}</a>', subject.get_absolute_url(), subject)

"""The outbox, to look at."""

from __future__ import annotations

from django.contrib import admin

from blog.admin.base import ReadOnlyAdmin
from comments.admin.paging import BoundedPaginator
from comments.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The outbox. The texts are not shown: they hold links that act for whoever got them."""

    list_display = ["created_at", "to", "subject", "sent_at", "attempts", "given_up"]
    list_filter = ["given_up"]
    search_fields = ["to", "subject"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["to", "subject", "created_at", "sent_at", "next_try_at", "attempts", "given_up", "last_error"]
    view_on_site = False

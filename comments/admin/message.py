"""The outbox, with what became of every attempt to send."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import ReadOnlyAdmin
from blog.admin.paginator import BoundedPaginator
from blog.editing.any_model import TabularInline
from blog.text.datetimes import format_datetime
from comments.models import DeliveryAttempt, Message
from comments.views.mail_test import send_test_mail

# Characters of an error in the list; the message's own page has all of it.
ERROR_LENGTH = 100


class DeliveryAttemptInline(TabularInline):
    """The delivery log of one message."""

    model = DeliveryAttempt
    fields = readonly_fields = ("at", "result", "words")
    can_delete = False
    verbose_name_plural = gettext_lazy("delivery log")

    def has_add_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return request.user.has_perm("comments.view_message")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Texts are not shown: they hold links that act for whoever got them."""

    list_display = ["created_at", "to", "subject", "state"]
    list_filter = ["given_up"]
    search_fields = ["to", "subject"]
    search_help_text = gettext_lazy("Search the address or subject.")
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["to", "subject", "created_at", "sent_at", "next_try_at", "attempts", "given_up", "last_error"]
    inlines = [DeliveryAttemptInline]

    def get_urls(self) -> list[URLPattern]:
        test = path("test/", self.admin_site.admin_view(send_test_mail), name="comments_message_test")
        return [test, *super().get_urls()]

    @admin.display(description=gettext_lazy("state"), ordering="sent_at")
    def state(self, message: Message) -> str:
        if message.sent_at:
            return _("sent, %s") % format_datetime(message.sent_at)
        error = Truncator(message.last_error).chars(ERROR_LENGTH)
        if message.given_up:
            return _("given up: %s") % error
        return _("failed, will be retried: %s") % error if error else _("waiting to be sent")

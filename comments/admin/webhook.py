"""Webhooks: where else moderators are notified of comments, what became of the last notices, and how to try again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import lazystr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from blog.admin.base import StaffAdmin
from blog.editing.any_model import ModelForm
from blog.fetch.client import FetchError
from blog.text.datetimes import format_datetime
from comments.models import Webhook, WebhookNotice
from comments.webhooks.delivery import webhook_client
from comments.webhooks.requests import suggest_secret

# Notices shown on the page of a webhook, the newest first.
SHOWN_NOTICES = 10
# Forms that are nothing without a secret: a signature for programs, the access token for Matrix.
NEEDS_SECRET = {Webhook.Form.JSON, Webhook.Form.MATRIX}


class WebhookForm(ModelForm):
    """A receiver. Its secret is written and never shown; it goes to no other address than it was typed for."""

    secret = forms.CharField(
        label=capfirst(pgettext_lazy("column", "secret")),
        required=False,
        widget=forms.PasswordInput(attrs={"class": "vTextField", "autocomplete": "new-password", "dir": "ltr"}),
        validators=Webhook._meta.get_field("secret").validators,
        max_length=Webhook._meta.get_field("secret").max_length,
    )

    class Meta:
        model = Webhook
        fields = [
            "name", "form", "address", "secret", "tells_waiting", "tells_reports", "tells_alarms", "has_text",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "name": gettext_lazy("For you, to tell one from another."),
            "form": gettext_lazy("What the receiver understands."),
            "address": gettext_lazy(
                "It begins with https:// and is in the public internet. For Matrix: "
                "https://SERVER/_matrix/client/v3/rooms/ROOM/send/m.room.message"
            ),
        }
        widgets = {"address": forms.URLInput(attrs={"class": "vTextField", "dir": "ltr"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].help_text = (
            _("Leave it empty to keep it. It has to be typed again when the address or the form changes.")
            if self.instance.secret
            else format_lazy(
                _("JSON: both sides sign with it, for example {suggestion}. Matrix and ntfy: the access token."),
                suggestion=lazystr(suggest_secret()),
            )
        )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not address.lower().startswith("https://"):
            raise ValidationError(_("Enter an address that begins with https://."))
        try:
            webhook_client().check_url(address)
        except FetchError as refusal:
            raise ValidationError(_("This address cannot be used: %s") % refusal) from None
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        stays = not {"address", "form"} & {*self.changed_data}
        if not data.get("secret") and stays:
            data["secret"] = self.instance.secret
        if not data.get("secret") and data.get("form") in NEEDS_SECRET and "secret" not in self.errors:
            self.add_error("secret", _("This form needs a secret."))
        return data


@admin.register(Webhook)
class WebhookAdmin(StaffAdmin):
    """Receivers of notices, with how they have answered."""

    form = WebhookForm
    list_display = ["name", "form", "is_active", "last_tried_at", "last_result", "waiting", "lost", "next_attempt"]
    ordering = ["name"]
    actions = ["send_test", "try_again", "delete_selected"]
    readonly_fields = ["last_tried_at", "last_result", "next_attempt", "latest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Webhook]:
        return Webhook.objects.with_counts()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        where = (None, {"fields": ["name", "form", "address", "secret", "is_active"]})
        what = (_("What it hears of"), {"fields": ["tells_waiting", "tells_reports", "tells_alarms", "has_text"]})
        how = (_("What became of it"), {"fields": list(self.readonly_fields)})
        return [where, what, how] if obj else [where, what]

    # What is shown

    @admin.display(description=pgettext_lazy("column", "waiting"))
    def waiting(self, webhook: Any) -> int:
        return int(webhook.waiting_count)

    @admin.display(description=pgettext_lazy("column", "given up"))
    def lost(self, webhook: Any) -> int:
        return int(webhook.lost_count)

    @admin.display(description=pgettext_lazy("column", "next attempt"))
    def next_attempt(self, webhook: Any) -> str:
        if webhook.next_at is None or not webhook.is_active:
            return "–"
        return format_datetime(max(webhook.next_at, webhook.rests_until or webhook.next_at))

    @admin.display(description=gettext_lazy("latest notices"))
    def latest(self, webhook: Webhook) -> SafeString | str:
        notices = webhook.notices.order_by("-id")[:SHOWN_NOTICES]
        rows = ((format_datetime(row.created_at), row.get_event_display(), describe_delivery(row)) for row in notices)
        lines = format_html_join("", "<li>{}: {}, {}</li>", rows)
        return format_html("<ul>{}</ul>", lines) if lines else "–"

    # What owners do

    @admin.action(permissions=["change"], description=gettext_lazy("Send a test notice"))
    def send_test(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        WebhookNotice.objects.enqueue_tests(queryset)
        self.message_user(request, _("A test notice is on its way. Look here again in a moment."), messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Try again what was given up"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        count = WebhookNotice.objects.filter(webhook__in=queryset.values("pk")).retry()
        sentence = ngettext("%d notice will be sent again.", "%d notices will be sent again.", count)
        self.message_user(request, sentence % count, messages.SUCCESS)


def describe_delivery(notice: WebhookNotice) -> str:
    """What became of a notice, with the last error."""
    if notice.delivered_at:
        return _("delivered, %s") % format_datetime(notice.delivered_at)
    if notice.given_up:
        return _("given up: %s") % notice.last_error
    return _("failed, will be retried: %s") % notice.last_error if notice.last_error else _("waiting to be sent")

"""The cards of links: what the server found at addresses that stand alone, and what editors do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from blog.admin.base import StaffAdmin
from blog.admin.retry import retry_on_conflict
from blog.models import LinkCard
from blog.models.illustrated import rerender_texts_with_card
from blog.text.site_values import site

# Texts that a card's page names.
MAX_NAMED_TEXTS = 20


@admin.register(LinkCard)
class LinkCardAdmin(StaffAdmin):
    """Cards come from texts; editors decide which stay."""

    list_display = ["address", "name", "shown_state", "fetched_at"]
    list_filter = ["state"]
    search_fields = ["address", "title"]
    search_help_text = gettext_lazy("Search the address or title.")
    ordering = ["-id"]
    actions = ["fetch_again", "never_show"]
    fields = ("link", "shown_state", "title", "description", "site_name", "picture_shown", "fetched_at", "used_in")
    readonly_fields = fields

    class Media:
        css = {"all": ["css/images.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **how: Any) -> HttpResponse:
        """Without buttons: nothing here is typed."""
        unsaved = {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context | unsaved, *args, **how)

    def view_on_site(self, row: LinkCard) -> str | None:
        return None

    # What is shown

    @admin.display(description=pgettext_lazy("column", "title"), ordering="title")
    def name(self, card: LinkCard) -> SafeString:
        return format_html("<bdi>{}</bdi>", card.title or "–")

    @admin.display(description=gettext_lazy("address"))
    def link(self, card: LinkCard) -> SafeString:
        return format_html('<a href="{0}" rel="noopener noreferrer" dir="ltr">{0}</a>', card.address)

    @admin.display(description=pgettext_lazy("column", "state"), ordering="state")
    def shown_state(self, card: LinkCard) -> str | SafeString:
        """With the reason of a failure, and what the network said, which is not translated."""
        if not card.reason:
            return card.get_state_display()
        detail = format_html(' <span lang="en" dir="ltr">{}</span>', card.detail) if card.detail else ""
        return format_html("{}. {}{}", card.get_state_display(), card.get_reason_display(), detail)

    @admin.display(description=gettext_lazy("picture"))
    def picture_shown(self, card: LinkCard) -> str | SafeString:
        shown = card.as_embedded_card()
        if not shown.picture:
            return "–"
        return format_html(
            '<img class="library__picture" src="{}" width="{}" height="{}" alt="">',
            shown.picture, shown.width, shown.height,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("where it is used"))
    def used_in(self, card: LinkCard) -> str | SafeString:
        texts = [*card.posts.only("title")[:MAX_NAMED_TEXTS], *card.pages.only("title")[:MAX_NAMED_TEXTS]]
        rows = format_html_join("", '<li dir="auto">{}</li>', ((text.title,) for text in texts))
        return format_html('<ul class="library__uses">{}</ul>', rows) if rows else _("Nowhere yet.")

    # What editors do

    @admin.action(permissions=["change"], description=gettext_lazy("Fetch again"))
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[LinkCard]) -> None:
        if not site().makes_cards:
            self.message_user(request, _("Cards for links are off: this server visits no pages."), messages.ERROR)
            return
        count = self.change_cards(request, queryset, LinkCard.visit_again)
        sentence = ngettext("%d page will be visited in a moment.", "%d pages will be visited in a moment.", count)
        self.message_user(request, sentence % count, messages.SUCCESS)

    @admin.action(permissions=["change"], description=gettext_lazy("Never show a card for this address"))
    def never_show(self, request: HttpRequest, queryset: QuerySet[LinkCard]) -> None:
        count = self.change_cards(request, queryset, LinkCard.never_show)
        sentence = ngettext("%d address stays a plain link.", "%d addresses stay plain links.", count)
        self.message_user(request, sentence % count, messages.SUCCESS)

    def change_cards(
        self, request: HttpRequest, queryset: QuerySet[LinkCard], change: Callable[[LinkCard], None]
    ) -> int:
        """Change each in a transaction of its own, with the texts that show it; how many."""

        return sum(retry_on_conflict(partial(self.change_one, request, card, change)) for card in list(queryset))

    @transaction.atomic
    def change_one(self, request: HttpRequest, card: LinkCard, change: Callable[[LinkCard], None]) -> bool:
        if is_there := card.lock():
            change(card)
            rerender_texts_with_card(card)
            self.log_change(request, card, [{"changed": {"fields": ["state"]}}])
        return is_there

"""The numbers of the moderation policy, and the public reasons for removing a comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from blog.editing.any_model import ModelForm
from blog.models import Site
from comments.admin.base import UndeletableAdmin
from comments.models import Policy, Reason
from comments.models.policy import POLICY_PK


@admin.register(Reason)
class ReasonAdmin(UndeletableAdmin):
    list_display = ["words", "place", "is_offered"]


# Of the site's row, since posts know them too; shown here with all other numbers about comments.
SITE_FIELDS = ("hold_after_days", "close_after_days", "slow_minutes")


class PolicyForm(ModelForm):
    """Every number by which comments are handled."""

    hold_after_days, close_after_days, slow_minutes = forms.fields_for_model(
        Site, SITE_FIELDS, widgets=dict.fromkeys(SITE_FIELDS, AdminIntegerFieldWidget)
    ).values()

    class Meta:
        model = Policy
        fields = [
            "regular_after", "quiet_days", "links_held", "reports_hold", "hold_percent", "spam_percent", "spam_days",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = Site.get()
        for name in SITE_FIELDS:
            self.fields[name].initial = getattr(self.site, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("hold_percent", 0) > data.get("spam_percent", 100):
            self.add_error("spam_percent", _("This must be at least the score that holds a comment."))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        changed = [name for name in SITE_FIELDS if name in self.changed_data]
        for name in changed:
            setattr(self.site, name, self.cleaned_data[name])
        if changed:
            self.site.save()
        return super().save(commit)


@admin.register(Policy)
class PolicyAdmin(UndeletableAdmin):
    """Its only row, opened directly."""

    form = PolicyForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (_("Who is published at once"), {"fields": ["regular_after", "quiet_days"]}),
            (_("What is held"), {"fields": ["links_held", "reports_hold", "hold_percent", "spam_percent"]}),
            (_("How long a conversation goes on"), {"fields": [*SITE_FIELDS]}),
            (_("What is deleted"), {"fields": ["spam_days"]}),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        Policy.objects.get_or_create(pk=POLICY_PK)
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[POLICY_PK]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

"""The numbers of the moderation policy, and the public reasons for removing a comment."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comments.admin.base import UndeletableAdmin
from comments.models import Policy, Reason
from comments.models.policy import POLICY_PK


@admin.register(Reason)
class ReasonAdmin(UndeletableAdmin):
    list_display = ["words", "place", "is_offered"]


@admin.register(Policy)
class PolicyAdmin(UndeletableAdmin):
    """Its only row, opened directly."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        Policy.objects.get_or_create(pk=POLICY_PK)
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[POLICY_PK]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

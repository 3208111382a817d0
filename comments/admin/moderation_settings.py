"""What moderators set: rules, reasons for removing, how strict the house is, and readers' standing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, QuerySet
from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin.base import StaffAdmin
from comments.admin.bounded_paginator import BoundedPaginator
from comments.models import Policy, Reader, Reason, Rule
from comments.models.policy import POLICY_PK
from comments.queue.rule_trial import RuleTrial, annotate_hits, try_rule
from comments.status import Status


class UndeletableAdmin(StaffAdmin):
    """Switched off, never deleted: the record refers to it."""

    view_on_site = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RuleForm(forms.ModelForm):
    """Is not saved before its visitor has seen what the rule would have done: `tried` says of which rule he saw it."""

    tried = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Rule
        fields = ["kind", "pattern", "effect", "note", "is_active"]

    trial: RuleTrial | None = None

    def _post_clean(self) -> None:
        super()._post_clean()  # here the pattern becomes what is compared
        bites = self.instance.is_active and {"kind", "pattern", "effect", "is_active"} & {*self.changed_data}
        is_sure = "_sure" in self.data and self.cleaned_data.get("tried") == self.signature
        if self.errors or is_sure or not bites:
            return
        self.trial = try_rule(self.instance)
        self.data = self.data.copy()
        self.data["tried"] = self.signature
        self.add_error(None, _("Nothing is saved yet."))

    @property
    def signature(self) -> str:
        """The rule that was tried, in one line."""
        return f"{self.instance.kind} {self.instance.effect} {self.instance.pattern}"


@admin.register(Rule)
class RuleAdmin(UndeletableAdmin):
    """Tried on the last decisions before it is saved."""

    form = RuleForm
    change_form_template = "admin/comments/rule_form.html"
    list_display = ["pattern", "kind", "effect", "is_active", "hit", "refusal_count", "reversed", "note"]
    list_filter = ["is_active", "kind", "effect"]
    search_fields = ["pattern", "note"]
    fields = [
        "kind",
        "pattern",
        "effect",
        "note",
        "is_active",
    ]  # `tried` stands in the template: a row of its own would label what nobody sees

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return annotate_hits(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Rule, form: RuleForm, change: bool) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        form = context["adminform"].form
        if getattr(form, "trial", None):
            context |= {"trial": form.trial, "rule": form.instance, "errors": ErrorList()}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("hits"), ordering="hits")
    def hit(self, rule: Rule) -> SafeString | str:
        return decision_log_link(rule.hits, rule=rule.pk) if rule.hits else "0"

    @admin.display(description=gettext_lazy("approved after all"), ordering="reversals")
    def reversed(self, rule: Rule) -> SafeString | str:
        return decision_log_link(rule.reversals, rule=rule.pk, became=Status.APPROVED) if rule.reversals else "0"


@admin.register(Reason)
class ReasonAdmin(UndeletableAdmin):
    """What is told to everybody when something is removed."""

    list_display = ["words", "place", "is_offered"]


@admin.register(Policy)
class PolicyAdmin(UndeletableAdmin):
    """One row, and straight to its form."""

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        Policy.objects.get_or_create(pk=POLICY_PK)
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[POLICY_PK]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Reader)
class ReaderAdmin(UndeletableAdmin):
    """Whoever left an address: what he wrote and what came of it, and how he is treated."""

    list_display = ["email", "standing", "verified_at", "first_seen"]
    list_filter = ["standing"]
    search_fields = ["email"]
    search_help_text = gettext_lazy("An address, or a part of one.")
    ordering = ["-id"]
    paginator = BoundedPaginator
    fields = ["email", "standing", "verified_at", "first_seen", "record"]
    readonly_fields = ["email", "verified_at", "first_seen", "record"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("comments"))
    def record(self, reader: Reader) -> SafeString | str:
        """How many stand in each state, with the way to the decisions on them."""
        counts = reader.comments.order_by().values_list("status").annotate(Count("id"))
        numbers = [(count, Status(status).label) for status, count in sorted(counts)]
        lines = format_html_join(", ", "{} {}", numbers)
        return (
            format_html("{} ({})", lines, decision_log_link(_("the record"), reader=reader.pk))
            if numbers
            else _("none")
        )


def decision_log_link(words: object, **search: object) -> SafeString:
    """A way to the record of what is searched for."""
    return format_html('<a href="{}">{}</a>', reverse("admin:comments_decision_changelist", query=search), words)

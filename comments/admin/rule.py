"""Rules that hold, mark or refuse comments, tried on earlier ones before they are saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.any_model import ModelForm
from blog.editing.staff_request import as_staff
from comments.admin.base import UndeletableAdmin, decision_log_link
from comments.models import Rule
from comments.queue.rule_trial import RuleTrial, annotate_hits, try_rule
from comments.status import Status


class RuleForm(ModelForm):
    """Saves a rule only after its trial was shown; `tried` holds the rule that it was shown for."""

    tried = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Rule
        fields = ["kind", "pattern", "effect", "note", "is_active"]
        help_texts = {
            "kind": gettext_lazy("What the pattern is compared with."),
            "pattern": gettext_lazy(
                "A word or phrase, a domain, an email address or its domain, or a network such as 192.0.2.0/24. "
                "Not case-sensitive; no wildcards."
            ),
            "effect": gettext_lazy("What happens to a new comment that matches."),
            "note": gettext_lazy("Why the rule exists. Only moderators see this."),
            "is_active": gettext_lazy("Switch a rule off instead of deleting it: decisions refer to it."),
        }

    trial: RuleTrial | None = None

    def full_clean(self) -> None:
        super().full_clean()  # normalizes the pattern
        if not self.is_bound or self.errors:
            return
        has_effect = self.instance.is_active and {"kind", "pattern", "effect", "is_active"} & {*self.changed_data}
        is_sure = "_sure" in self.data and self.cleaned_data.get("tried") == self.signature
        if has_effect and not is_sure:
            self.trial = try_rule(self.instance)
            self.data = {**self.data, "tried": self.signature}
            self.add_error(None, _("Nothing is saved yet."))

    @property
    def signature(self) -> str:
        """The rule that was tried, in one line."""
        return f"{self.instance.kind} {self.instance.effect} {self.instance.pattern}"


@admin.register(Rule)
class RuleAdmin(UndeletableAdmin):
    form = RuleForm
    change_form_template = "admin/comments/rule_form.html"
    list_display = ["pattern", "kind", "effect", "is_active", "hit", "refusal_count", "reversed", "note"]
    list_filter = ["is_active", "kind", "effect"]
    search_fields = ["pattern", "note"]
    is_added_in_a_row = True
    # Without `tried`, which the template renders: a row would label a field that nobody sees.
    fields = ["kind", "pattern", "effect", "note", "is_active"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return annotate_hits(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Rule, form: RuleForm, change: bool) -> None:
        if not change:
            obj.created_by = as_staff(request).user
        super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if getattr(form, "trial", None):
            context |= {"trial": form.trial, "rule": form.instance, "errors": ErrorList()}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("matches"), ordering="hits")
    def hit(self, rule: Any) -> SafeString | str:
        return decision_log_link(rule.hits, rule=rule.pk) if rule.hits else "0"

    @admin.display(description=gettext_lazy("approved in the end"), ordering="reversals")
    def reversed(self, rule: Any) -> SafeString | str:
        return decision_log_link(rule.reversals, rule=rule.pk, became=Status.APPROVED) if rule.reversals else "0"

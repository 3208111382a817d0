"""How often a moderator gets email about waiting comments: everyone sets their own."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from comments.models import NotificationPreference
from comments.views.decorators import see_other


class NotificationPreferenceForm(forms.Form):
    often = forms.ChoiceField(
        label=gettext_lazy("Email me about waiting comments"),
        choices=NotificationPreference.Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how often."),
            "invalid_choice": gettext_lazy("Choose one of the options."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def my_notifications(request: StaffRequest) -> HttpResponse:
    preference = NotificationPreference.of(request.user)
    form = NotificationPreferenceForm(
        request.POST if request.method == "POST" else None, initial={"often": preference.often}
    )
    if not form.is_valid():
        return render_notifications(request, form)
    preference.choose(form.cleaned_data["often"])
    messages.success(request, _("Saved. Emails about waiting comments: %s.") % preference.get_often_display())
    return see_other(request.path)


def render_notifications(request: StaffRequest, form: NotificationPreferenceForm) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Email settings"), "form": form}
    return TemplateResponse(
        request, "admin/comments/notification_preference.html", context, status=400 if form.is_bound else 200
    )

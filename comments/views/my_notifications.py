"""How often a moderator wants mail: each sets his own, and nobody another's."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comments.models import NotificationPreference
from comments.views.decorators import see_other


class NotificationPreferenceForm(forms.Form):
    often = forms.ChoiceField(
        label=gettext_lazy("Write to me about comments that wait"),
        choices=NotificationPreference.Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how often."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def my_notifications(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    notice = NotificationPreference.of(request.user)
    form = NotificationPreferenceForm(
        request.POST if request.method == "POST" else None, initial={"often": notice.often}
    )
    if not form.is_valid():
        return render_notifications(request, form)
    notice.choose(form.cleaned_data["often"])
    messages.success(request, _("From now on: %s.") % notice.get_often_display())
    return see_other(request.path)


def render_notifications(request: HttpRequest, form: NotificationPreferenceForm) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Mail to you"), "form": form}
    return TemplateResponse(
        request, "admin/comments/notification_preference.html", context, status=400 if form.is_bound else 200
    )

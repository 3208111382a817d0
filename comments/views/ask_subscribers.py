"""Whom the worker asks of those who followed an old site, how fast, and how many have answered."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from comments.models import Asking, SubscriptionWish
from comments.models.subscription_wish import ANSWER_TIME, MAX_MAILS_AN_HOUR, UNASKED_TIME, State
from comments.views.decorators import see_other


class AskingForm(forms.Form):
    mails_an_hour = forms.IntegerField(
        label=gettext_lazy("Emails an hour"),
        help_text=gettext_lazy("Mail servers grow suspicious of who sends much at once. One email is sent at a time."),
        validators=[MinValueValidator(1), MaxValueValidator(MAX_MAILS_AN_HOUR)],
        widget=forms.NumberInput(attrs={"min": 1, "max": MAX_MAILS_AN_HOUR}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.ask_subscribers", raise_exception=True)
def ask_subscribers(request: StaffRequest) -> HttpResponse:
    """Show how many wait, and take *Ask them* and *Stop*."""
    asking = Asking.current()
    if request.method == "POST" and "stop" in request.POST:
        Asking.stop()
        messages.success(request, _("Stopped. Nobody else is asked; whoever was can still answer."))
        return see_other(request.path)
    form = AskingForm(request.POST if "ask" in request.POST else None, initial={"mails_an_hour": asking.mails_an_hour})
    if not form.is_valid():
        return render_asking(request, form, asking)
    Asking.start(form.cleaned_data["mails_an_hour"])
    messages.success(request, _("The worker asks them now, one after the other."))
    return see_other(request.path)


def render_asking(request: StaffRequest, form: AskingForm, asking: Asking) -> HttpResponse:
    counts = SubscriptionWish.objects.count_addresses()
    context = {
        **admin.site.each_context(request),
        "title": _("Subscribers to ask"),
        "form": form,
        "asking": asking,
        "to_ask": counts[State.WAITING],
        "rows": [(state.label, counts[state]) for state in State],
        "answer_days": ANSWER_TIME.days,
        "unasked_days": UNASKED_TIME.days,
    }
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/comments/ask_subscribers.html", context, status=status)

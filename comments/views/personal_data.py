"""Personal data of an address, for administrators: what is stored, as a download, and its erasure.

Everything is a POST: an address in a URL would stand in logs and in the browser's history. The admin's history says
that somebody's data was exported or erased, and how much, but not whose.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.decorators import permission_required
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.text.site_values import site
from comments.models import ErasedAddress, RetentionNight
from comments.privacy.by_address import AddressRecord, erase_completely, export_address, look_up
from comments.privacy.erasure import ERASED_LABEL
from comments.views.decorators import no_store, see_other

MAX_SHOWN_NIGHTS = 7


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off", "dir": "ltr"}),
    )


@no_store
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.manage_personal_data", raise_exception=True)
def personal_data(request: StaffRequest) -> HttpResponse:
    """Show what is stored about an address; download it, ask whether to erase it, or erase it."""
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render_page(request, form, status=400 if form.is_bound else 200)
    email, act = form.cleaned_data["address"], request.POST.get("act", "")
    if act == "export":
        return download(request, email)
    if act == "erase" and request.POST.get("words") in {"go", "stay"}:
        return erase(request, email, keeps_words=request.POST["words"] == "stay")
    return render_page(request, form, record=look_up(email), asks=act == "ask")


def render_page(
    request: StaffRequest, form: AddressForm, *, status: int = 200, record: AddressRecord | None = None, **context: Any
) -> HttpResponse:
    context |= {
        **admin.site.each_context(request),
        "title": _("Delete this person’s data?") if context.get("asks") else _("Personal data"),
        "form": form,
        "record": record,
        "nights": RetentionNight.objects.order_by("-day")[:MAX_SHOWN_NIGHTS],
        "days": site().address_days,
    }
    return TemplateResponse(request, "admin/comments/personal_data.html", context, status=status)


def download(request: StaffRequest, email: str) -> HttpResponse:
    log_act(request, CHANGE, _("Personal data exported."))
    response = JsonResponse(export_address(email), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="person-{timezone.localdate():%Y-%m-%d}.json"'
    return response


def erase(request: StaffRequest, email: str, *, keeps_words: bool) -> HttpResponse:
    record = erase_completely(email, keeps_words=keeps_words)
    words = ngettext(
        "Personal data erased: %(count)d entry.", "Personal data erased: %(count)d entries.", record.total
    ) % {"count": record.total}
    log_act(request, DELETION, words)
    messages.success(request, words)
    return see_other(request.path)


def log_act(request: StaffRequest, flag: int, words: str) -> None:
    """Write into the admin's history what was done, and not to whom."""
    LogEntry.objects.create(
        user=request.user,
        content_type=ContentType.objects.get_for_model(ErasedAddress),
        object_repr=ERASED_LABEL if flag == DELETION else str(ErasedAddress._meta.verbose_name),
        action_flag=flag,
        change_message=words,
    )

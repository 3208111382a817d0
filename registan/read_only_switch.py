"""The page in the admin that switches read-only mode on and off, the only one that takes a form meanwhile."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.any_model import ModelForm
from blog.editing.staff_request import StaffRequest
from blog.models import Site
from blog.read_only import is_set_by_environment
from comments.views.decorators import see_other


class ReadOnlyForm(ModelForm):
    """The owner's sentence; the button says whether the mode is switched on or off."""

    class Meta:
        model = Site
        fields = ["read_only_words"]
        widgets = {"read_only_words": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"})}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("blog.change_site", raise_exception=True)
def read_only(request: StaffRequest) -> HttpResponse:
    """Show the mode, or change it to what the button says."""
    row = Site.get()
    form = ReadOnlyForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        switch(form, turned_on=request.POST.get("turn") == "on", by=request.user)
        now_on = _("The site is read-only.") if row.read_only else _("The site can be written to again.")
        messages.success(request, now_on)
        return see_other(request.path)
    context = {
        **admin.site.each_context(request),
        "title": _("Read-only mode"),
        "form": form,
        "site_row": row,
        "is_set_by_environment": is_set_by_environment(),
    }
    return TemplateResponse(request, "admin/read_only.html", context, status=400 if form.is_bound else 200)


def switch(form: ReadOnlyForm, *, turned_on: bool, by: User) -> None:
    """Store the mode, which every process knows from the next page on, and who changed it."""
    form.instance.read_only = turned_on
    row = form.save()
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Site),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
        change_message=_("Read-only mode switched on") if turned_on else _("Read-only mode switched off"),
    )

"""How often a moderator wants mail: each sets his own, and nobody another's."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comments.models import Notice
from comments.views.private import see_other


class NoticeForm(forms.Form):
    often = forms.ChoiceField(
        label=gettext_lazy("Write to me about comments that wait"),
        choices=Notice.Often.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how often."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """No list and no rows: one page, for one's own."""

    def get_urls(self) -> list[URLPattern]:
        return [path("mine/", self.admin_site.admin_view(mine), name="comments_notice_mine")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    notice = Notice.of(request.user)
    form = NoticeForm(request.POST if request.method == "POST" else None, initial={"often": notice.often})
    if not form.is_valid():
        return show(request, form)
    notice.choose(form.cleaned_data["often"])
    messages.success(request, _("From now on: %s.") % notice.get_often_display())
    return see_other(request.path)


def show(request: HttpRequest, form: NoticeForm) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Mail to you"), "form": form}
    return TemplateResponse(request, "admin/comments/notice.html", context, status=400 if form.is_bound else 200)

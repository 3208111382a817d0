"""The log of what moderators did besides deciding on comments, with an undo for each."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.text.validators import is_pk
from comments.models import Decision
from comments.queue import actions
from comments.queue.act_list import MAX_LISTED_ACTS, list_acts
from comments.queue.forms import QueueActionForm
from comments.views.decorators import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def act_log(request: StaffRequest) -> HttpResponse:
    """The newest acts, or those before the one numbered `before`; or undo one."""
    if request.method == "POST":
        return undo_from_log(request)
    before = request.GET.get("before", "")
    rows = list_acts(**({"pk__lt": int(before)} if is_pk(before) else {}))
    context = {
        **admin.site.each_context(request),
        "title": _("Other acts of moderators"),
        "opts": Decision._meta,
        "rows": rows,
        "older": rows[-1].act.pk if len(rows) == MAX_LISTED_ACTS else None,
    }
    return TemplateResponse(request, "admin/comments/act_log.html", context)


def undo_from_log(request: StaffRequest) -> HttpResponse:
    form = QueueActionForm(request.POST)
    if form.verb != "undo":
        return HttpResponseBadRequest(_("Choose one of the buttons."), content_type="text/plain; charset=utf-8")
    actions.undo_from_queue(request, form)
    return see_other(reverse("admin:comments_decision_acts"))

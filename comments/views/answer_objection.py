"""A moderator reads an objection and answers it: the decision stands, or is changed."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.editing.staff_request import StaffRequest
from blog.text.validators import max_length_validator, validate_storable
from comments.lifecycle.objections import answer_objection, may_answer
from comments.mail.objection_mail import enqueue_answer
from comments.models import Objection, Reason
from comments.models.objection import MAX_OBJECTION
from comments.queue.outcome_messages import decider_name
from comments.status import AlreadyDecided, TransitionNotAllowed
from comments.views.decorators import see_other

QUEUE = "admin:comments_comment_queue"


class AnswerForm(forms.Form):
    """The answer, and for the removal of a reported comment its public reason."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer, emailed to whoever objected"),
        validators=[validate_storable, max_length_validator(MAX_OBJECTION)],
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write an answer first.")},
    )
    reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason for removal (public)"),
        queryset=Reason.objects.filter(is_offered=True),
        required=False,
        empty_label=gettext_lazy("no reason"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.moderate_comment", raise_exception=True)
def answer_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the objection with two buttons, to whoever may answer it: not to the moderator who decided."""
    rows = Objection.objects.select_related(
        "comment__post", "comment__page", "comment__reader", "decision__by", "report", "decider"
    )
    objection = get_object_or_404(rows, pk=pk)
    if not may_answer(objection, request.user):
        raise PermissionDenied
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and request.POST.get("act") not in {"uphold", "change"}:
        form.add_error(None, _("Choose one of the buttons."))
    if form.is_bound and form.is_valid():
        return store_answer(request, objection, form)
    return render_objection(request, objection, form)


def store_answer(request: StaffRequest, objection: Objection, form: AnswerForm) -> HttpResponse:
    changes, reason = request.POST["act"] == "change", form.cleaned_data["reason"]
    try:
        answer_objection(
            objection,
            by=request.user,
            changes=changes,
            answer=form.cleaned_data["answer"],
            reason=reason.words if reason else "",
        )
    except (AlreadyDecided, TransitionNotAllowed) as refusal:
        form.add_error(None, _("Nothing was changed. ") + str(refusal))
        objection.refresh_from_db(fields=["answered_at", "outcome"])
        return render_objection(request, objection, form)
    enqueue_answer(objection)
    messages.success(request, _("Objection answered."))
    return see_other(reverse(QUEUE))


def render_objection(request: StaffRequest, objection: Objection, form: AnswerForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Objection"),
        "objection": objection,
        "comment": objection.comment,
        "decider": decider_name(objection.decision) if objection.decision else objection.decider,
        "is_own": objection.decider_id == request.user.pk,
        "form": form,
    }
    return TemplateResponse(request, "admin/comments/objection.html", context, status=400 if form.errors else 200)

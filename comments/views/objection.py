"""The link by which a reader objects to a decision on their comment, or to the answer to their report."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from comments.lifecycle.objections import NothingToObject, can_object, file_objection, find_objection
from comments.mail.objection_mail import tell_moderators
from comments.models import Comment, Report
from comments.submission.objection_form import ObjectionForm
from comments.views.decorators import secret_page, see_other
from comments.web import tokens


@secret_page(expired="comments/objection.html")
def objection(request: HttpRequest, *, token: str) -> HttpResponse:
    """A form, or how the objection stands. It repeats neither the comment nor the report."""
    comment, report = open_objection_link(token)
    stored = find_objection(comment, report=report)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and stored is None and can_object(comment, report=report) and form.is_valid():
        return store_objection(request, comment, report, form.cleaned_data["words"])
    if request.method == "POST" and stored:
        return see_other(request.path)  # sent twice
    is_open = stored is None and can_object(comment, report=report)
    status = 200 if request.method != "POST" else 400 if is_open else 409
    context = {"objection": stored, "is_open": is_open, "form": form, "by_reporter": report is not None}
    return render(request, "comments/objection.html", context, status=status)


def open_objection_link(token: str) -> tuple[Comment, Report | None]:
    """What the token is bound to; raises BadToken, and Http404 when it is gone."""
    comment_pk, report_pk = tokens.read_token(tokens.OBJECT, token, max_age=tokens.OBJECT_AGE, count=2)
    comment = get_object_or_404(Comment.objects.select_related("reader"), pk=comment_pk)
    if not report_pk:
        return comment, None
    reports = Report.objects.select_related("decision__by", "dismissed_by")
    return comment, get_object_or_404(reports, pk=report_pk, comment=comment)


@transaction.atomic
def store_objection(request: HttpRequest, comment: Comment, report: Report | None, words: str) -> HttpResponse:
    """Store it and ask the moderators who may answer; or show what became of the decision meanwhile."""
    with suppress(NothingToObject):
        stored, is_new = file_objection(comment, words, report=report)
        if is_new:
            tell_moderators(stored)
    return see_other(request.path)

"""What became of a report, for whoever left an address with it; and the button that deletes the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from comments.mail.report_mail import delete_contact, report_outcome
from comments.mail.statements import objection_path
from comments.models import Report, ReportContact
from comments.views.decorators import secret_page, see_other
from comments.web import tokens


@secret_page()
def your_report(request: HttpRequest, *, token: str) -> HttpResponse:
    """How the report stands, without a word of the comment or of the report; POST deletes the address."""
    pk = tokens.read_token_id(tokens.REPORT, token, max_age=tokens.REPORT_AGE)
    report = get_object_or_404(Report.objects.select_related("comment", "decision"), pk=pk)
    if request.method == "POST":
        delete_contact(report)
        return see_other(request.path)
    has_contact = ReportContact.objects.filter(report=report).exists()
    outcome = report_outcome(report)
    is_contestable = outcome["is_kept"] and not outcome["is_waiting"]
    context = {
        **outcome,
        "report": report,
        "has_contact": has_contact,
        "objection_url": objection_path(report.comment_id, report=report.pk) if is_contestable else "",
    }
    return render(request, "comments/your_report.html", context)

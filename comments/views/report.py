"""A reader reports a comment: without account, script or cookie."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.models import Conversation
from blog.text.validators import is_pk
from blog.web.client_ip import client_ip
from comments.conversation import muted
from comments.lifecycle.reports import file_report
from comments.mail import report_mail
from comments.models import Comment
from comments.readers import session
from comments.submission import draft_cookie
from comments.submission.rate_limits import TooFast, enforce_report_limits
from comments.submission.report_form import ReportForm
from comments.views.decorators import no_store, reader_form, see_other, tell_address
from comments.views.way_to_post import require_way_to_post
from comments.web.fingerprints import home_report_hash, neighbourhood_report_hash, reader_report_hash
from comments.web.same_origin import FOREIGN_FORM, is_same_origin


@reader_form
@tell_address
def report_comment(request: HttpRequest, *, pk: str) -> HttpResponse:
    """Ask what is wrong with a published comment, and store the answer; or mute its writer in this browser."""
    comment = get_object_or_404(Comment.objects.approved().with_subjects(), pk=pk, shown=True)
    require_way_to_post(request, comment.subject)
    if request.method != "POST":
        return render_report_page(request, comment, ReportForm())
    form = ReportForm(request.POST)
    if not is_same_origin(request):
        return render_report_page(request, comment, form, complaint=str(FOREIGN_FORM), status=403)
    if request.POST.get("act") == "mute":
        response = see_other(comment.get_link())
        muted.mute(request, response, comment)
        return response
    if not form.is_valid():
        return render_report_page(request, comment, form, status=400)
    return store_report(request, comment, form)


@transaction.atomic
def store_report(request: HttpRequest, comment: Comment, form: ReportForm) -> HttpResponse:
    """Store a report, unless they come too fast. Whoever reports twice is thanked again."""
    reader, address = session.reader_from_request(request), client_ip(request)
    sender = reader_report_hash(reader.pk) if reader else home_report_hash(address)
    who = {"sender": sender, "neighbourhood": neighbourhood_report_hash(address)}
    try:
        enforce_report_limits(**who)
    except TooFast as refusal:
        too_fast = _("Too many reports from your network. Try again later.")
        response = render_report_page(request, comment, form, complaint=too_fast, status=429)
        response.headers["Retry-After"] = str(refusal.seconds)
        return response
    sent = form.cleaned_data
    stored = file_report(
        comment, kind=sent["kind"], words=sent["words"], law=sent["law"], in_good_faith=sent["good_faith"], **who
    )
    if stored and sent["email"]:
        is_own = reader is not None and reader.email == sent["email"].casefold()
        report_mail.keep_contact(stored, sent["email"], name=sent["name"], address=address, is_known=is_own)
    response = see_other(f"{reverse('comments:report-received')}?post={comment.conversation_id}")
    draft_cookie.mark_draft_stored(request, response)
    return response


def render_report_page(
    request: HttpRequest, comment: Comment, form: ReportForm, *, complaint: str = "", status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "post": comment.subject, "form": form, "complaint": complaint}
    return render(request, "comments/report.html", context, status=status)


@no_store
@require_safe
def report_received(request: HttpRequest) -> HttpResponse:
    """Thanks, with the way back to the post: the comment may be hidden by now."""
    pk = request.GET.get("post", "")
    subject = Conversation.objects.subject_of(int(pk)) if is_pk(pk) else None
    return render(
        request, "comments/reported.html", {"post": subject if subject and subject.lists_conversation else None}
    )

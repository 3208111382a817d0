"""A comment in: parse the form, enforce the rate limits, screen, store, redirect. No email, cache or network.

Only whoever ticks *Email me* with an address that is not verified costs more: a link goes into the outbox in the same
transaction, if the limits of such links, which the shared cache counts, allow it.
"""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.models import Commentable
from blog.text.datetimes import format_datetime
from blog.text.validators import is_pk
from blog.views.subject import get_public_subject, render_subject
from blog.web.client_ip import client_ip
from comments.conversation import read_cookie, waiting
from comments.lifecycle.submit import find_stored, store
from comments.mail import verification
from comments.models import Comment, Reader, Rule
from comments.readers.submitter import Submitter
from comments.screening.checks import MIN_SECONDS_TO_WRITE
from comments.status import Status
from comments.submission import draft_cookie, form_time
from comments.submission.comment_form import CommentForm
from comments.submission.facts import Submission, collect_facts
from comments.submission.rate_limits import TooFast, enforce_comment_limits
from comments.submission.remembered_name import set_name_cookie
from comments.submission.screen import screen
from comments.threads import layout
from comments.views.decorators import no_store, tell_address
from comments.views.form_status import form_status
from comments.web import tokens
from comments.web.same_origin import FOREIGN_FORM, is_same_origin


@csrf_exempt  # the form stands on cached pages; is_same_origin stands in for a CSRF token
@require_POST
@tell_address
def submit_comment(request: HttpRequest, **where: str) -> HttpResponse:
    """Store a comment and lead to it or its receipt; or show the post again, with the form and what is wrong."""
    subject = get_public_subject(request, **where)
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The form was cut off on its way here.")
    form = CommentForm(request.POST, submitter=Submitter(request, subject), parent=find_parent(subject, request.POST))
    if not is_same_origin(request):
        form.add_refusal("elsewhere", str(FOREIGN_FORM))
    elif request.POST.get("act") == "preview":
        form.preview = form.html if form.is_valid() else SafeString("")
        return redisplay_form(request, form)
    if not form.is_valid():
        return redisplay_form(request, form)
    return accept_comment(request, form)


def find_parent(subject: Commentable, data: QueryDict) -> Comment | None:
    """The comment that is replied to, if readers of this post see it."""
    pk = data.get("parent", "")
    return (
        Comment.objects.approved().filter(conversation=subject.thread_id, shown=True, pk=pk).first()
        if is_pk(pk)
        else None
    )


def accept_comment(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """Store a valid form's comment once, unless it comes too fast or a rule refuses it."""
    submission = form.submission(address=client_ip(request))
    try:
        comment = store_submission(submission)
    except TooFast as refusal:
        form.add_refusal("pace", describe_wait(refusal, submission.subject))
        return redisplay_form(request, form, retry_after=refusal.seconds)
    if comment is None:
        form.add_refusal("rule", describe_refusal(submission.submitter.reader))
        return redisplay_form(request, form)
    response = lead_to_comment(request, comment)
    if form.cleaned_data.get("remember"):
        set_name_cookie(response, form.cleaned_data)
    return response


def store_submission(submission: Submission) -> Comment | None:
    """The stored comment, now or when it was sent before; None when a rule refuses it. Raises TooFast."""
    try:
        return screen_and_store(submission)
    except (IntegrityError, TooFast) as refusal:
        if earlier := find_stored(submission.columns(), submission.sent_from):
            return earlier
        if isinstance(refusal, TooFast):
            raise
    submission.submitter.reader = None  # their address was being erased; now it is, and they are a new reader
    return screen_and_store(replace(submission))


def screen_and_store(submission: Submission) -> Comment | None:
    """Count, screen and store under the same locks, or many sent at one moment would not see each other."""
    facts, signs = collect_facts(submission), submission.signs  # before the locks
    with transaction.atomic():
        enforce_comment_limits(submission)
        verdict = screen(submission, facts)
        if not verdict.is_refused:
            columns = submission.columns() | verdict.columns()
            who = submission.submitter.account
            sources, sent_from = submission.sources, submission.sent_from
            comment = store(**columns, by=who, sources=sources, sent_from=sent_from, signs=signs)
            verification.request_for_wishes(comment, address=submission.address)
            return comment
        if (earlier := find_stored(submission.columns(), submission.sent_from)) is None:
            Rule.objects.count_refusal(verdict.rule)
        return earlier


def lead_to_comment(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Into the thread, or to the receipt of a comment that is not published."""
    query = read_cookie.forward_since_query(request)
    if comment.status == Status.APPROVED:
        response = redirect(comment.get_thread_url(query))
    else:
        response = redirect(reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)]) + query)
        waiting.set_waiting_cookie(request, response, comment)
    read_cookie.record_own_comment(request, response, comment)
    draft_cookie.mark_draft_stored(request, response)
    return response


def describe_refusal(reader: Reader | None) -> str:
    """Why it is refused. Only whoever is signed in as a reader learns how a moderator treats that reader."""
    if reader is None or not reader.is_barred:
        return _("The rules of this site do not allow this comment. Your text is below, so that you can copy it.")
    if reader.standing == Reader.Standing.BANNED or reader.suspended_until is None:
        return _("A moderator has decided that you cannot comment here. Your text is below, so that you can copy it.")
    sentence = _("You cannot comment here until %s. Your text is below, so that you can copy it.")
    return sentence % format_datetime(reader.suspended_until)


def describe_wait(refusal: TooFast, subject: Commentable) -> str:
    """Why to wait, and for how long."""
    minutes = -(-refusal.seconds // 60)
    wait = ngettext("Try again in %d minute.", "Try again in %d minutes.", minutes) % minutes
    if not refusal.is_slow_mode:
        return _("You are posting too quickly.") + f" {wait}"
    pause = ngettext(
        "Slow mode is on: each reader can post once every %d minute.",
        "Slow mode is on: each reader can post once every %d minutes.",
        subject.pause_minutes,
    )
    return f"{pause % subject.pause_minutes} {wait}"


def redisplay_form(request: HttpRequest, form: CommentForm, *, retry_after: int = 0) -> HttpResponse:
    """The post's page with the form as it was filled in, on the page of the thread where it was."""
    refresh_hidden_fields(form)
    parent = form.parent_comment
    page = layout.page_at_position(parent.position()) if parent else 1
    response = render_subject(request, form.about, status=form_status(form), comment_form=form, thread_page=page)
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refresh_hidden_fields(form: CommentForm) -> None:
    """Give the form a time of opening that holds, and no parent that has gone."""
    if form.age is not None:  # it keeps the time at which it was opened
        stamp = form.cleaned_data["stamp"]
    else:  # an expired form may be sent again at once
        stamp = form_time.sign_form_time(form.about, seconds_ago=MIN_SECONDS_TO_WRITE if form.is_expired else 0)
    parent = str(form.parent_comment.pk) if form.parent_comment else ""
    form.data = dict(form.data.items()) | {"stamp": stamp, "parent": parent}


@require_safe
@no_store
def issue_form_time(request: HttpRequest, **where: str) -> HttpResponse:
    """The signed time for the form on a cached page, which a script asks for when its reader begins to write."""
    return HttpResponse(form_time.sign_form_time(get_public_subject(request, **where)), content_type="text/plain")


@require_safe
@no_store
def form_time_pixel(request: HttpRequest, **where: str) -> HttpResponse:
    """Leave the signed time in a browser without scripts, which loads this as an image of the cached page."""
    response = HttpResponse(status=204)
    form_time.set_form_time_cookie(request, response, get_public_subject(request, **where))
    return response

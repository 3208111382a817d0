"""A comment in: guard, form, screening, pace, `submit`, receipt. No mail, cache or network on this way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from blog.models import Post
from blog.text.validators import is_pk
from blog.views.post import get_public_post, render_post
from comments.conversation import read_cookie
from comments.lifecycle.submit import submit
from comments.models import Comment, Finding, Reader
from comments.screening.patterns import words_key
from comments.status import Status
from comments.submission import draft_cookie, facts, form_time, rate_limits, screen
from comments.submission.comment_form import CommentForm
from comments.threads import layout
from comments.views.decorators import no_store
from comments.web import tokens
from comments.web.client_ip import client_ip, neighbourhood_network
from comments.web.fingerprints import comment_fingerprint
from comments.web.same_origin import is_same_origin


@csrf_exempt  # the form stands on pages that anybody may keep; is_same_origin stands in for a CSRF token
@require_POST
def submit_comment(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """Take a comment and lead to its receipt; or show the post again, with the form, its text and what is wrong."""
    post = get_public_post(year, month, day, slug)
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The form was cut on its way here.")
    form = CommentForm(request.POST, post=post, request=request, parent=find_parent(post, request.POST))
    if not is_same_origin(request):
        form.add_refusal(
            "elsewhere", _("This form was sent from another site. If it was you, look at your text and send again.")
        )
    elif request.POST.get("act") == "preview":
        form.preview = form.html if form.is_valid() else ""
        return redisplay_form(request, form)
    if not form.is_valid():
        return redisplay_form(request, form)
    return accept_comment(request, form)


@require_safe
@no_store
def issue_form_time(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """The time, signed, for the form on a kept page: a script asks for it when its reader begins to write."""
    return HttpResponse(form_time.sign_form_time(get_public_post(year, month, day, slug)), content_type="text/plain")


@require_safe
@no_store
def form_time_pixel(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """The time, signed, left in a browser without scripts, which asks for this as for a picture of the kept page."""
    response = HttpResponse(status=204)
    form_time.set_form_time_cookie(request, response, get_public_post(year, month, day, slug))
    return response


def find_parent(post: Post, data) -> Comment | None:
    """The comment that `data` says is answered, if readers of this post see it."""
    text = data.get("parent", "")
    if not is_pk(text):
        return None
    return Comment.objects.approved().filter(post=post, shown=True, pk=text).first()


def accept_comment(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """Store a valid form's comment, unless it came too fast, a rule refuses it, or it is stored already."""
    values = form.values()
    comment = Comment.objects.filter(fingerprint=comment_fingerprint(values)).select_related("post").first()
    if comment is None:
        values["address"] = client_ip(request) or None
        if not form.submitter.owns_thread and (seconds := rate_limits.seconds_until_allowed(values["address"] or "")):
            refuse_as_too_fast(form)  # before anything dearer is asked; asked again when it is stored
            return redisplay_form(request, form, wait=seconds)
        how = {"to": Status.APPROVED} if form.submitter.publishes_immediately else screen_submission(form, values)
        if how is None:
            return redisplay_form(request, form)
        try:
            comment, seconds = store_comment(form, values | how)
        except IntegrityError:  # his address was being forgotten (expiry.forget): now it is, and he is new
            for one in how.get("findings", ()):
                one.pk = None
            comment, seconds = store_comment(form, values | how)
        if comment is None:
            return redisplay_form(request, form, wait=seconds)
    if comment.status == Status.APPROVED:
        response = redirect(comment.get_thread_url(read_cookie.forward_since_query(request)))
    else:
        receipt = reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)])
        response = redirect(receipt + read_cookie.forward_since_query(request))
    read_cookie.record_own_comment(request, response, comment)
    draft_cookie.mark_draft_stored(request, response)
    return response


def screen_submission(form: CommentForm, values: dict[str, Any]) -> dict[str, Any] | None:
    """How the comment is to be stored after screening; None, and the form refused, when a rule does not take it."""
    trap, address = form.cleaned_data.get("subject", ""), values["address"] or ""
    of_form = {"trap": trap, "age": form.age, "is_undated": form.age is None}
    found = screen.screen_comment(values, html=form.html, submitter=form.submitter, address=address, of_form=of_form)
    if found is None:
        form.add_refusal(
            "rule", _("The rules of this site do not let this comment through. Your text is below, to keep.")
        )
        return None
    return vars(found)


@transaction.atomic
def store_comment(form: CommentForm, values: dict[str, Any]) -> tuple[Comment | None, int]:
    """The comment, stored; or None, the form refused, and the seconds to wait when it came too fast."""
    submitter, address = form.submitter, values["address"] or ""
    if not submitter.owns_thread:
        rate_limits.take_advisory_lock(f"pace {neighbourhood_network(address)}")
        if seconds := rate_limits.seconds_until_allowed(address):
            refuse_as_too_fast(form)
            return None, seconds
        if seconds := rate_limits.seconds_until_slow_mode_allows(form.post, address, values["email"]):
            form.add_refusal("pace", slow_mode_message(form.post, seconds))
            return None, seconds
        hold_repeated(form, values)
    return submit(by=submitter.user if submitter.is_signed_in else None, **values)[0], 0


def refuse_as_too_fast(form: CommentForm) -> None:
    form.add_refusal("pace", _("You write faster than this site can read. Wait a little, then send again."))


def hold_repeated(form: CommentForm, values: dict[str, Any]) -> None:
    """Hold what a regular sends under many posts at the same moment: screened apart, none of them saw the others."""
    reader = None if form.submitter.owns_thread or values["to"] != Status.APPROVED else form.submitter.reader
    if reader is None or reader.standing == Reader.Standing.TRUSTED:
        return
    rate_limits.take_advisory_lock(f"words {words_key(values['body'])}")
    if where := facts.find_repetition(values["body"], post_id=form.post.pk, reader=reader):
        values |= {"to": Status.PENDING, "findings": [*values["findings"], Finding(kind="repeated", words=where)]}


def slow_mode_message(post: Post, seconds: int) -> str:
    """What slow mode asks for, and for how long."""
    minutes = -(-seconds // 60)
    pause = ngettext(
        "This conversation goes slowly: %d minute between two comments of one reader.",
        "This conversation goes slowly: %d minutes between two comments of one reader.",
        post.slow_minutes,
    )
    wait = ngettext("Send it again in %d minute.", "Send it again in %d minutes.", minutes)
    return f"{pause % post.slow_minutes} {wait % minutes}"


def redisplay_form(request: HttpRequest, form: CommentForm, *, wait: int = 0) -> HttpResponse:
    """The post's page with the form as it was filled in, on the page of the thread where it was."""
    form.prepare_redisplay()
    parent = form.parent_comment
    page = layout.page_at_position(parent.position()) if parent else 1
    response = render_post(request, form.post, status=form.status, comment_form=form, thread_page=page)
    response.headers["Cache-Control"] = "no-store"
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response

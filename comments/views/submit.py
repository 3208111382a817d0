"""A comment in: guard, form, screening, pace, `Comment.submit`, receipt. No mail, cache or network on this way."""

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
from blog.text import is_key
from blog.views.posts import public_post, show
from comments import drafts, gathering, pace, reading, stamps, threads, tokens, verdicts
from comments.forms import CommentForm
from comments.identity import fingerprint
from comments.models import Comment, Finding, Reader
from comments.moderation import Status
from comments.network import client_address, neighbourhood
from comments.rules import words_key
from comments.views.private import came_from_us, unkept


@csrf_exempt  # the form stands on pages that anybody may keep; came_from_us does what a key would
@require_POST
def submit(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """Take a comment and lead to its receipt; or show the post again, with the form, its text and what is wrong."""
    post = public_post(year, month, day, slug)
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The form was cut on its way here.")
    form = CommentForm(request.POST, post=post, request=request, parent=shown_parent(post, request.POST))
    if not came_from_us(request):
        form.refuse(
            "elsewhere", _("This form was sent from another site. If it was you, look at your text and send again.")
        )
    elif request.POST.get("act") == "preview":
        form.preview = form.html if form.is_valid() else ""
        return shown_again(request, form)
    if not form.is_valid():
        return shown_again(request, form)
    return take(request, form)


@require_safe
@unkept
def stamp(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """The time, signed, for the form on a kept page: a script asks for it when its reader begins to write."""
    return HttpResponse(stamps.new(public_post(year, month, day, slug)), content_type="text/plain")


@require_safe
@unkept
def opened(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """The time, signed, left in a browser without scripts, which asks for this as for a picture of the kept page."""
    response = HttpResponse(status=204)
    stamps.leave(request, response, public_post(year, month, day, slug))
    return response


def shown_parent(post: Post, data) -> Comment | None:
    """The comment that `data` says is answered, if readers of this post see it."""
    text = data.get("parent", "")
    if not is_key(text):
        return None
    return Comment.objects.approved().filter(post=post, shown=True, pk=text).first()


def take(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """Store a valid form's comment, unless it came too fast, a rule refuses it, or it is stored already."""
    values = form.values()
    comment = Comment.objects.filter(fingerprint=fingerprint(values)).select_related("post").first()
    if comment is None:
        values["address"] = client_address(request) or None
        if not form.writer.is_host and (seconds := pace.wait_for(values["address"] or "")):
            refuse_pace(form)  # before anything dearer is asked; asked again when it is stored
            return shown_again(request, form, wait=seconds)
        how = {"to": Status.APPROVED} if form.writer.is_heard_at_once else screened(form, values)
        if how is None:
            return shown_again(request, form)
        try:
            comment, seconds = store(form, values | how)
        except IntegrityError:  # his address was being forgotten (expiry.forget): now it is, and he is new
            for one in how.get("findings", ()):
                one.pk = None
            comment, seconds = store(form, values | how)
        if comment is None:
            return shown_again(request, form, wait=seconds)
    if comment.status == Status.APPROVED:
        response = redirect(comment.get_thread_url(reading.query_of(request)))
    else:
        receipt = reverse("comments:receipt", args=[tokens.make(tokens.RECEIPT, comment.pk)])
        response = redirect(receipt + reading.query_of(request))
    reading.note_own(request, response, comment)
    drafts.say_stored(request, response)
    return response


def screened(form: CommentForm, values: dict[str, Any]) -> dict[str, Any] | None:
    """How the comment is to be stored after screening; None, and the form refused, when a rule does not take it."""
    trap, address = form.cleaned_data.get("subject", ""), values["address"] or ""
    of_form = {"trap": trap, "age": form.age, "is_undated": form.age is None}
    found = verdicts.screened(values, html=form.html, writer=form.writer, address=address, of_form=of_form)
    if found is None:
        form.refuse("rule", _("The rules of this site do not let this comment through. Your text is below, to keep."))
        return None
    return vars(found)


@transaction.atomic
def store(form: CommentForm, values: dict[str, Any]) -> tuple[Comment | None, int]:
    """The comment, stored; or None, the form refused, and the seconds to wait when it came too fast."""
    writer, address = form.writer, values["address"] or ""
    if not writer.is_host:
        pace.one_at_a_time(f"pace {neighbourhood(address)}")
        if seconds := pace.wait_for(address):
            refuse_pace(form)
            return None, seconds
        if seconds := pace.wait_under(form.post, address, values["email"]):
            form.refuse("pace", slow_words(form.post, seconds))
            return None, seconds
        hold_repeated(form, values)
    return Comment.submit(by=writer.user if writer.is_known else None, **values)[0], 0


def refuse_pace(form: CommentForm) -> None:
    form.refuse("pace", _("You write faster than this site can read. Wait a little, then send again."))


def hold_repeated(form: CommentForm, values: dict[str, Any]) -> None:
    """Hold what a regular sends under many posts at the same moment: screened apart, none of them saw the others."""
    reader = None if form.writer.is_host or values["to"] != Status.APPROVED else form.writer.reader
    if reader is None or reader.standing == Reader.Standing.TRUSTED:
        return
    pace.one_at_a_time(f"words {words_key(values['body'])}")
    if where := gathering.repeated(values["body"], post_id=form.post.pk, reader=reader):
        values |= {"to": Status.PENDING, "findings": [*values["findings"], Finding(kind="repeated", words=where)]}


def slow_words(post: Post, seconds: int) -> str:
    """What slow mode asks for, and for how long."""
    minutes = -(-seconds // 60)
    pause = ngettext(
        "This conversation goes slowly: %d minute between two comments of one reader.",
        "This conversation goes slowly: %d minutes between two comments of one reader.",
        post.slow_minutes,
    )
    wait = ngettext("Send it again in %d minute.", "Send it again in %d minutes.", minutes)
    return f"{pause % post.slow_minutes} {wait % minutes}"


def shown_again(request: HttpRequest, form: CommentForm, *, wait: int = 0) -> HttpResponse:
    """The post's page with the form as it was filled in, on the page of the thread where it was."""
    form.as_shown_again()
    parent = form.parent_comment
    page = threads.page_of(parent.position()) if parent else 1
    response = show(request, form.post, status=form.status, comment_form=form, thread_page=page)
    response.headers["Cache-Control"] = "no-store"
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response

"""A comment in: guard, form, pace, `Comment.submit`, receipt. No mail, no cache, no network on this way."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blog.models import Post
from blog.text import is_key
from blog.views.posts import public_post, show
from comments import guard, pace, threads, tokens
from comments.forms import CommentForm
from comments.models import Comment
from comments.models.comment import fingerprint
from comments.moderation import Status
from comments.network import client_address


@csrf_exempt  # the form stands on pages that anybody may keep; guard.came_from_us does what a key would
@require_POST
def submit(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    """Take a comment and lead to its receipt; or show the post again, with the form, its text and what is wrong."""
    post = public_post(year, month, day, slug)
    if len(request.body) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise BadRequest("The form was cut on its way here.")
    form = CommentForm(request.POST, post=post, request=request, parent=shown_parent(post, request.POST))
    if not guard.came_from_us(request.headers, host=request.get_host()):
        form.refuse(
            "elsewhere", _("This form was sent from another site. If it was you, look at your text and send again.")
        )
    elif request.POST.get("act") == "preview":
        form.preview = form.html if form.is_valid() else ""
        return shown_again(request, form)
    if not form.is_valid():
        return shown_again(request, form)
    return take(request, form)


def shown_parent(post: Post, data) -> Comment | None:
    """The comment that `data` says is answered, if readers of this post see it."""
    text = data.get("parent", "")
    if not is_key(text):
        return None
    return Comment.objects.approved().filter(post=post, shown=True, pk=text).first()


def take(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """Store a valid form's comment, unless it came too fast or is stored already."""
    values = form.values()
    comment = Comment.objects.filter(fingerprint=fingerprint(values)).select_related("post").first()
    if comment is None:
        comment, seconds = store(form, values, client_address(request))
        if comment is None:
            form.refuse("pace", _("You write faster than this site can read. Wait a little, then send again."))
            return shown_again(request, form, wait=seconds)
    if comment.status == Status.APPROVED:
        return redirect(comment.get_thread_url())
    return redirect("comments:receipt", token=tokens.make(tokens.RECEIPT, comment.pk))


@transaction.atomic
def store(form: CommentForm, values: dict, address: str) -> tuple[Comment | None, int]:
    """The comment, stored; or None and the seconds to wait, when its address writes too fast."""
    at_once = form.writer.is_heard_at_once
    if not at_once and (seconds := pace.wait_for(address)):
        return None, seconds
    status = Status.APPROVED if at_once else Status.PENDING
    by = form.writer.user if form.writer.is_known else None
    return Comment.submit(to=status, by=by, address=address or None, **values)[0], 0


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

"""An author replies to comments on their own posts from the dashboard, notes what they say, or marks them as read."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from blog.editing.staff_request import StaffRequest
from blog.text.validators import is_pk, validate_storable
from comments.lifecycle.submit import submit
from comments.models import Comment
from comments.queue import author_inbox
from comments.queue.actions import add_author_notes
from comments.queue.forms import clean_comment_text
from comments.queue.outcome_messages import describe_comments
from comments.readers.submitter import Submitter
from comments.status import Status, Via

INBOX_URL = "admin:index"


class InboxReplyForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your reply, published below the comment"),
        strip=False,
        required=False,
        validators=[validate_storable],
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def clean_answer(self) -> str:
        return clean_comment_text(self.cleaned_data["answer"], wanted=True)


@require_http_methods(["GET", "HEAD", "POST"])
def reply_from_inbox(request: StaffRequest, pk: str) -> HttpResponse:
    """Show a comment and a form for the reply, which keeps what was typed when something is wrong."""
    comment, submitter = get_own_comment(request, pk)
    form = InboxReplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and comment.subject.is_closed and not submitter.is_moderator:
        form.add_error(None, _("This conversation is closed to new comments."))
    if form.is_valid():
        return publish_inbox_reply(request, comment, submitter, form.cleaned_data["answer"])
    context = {**admin.site.each_context(request), "title": _("Reply"), "comment": comment, "form": form}
    status = 400 if form.is_bound else 200
    return TemplateResponse(request, "admin/comments/inbox_reply.html", context, status=status)


def get_own_comment(request: StaffRequest, pk: str) -> tuple[Comment, Submitter]:
    """A published comment on a post of the user's; Http404 for any other."""
    comments = Comment.objects.public().filter(pk=pk).with_subjects() if is_pk(pk) else []
    for comment in comments:
        submitter = Submitter(request, comment.subject)
        if submitter.owns_thread:
            return comment, submitter
    raise Http404("There is no such comment on a post of yours.")


def publish_inbox_reply(request: StaffRequest, comment: Comment, submitter: Submitter, text: str) -> HttpResponse:
    """Submitted like every comment: sent twice, it is stored once."""
    to = Status.APPROVED if submitter.publishes_immediately else Status.PENDING
    columns = {**submitter.columns(), "subject": comment.subject, "parent": comment, "body": text}
    submit(**columns, to=to, via=Via.DESK, by=request.user)
    if to == Status.APPROVED:
        sentence = _("Replied to: %s.")
    else:
        sentence = _("Your reply is waiting for a moderator, like every comment on this post: %s.")
    messages.success(request, sentence % describe_comments([comment]))
    return redirect(INBOX_URL)


@require_POST
def note_from_inbox(request: StaffRequest, pk: str) -> HttpResponse:
    """Make a note on the post of what a comment says, for somebody who may edit the post or moderates."""
    comment, submitter = get_own_comment(request, pk)
    may_edit = request.user.has_perm("blog.publish_post")
    if not (may_edit or submitter.is_moderator):
        raise PermissionDenied
    add_author_notes(request, [comment])
    return redirect("admin:blog_post_notes", comment.subject.pk) if may_edit else redirect(INBOX_URL)


@require_POST
def mark_inbox_read(request: StaffRequest) -> HttpResponse:
    """Mark what the page showed as read, up to the comment `last`, or with `all` everything."""
    last = request.POST.get("last", "")
    if "all" in request.POST:
        author_inbox.mark_as_read(request.user)
    elif is_pk(last):
        author_inbox.mark_as_read(request.user, up_to=int(last))
    return redirect(INBOX_URL)

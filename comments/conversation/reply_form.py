"""The comment form that an address asks for: blank, below a comment to reply to it, or with a quotation."""

from __future__ import annotations

from django.http import HttpRequest

from blog.models import Commentable
from blog.text.validators import is_pk
from comments.models import Comment
from comments.models.quotation import POST_SOURCE
from comments.readers.submitter import Submitter
from comments.submission import prefill
from comments.submission.comment_form import CommentForm
from comments.threads.layout import ThreadPage


def build_requested_form(request: HttpRequest, subject: Commentable, thread: ThreadPage) -> CommentForm:
    """The form for `?reply=` (a comment's primary key) and `?quote=` (the same, `post` or a paragraph of it)."""
    reply, quote = request.GET.get("reply", ""), request.GET.get("quote", "")
    parent = find_reply_target(subject, thread, reply)
    form = CommentForm(submitter=Submitter(request, subject), parent=parent)
    if parent and quote == reply:
        form.quote(prefill.quote_comment(parent), source=quote)
    elif quote == POST_SOURCE:
        form.paragraphs = prefill.paragraph_choices(subject)
    elif text := prefill.quote_paragraph(subject, quote):
        form.quote(text, source=POST_SOURCE)
    return form


def find_reply_target(subject: Commentable, thread: ThreadPage, number: str) -> Comment | None:
    """The comment to reply to, if readers of this post see it: on this page, or on another if the thread has grown."""
    for item in thread.items:
        if item.can_reply and str(item.comment.pk) == number:
            comment: Comment = item.comment
            return comment
    if thread.is_closed or not is_pk(number):
        return None
    return Comment.objects.approved().filter(conversation=subject.thread_id, shown=True, pk=number).first()


def place_form(form: CommentForm, thread: ThreadPage) -> None:
    """Put the form below the comment it replies to, or else below the thread; on a closed post only a refused form."""
    if thread.is_closed and not form.is_bound:
        return
    for item in thread.items:
        if form.parent_comment and item.comment.pk == form.parent_comment.pk:
            item.form = form
            return
    thread.form = form

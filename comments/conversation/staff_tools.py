"""What moderators see of a conversation beyond what readers do: waiting comments, a link at each, what they just did.

Pages of people who are signed in come from no cache (blog/page_cache.py), so nothing of this is on a reader's page.
"""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from blog.models import Commentable
from blog.text.validators import is_pk
from comments.conversation.waiting import insert_waiting_rows
from comments.models import Comment
from comments.queue.outcome_messages import pop_notices
from comments.readers.submitter import Submitter
from comments.status import Status
from comments.threads.layout import ThreadPage, permalink
from comments.threads.orders import Order

# Names the comment that was just decided on, for the place of the notice.
PARAMETER = "moderated"
# Waiting comments of one conversation that moderators see there; all of them are in the queue.
MAX_SHOWN_WAITING = 100
# The anchor of the notice.
ANCHOR = "moderated"


def add_staff_tools(thread: ThreadPage, request: HttpRequest, subject: Commentable, submitter: Submitter) -> None:
    """Add what a moderator needs to this page; nothing for anybody else. One query more than the page of a reader."""
    if not submitter.is_moderator:
        return
    insert_waiting_rows(thread, subject, Q(status=Status.PENDING), limit=MAX_SHOWN_WAITING)
    for item in thread.items:
        item.moderate_url = moderation_url(item.comment.pk)
    place_notices(thread, request, subject)


def moderation_url(pk: int) -> str:
    """The address of the page on which a comment is moderated."""
    return f"{permalink(pk)}moderate/"


def conversation_url(subject: Commentable) -> str:
    """The address of the page on which the state of a conversation is changed."""
    return f"{subject.get_absolute_url()}conversation/"


def place_notices(thread: ThreadPage, request: HttpRequest, subject: Commentable) -> None:
    """Show what became of the last act before the comment it was about, or where it stood; else above the thread."""
    notices = pop_notices(request)
    if not notices:
        return
    pk = request.GET.get(PARAMETER, "")
    comment = Comment.objects.filter(conversation=subject.thread_id, pk=pk).only("path").first() if is_pk(pk) else None
    action = moderation_url(comment.pk) if comment else conversation_url(subject)
    html = render_notices(request, notices, action)
    if comment and thread.order == Order.OLDEST:
        for item in thread.items:
            if str(item.comment.path) >= comment.path:
                item.notice_html = html
                return
    thread.notice_html = html


def render_notices(request: HttpRequest, notices: list[dict[str, str]], action: str) -> SafeString:
    return render_to_string("comments/_staff_notices.html", {"notices": notices, "action": action}, request)

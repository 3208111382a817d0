"""A commenter's private receipt: what became of their comment, and what they can still do about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from blog.web.client_ip import client_ip
from comments.conversation import read_cookie
from comments.lifecycle.edits import edit_obstacle, withdraw
from comments.lifecycle.ownership import status_for_author
from comments.mail import notifications, verification
from comments.mail.statements import objection_path
from comments.models import Comment
from comments.models.reader import mask_address
from comments.status import AlreadyDecided, Status
from comments.views.decorators import secret_page, see_other
from comments.views.edit import find_own_comment
from comments.web import tokens


@secret_page()
def receipt(request: HttpRequest, *, token: str) -> HttpResponse:
    """Waiting, published or declined; for the holder of the link only."""
    pk = tokens.read_token_id(tokens.RECEIPT, token, max_age=tokens.RECEIPT_AGE)
    comment = get_object_or_404(Comment.objects.with_subjects().select_related("reader"), pk=pk)
    if request.method != "POST":
        return render_receipt(request, comment)
    act = ACTIONS.get(request.POST.get("act", ""))
    if act is None:
        return render_receipt(request, comment, complaint=_("Choose one of the buttons."), status=400)
    return act(request, comment)


def withdraw_waiting(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Withdraw the comment while it is waiting."""
    try:
        # Whoever sends spam is told that it is waiting.
        withdraw(comment, expected=Status.SPAM if comment.status == Status.SPAM else Status.PENDING)
    except AlreadyDecided as late:
        if late.status == Status.WITHDRAWN:
            return see_other(request.path)
        too_late = _("A moderator has already decided, so it could not be withdrawn.")
        return render_receipt(request, comment, complaint=too_late, status=409)
    return see_other(request.path)


def ask_for_outcome_email(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Remember to email the decision, once the address is verified (mail/notifications.py)."""
    if comment.reader and status_for_author(comment) == Status.PENDING:
        comment.wants_outcome_email = True
        comment.save(update_fields=["wants_outcome_email"])
    return ask_for_verification(request, comment)


def ask_for_reply_emails(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Remember to email replies, once the comment is published and the address verified."""
    if can_ask_for_reply_emails(comment):
        comment.wants_reply_emails = True
        comment.save(update_fields=["wants_reply_emails"])
        if comment.status == Status.APPROVED:
            notifications.subscribe_to_replies(comment)
    return ask_for_verification(request, comment)


def ask_for_verification(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Email a link that verifies the address: for what its writer wishes once, by the button for it again."""
    if not can_verify(comment):
        return see_other(request.path)
    is_again = request.POST.get("act") == "prove"
    request_link = verification.request_verification if is_again else verification.request_for_wishes
    if seconds := request_link(comment, address=client_ip(request)):
        too_often = _("We have sent as many emails as we can for now. Check your inbox, or try again later.")
        response = render_receipt(request, comment, complaint=too_often, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    return see_other(request.path)


# By the value of the page's buttons.
ACTIONS = {
    "withdraw": withdraw_waiting,
    "news": ask_for_outcome_email,
    "replies": ask_for_reply_emails,
    "prove": ask_for_verification,
}


def can_verify(comment: Comment) -> bool:
    """Is it unknown whether whoever sent this owns the address? Its owner may have verified it elsewhere."""
    return comment.reader is not None and not comment.is_verified


def can_ask_for_reply_emails(comment: Comment) -> bool:
    """Can there be replies, now or once it is published?"""
    return comment.reader is not None and status_for_author(comment) in {Status.PENDING, Status.APPROVED}


def render_receipt(request: HttpRequest, comment: Comment, *, complaint: str = "", status: int = 200) -> HttpResponse:
    state, query = status_for_author(comment), read_cookie.forward_since_query(request)
    address = comment.subject.get_absolute_url()
    context = {
        "comment": comment,
        "post": comment.subject,
        "state": state,
        "can_prove": can_verify(comment),
        "can_edit": find_own_comment(request, str(comment.pk)) is not None and edit_obstacle(comment) is None,
        "can_ask_for_replies": can_ask_for_reply_emails(comment),
        "post_query": query,
        # Its own place, where this browser sees it while it waits.
        "thread_url": comment.get_thread_url(query) if state == Status.PENDING else f"{address}{query}#comments",
        "link_sent_to": mask_address(comment.email)
        if can_verify(comment) and verification.was_requested(comment)
        else "",
        "wants_outcome": comment.wants_outcome_email and state == Status.PENDING,
        "wants_replies": comment.wants_reply_emails and can_ask_for_reply_emails(comment),
        "objection_url": objection_path(comment.pk) if state == Status.REMOVED else "",
        "complaint": complaint,
    }
    return render(request, "comments/receipt.html", context, status=status)

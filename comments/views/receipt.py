"""The commenter's private receipt: what became of his comment, and what he may still do about it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import news, proving, reading, tokens
from comments.models import Comment
from comments.models.own import stands
from comments.moderation import AlreadyDecided, Status, Via
from comments.network import client_address
from comments.views.private import private, see_other


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, *, token: str) -> HttpResponse:
    """Held, published or declined; for the holder of the link alone."""
    try:
        pk = tokens.read(tokens.RECEIPT, token, max_age=tokens.RECEIPT_AGE)
    except tokens.BadToken:
        raise Http404("There is no such receipt.") from None
    comment = get_object_or_404(Comment.objects.select_related("post", "reader"), pk=pk)
    if request.method != "POST":
        return show(request, comment)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return show(request, comment, complaint=_("Choose one of the buttons."), status=400)
    return act(request, comment)


def withdraw(request: HttpRequest, comment: Comment) -> HttpResponse:
    """While it waits, it is his to take back."""
    try:
        # Spam waits, as far as its writer is told.
        comment.withdraw(via=Via.READER, expected=Status.SPAM if comment.status == Status.SPAM else Status.PENDING)
    except AlreadyDecided as late:
        if late.status == Status.WITHDRAWN:
            return see_other(request.path)
        in_hand = _("A moderator has it in hand already, so it could not be withdrawn.")
        return show(request, comment, complaint=in_hand, status=409)
    return see_other(request.path)


def ask_for_news(request: HttpRequest, comment: Comment) -> HttpResponse:
    """He wants a mail on the decision. It is sent once the address is known to be his (news.py)."""
    if comment.reader and stands(comment) == Status.PENDING:
        Comment.objects.filter(pk=comment.pk).update(wants_news=True)
    return see_other(request.path)


def ask_for_replies(request: HttpRequest, comment: Comment) -> HttpResponse:
    """He wants a mail on each reply, once it has appeared and the address is known to be his."""
    if can_ask_for_replies(comment):
        comment.wants_replies = True
        comment.save(update_fields=["wants_replies"])
        if comment.status == Status.APPROVED:
            news.remember_replies(comment)
    return see_other(request.path)


def ask_for_proof(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Write to the address he gave, if it is not known to be his."""
    if not can_prove(comment):
        return see_other(request.path)
    if seconds := proving.ask(comment, address=client_address(request)):
        too_often = _("We have written as often as we may for now. Look into your mail, or ask again later.")
        response = show(request, comment, complaint=too_often, status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    return see_other(f"{request.path}?asked")


# What the page's buttons send.
ACTS = {"withdraw": withdraw, "news": ask_for_news, "replies": ask_for_replies, "prove": ask_for_proof}


def can_prove(comment: Comment) -> bool:
    """Is it not known yet that whoever sent this owns the address? Its owner may have proved it elsewhere."""
    return comment.reader is not None and not comment.is_proven


def can_ask_for_replies(comment: Comment) -> bool:
    """Can it be answered, or will it be?"""
    return comment.reader is not None and stands(comment) in {Status.PENDING, Status.APPROVED}


def show(request: HttpRequest, comment: Comment, *, complaint: str = "", status: int = 200) -> HttpResponse:
    context = {
        "comment": comment,
        "post": comment.post,
        "state": stands(comment),
        "can_prove": can_prove(comment),
        "can_ask_for_replies": can_ask_for_replies(comment),
        "post_query": reading.query_of(request),
        "asked": "asked" in request.GET,
        "complaint": complaint,
    }
    return render(request, "comments/receipt.html", context, status=status)

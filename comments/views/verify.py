"""The link by which a reader proves that an address is his: opened by mail scanners too, so only its button counts."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.lifecycle.ownership import mark_as_verified
from comments.mail import notifications
from comments.models import Comment, Reader
from comments.readers import session
from comments.views.decorators import secret_url, see_other
from comments.web import tokens
from comments.web.same_origin import is_same_origin


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@secret_url
@require_http_methods(["GET", "HEAD", "POST"])
def verify_email(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show a button; or, when it was pressed, know this browser as the reader's.

    It leads to the receipt of the comment that the link was asked for with, or to the reader's own page.
    """
    try:
        email, comment = read_verification_token(token)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/verify_email.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    post = comment and comment.post
    if request.method != "POST":
        return render(request, "comments/verify_email.html", {"post": post, "email": email})
    # Another site could sign its visitors in as somebody they are not. This page has no referrer, so no Origin either.
    if not is_same_origin(request, reads_origin=False):
        return render(
            request, "comments/verify_email.html", {"post": post, "email": email, "is_foreign": True}, status=403
        )
    return complete_verification(request, Reader.of(email), comment)


def read_verification_token(token: str) -> tuple[str, Comment | None]:
    """The address that the link proves, and the comment it was asked for with; raises BadToken and Http404."""
    try:
        (email,) = tokens.read_token(tokens.SIGN_IN, token, max_age=tokens.VERIFY_AGE)
        session.check_link_age(tokens.SIGN_IN, token, email=email)
        return email, None
    except tokens.BadToken as refusal:
        if refusal.expired:
            raise
    try:
        reader_pk, comment_pk = tokens.read_token(tokens.VERIFY, token, max_age=tokens.VERIFY_AGE)
    except tokens.BadToken:
        raise
    except ValueError:
        raise tokens.BadToken(expired=False) from None
    rows = Comment.objects.select_related("reader", "post")
    comment = get_object_or_404(rows, pk=comment_pk, reader=reader_pk)
    session.check_link_age(tokens.VERIFY, token, email=comment.reader.email)
    return comment.reader.email, comment


def complete_verification(request: HttpRequest, reader: Reader, comment: Comment | None) -> HttpResponse:
    """The address is his: what he waits to be told is told, and his browser carries his pass."""
    with transaction.atomic():
        reader.verify()
        if comment and not comment.is_verified:
            mark_as_verified([comment.pk])
        notifications.notify_verified_reader(reader)
    if comment:
        where = reverse("comments:receipt", args=[tokens.make_token(tokens.RECEIPT, comment.pk)])
    else:
        where = reverse("comments:my-comments")
    response = see_other(where)
    session.start_session(response, reader, request=request)
    return response

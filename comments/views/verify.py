"""The link by which a reader confirms their address. Mail scanners open it too, so only its button counts."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from comments.lifecycle.ownership import mark_as_verified
from comments.mail import emails, notifications
from comments.models import Comment, Reader
from comments.readers import session
from comments.views.decorators import secret_page, see_other
from comments.web import tokens
from comments.web.same_origin import is_same_origin


@secret_page(expired="comments/verify_email.html")
def verify_email(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show a button; pressing it signs this browser in as the reader.

    It leads to the receipt of the comment that the address came with, or to the reader's own page.
    """
    email, comment = read_verification_token(token)
    context = {"post": comment and comment.subject, "email": email}
    if request.method != "POST":
        return render(request, "comments/verify_email.html", context)
    # Another site could sign its visitors in as somebody else. This page sends no referrer, so no Origin either.
    if not is_same_origin(request, reads_origin=False):
        return render(request, "comments/verify_email.html", {**context, "is_foreign": True}, status=403)
    return complete_verification(request, Reader.of(email), comment)


def read_verification_token(token: str) -> tuple[str, Comment | None]:
    """The address that the link confirms, and the comment that it came with; raises BadToken and Http404."""
    try:
        (email,) = tokens.read_token(tokens.SIGN_IN, token, max_age=tokens.VERIFY_AGE, count=1)
    except tokens.BadToken as refusal:
        if refusal.expired:
            raise
    else:
        session.check_link_age(tokens.SIGN_IN, token, email=email)
        return email, None
    reader_pk, comment_pk = tokens.read_token(tokens.VERIFY, token, max_age=tokens.VERIFY_AGE, count=2)
    reader = get_object_or_404(Reader, pk=reader_pk)
    comment = get_object_or_404(Comment.objects.with_subjects(), pk=comment_pk, reader=reader)
    session.check_link_age(tokens.VERIFY, token, email=reader.email)
    return reader.email, comment


def complete_verification(request: HttpRequest, reader: Reader, comment: Comment | None) -> HttpResponse:
    """The address is the reader's: send what was held back until now, and sign this browser in."""
    with transaction.atomic():
        reader.verify()
        if comment and not comment.is_verified:
            mark_as_verified([comment.pk])
        notifications.notify_verified_reader(reader)
    response = see_other(emails.receipt_path(comment) if comment else reverse("comments:my-comments"))
    session.start_session(response, reader, request=request)
    return response

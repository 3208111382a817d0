"""The link by which a reader proves that an address is his: opened by mail scanners too, so only its button counts."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import guard, news, passes, tokens
from comments.models import Comment, Reader
from comments.models.own import mark_as_his
from comments.views.private import private, see_other


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show a button; or, when it was pressed, know this browser as the reader's.

    It leads to the receipt of the comment that the link was asked for with, or to the reader's own page.
    """
    try:
        email, comment = asked_for(token)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/prove.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    post = comment and comment.post
    if request.method != "POST":
        return render(request, "comments/prove.html", {"post": post, "email": email})
    if not pressed_here(request):
        return render(request, "comments/prove.html", {"post": post, "email": email, "is_foreign": True}, status=403)
    return welcome(request, Reader.of(email), comment)


def asked_for(token: str) -> tuple[str, Comment | None]:
    """The address that the link proves, and the comment it was asked for with; raises BadToken and Http404."""
    try:
        (email,) = tokens.read_all(tokens.HELLO, token, max_age=tokens.PROOF_AGE)
        passes.check_link(tokens.HELLO, token, email=email)
        return email, None
    except tokens.BadToken as refusal:
        if refusal.expired:
            raise
    try:
        reader_pk, comment_pk = tokens.read_all(tokens.PROOF, token, max_age=tokens.PROOF_AGE)
    except tokens.BadToken:
        raise
    except ValueError:
        raise tokens.BadToken(expired=False) from None
    rows = Comment.objects.select_related("reader", "post")
    comment = get_object_or_404(rows, pk=comment_pk, reader=reader_pk)
    passes.check_link(tokens.PROOF, token, email=comment.reader.email)
    return comment.reader.email, comment


def pressed_here(request: HttpRequest) -> bool:
    """Not by another site, which would have its visitors known to us as somebody they are not.

    A page with no-referrer hides its Origin too, so only Sec-Fetch-Site can tell; every browser of today sends it.
    """
    headers = {"Sec-Fetch-Site": request.headers.get("Sec-Fetch-Site", "")}
    return guard.came_from_us(headers, host=request.get_host())


def welcome(request: HttpRequest, reader: Reader, comment: Comment | None) -> HttpResponse:
    """The address is his: what he waits to be told is told, and his browser carries his pass."""
    with transaction.atomic():
        reader.prove()
        if comment and not comment.is_proven:
            mark_as_his([comment.pk])
        news.tell_reader(reader)
    if comment:
        where = reverse("comments:receipt", args=[tokens.make(tokens.RECEIPT, comment.pk)])
    else:
        where = reverse("comments:you")
    response = see_other(where)
    passes.give(response, reader, request=request)
    return response

"""The link in an email by which a reader confirms that their data is to be deleted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comments.conversation import new_replies
from comments.models import Reader
from comments.privacy.erasure import begin_erasure, erase_batch
from comments.readers import session
from comments.submission.remembered_name import forget_name
from comments.threads import read_marks
from comments.views.decorators import secret_page, see_other
from comments.web import tokens
from comments.web.same_origin import is_same_origin


@secret_page(expired="comments/confirm_erasure.html")
def confirm_erasure(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show what will be deleted, with a button; pressing it starts the erasure and signs this browser out."""
    if "done" in request.GET and request.method != "POST":
        return render(request, "comments/confirm_erasure.html", {"is_done": True})
    pk, keeps_words, key = tokens.read_token(tokens.ERASE, token, max_age=tokens.ERASE_AGE, count=3)
    reader = Reader.objects.filter(pk=pk, session_key=key, verified_at__isnull=False).first()
    if reader is None:  # erased already, or signed out everywhere since, which ends this link too
        return render(request, "comments/confirm_erasure.html", {"is_over": True}, status=410)
    context = {"reader": reader, "keeps_words": bool(keeps_words), "count": reader.comments.count()}
    if request.method != "POST":
        return render(request, "comments/confirm_erasure.html", context)
    # This page sends no referrer, and so no Origin either.
    if not is_same_origin(request, reads_origin=False):
        return render(request, "comments/confirm_erasure.html", {**context, "is_foreign": True}, status=403)
    return start_erasure(request, reader, keeps_words=bool(keeps_words))


def start_erasure(request: HttpRequest, reader: Reader, *, keeps_words: bool) -> HttpResponse:
    """Erase the first batch at once: nearly everyone has so little here that this is all. The worker does the rest."""
    erasure = begin_erasure(reader, keeps_words=keeps_words)
    if erasure and erase_batch(erasure):
        erase_batch(erasure)
    response = see_other(f"{request.path}?done")
    session.end_session(response, request)
    response.delete_cookie(read_marks.READ_COOKIE, samesite="Lax")
    response.delete_cookie(new_replies.REPLIES_COOKIE, samesite="Lax")
    forget_name(response)
    return response

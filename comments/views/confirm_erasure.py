"""The second word of a reader who wants to be forgotten: the link in a mail, whose button is pressed once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.models import Erasure, Reader
from comments.readers import session
from comments.threads import read_marks
from comments.views.decorators import secret_url, see_other
from comments.web import tokens
from comments.web.fingerprints import reader_report_hash
from comments.web.same_origin import is_same_origin


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@secret_url
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_erasure(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show what will be done and a button; or, when it was pressed, begin, and forget this browser as well."""
    if "done" in request.GET and request.method != "POST":
        return render(request, "comments/confirm_erasure.html", {"is_done": True})
    try:
        pk, keeps_words, key = tokens.read_token(tokens.ERASE, token, max_age=tokens.ERASE_AGE)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/confirm_erasure.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    except ValueError:
        raise Http404("There is no such link.") from None
    reader = Reader.objects.filter(pk=pk, session_key=key, verified_at__isnull=False).first()
    if reader is None:  # done already, or he has ended all his passes since, and this with them
        return render(request, "comments/confirm_erasure.html", {"is_over": True}, status=410)
    context = {"reader": reader, "keeps_words": bool(keeps_words), "count": reader.comments.count()}
    if request.method != "POST":
        return render(request, "comments/confirm_erasure.html", context)
    if not is_same_origin(request, reads_origin=False):
        return render(request, "comments/confirm_erasure.html", {**context, "is_foreign": True}, status=403)
    return start_erasure(request, reader, keeps_words=bool(keeps_words))


def start_erasure(request: HttpRequest, reader: Reader, *, keeps_words: bool) -> HttpResponse:
    """Nearly everybody has so little with us that it is done before he reads that it is; the worker does the rest."""
    erasure = Erasure.begin(reader, keeps_words=keeps_words, sender=reader_report_hash(reader.pk))
    if erasure and erasure.erase_batch():
        erasure.erase_batch()
    response = see_other(f"{request.path}?done")
    session.end_session(response, request)
    response.delete_cookie(read_marks.READ_COOKIE, samesite="Lax")
    return response

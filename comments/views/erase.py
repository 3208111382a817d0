"""The second word of a reader who wants to be forgotten: the link in a mail, whose button is pressed once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import marks, passes, reporting, tokens
from comments.models import Erasure, Reader
from comments.views.private import private, see_other
from comments.views.proof import pressed_here


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show what will be done and a button; or, when it was pressed, begin, and forget this browser as well."""
    if "done" in request.GET and request.method != "POST":
        return render(request, "comments/erase.html", {"is_done": True})
    try:
        pk, keeps_words, key = tokens.read_all(tokens.ERASE, token, max_age=tokens.ERASE_AGE)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/erase.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    except ValueError:
        raise Http404("There is no such link.") from None
    reader = Reader.objects.filter(pk=pk, pass_key=key, proven_at__isnull=False).first()
    if reader is None:  # done already, or he has ended all his passes since, and this with them
        return render(request, "comments/erase.html", {"is_over": True}, status=410)
    context = {"reader": reader, "keeps_words": bool(keeps_words), "count": reader.comments.count()}
    if request.method != "POST":
        return render(request, "comments/erase.html", context)
    if not pressed_here(request):
        return render(request, "comments/erase.html", {**context, "is_foreign": True}, status=403)
    return begin(request, reader, keeps_words=bool(keeps_words))


def begin(request: HttpRequest, reader: Reader, *, keeps_words: bool) -> HttpResponse:
    """Nearly everybody has so little with us that it is done before he reads that it is; the worker does the rest."""
    erasure = Erasure.begin(reader, keeps_words=keeps_words, sender=reporting.sender_for(reader))
    if erasure and erasure.go_on():
        erasure.go_on()
    response = see_other(f"{request.path}?done")
    passes.take_back(response, request)
    response.delete_cookie(marks.COOKIE, samesite="Lax")
    return response

"""The link by which a reader proves that an address is his: opened by mail scanners too, so only its button counts."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import guard, news, passes, tokens
from comments.models import Comment
from comments.views.private import private, see_other


# The token is the key of the form; see comments/views/mail_decision.py.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show a button; or, when it was pressed, know this browser as the reader's, and lead to his comment's receipt."""
    try:
        reader_pk, comment_pk = tokens.read_all(tokens.PROOF, token, max_age=tokens.PROOF_AGE)
    except tokens.BadToken as refusal:
        if refusal.expired:
            return render(request, "comments/prove.html", {"is_expired": True}, status=410)
        raise Http404("There is no such link.") from None
    except ValueError:
        raise Http404("There is no such link.") from None
    rows = Comment.objects.select_related("reader", "post")
    comment = get_object_or_404(rows, pk=comment_pk, reader=reader_pk)
    if request.method != "POST":
        return render(request, "comments/prove.html", {"post": comment.post})
    if not pressed_here(request):
        return render(request, "comments/prove.html", {"post": comment.post, "is_foreign": True}, status=403)
    return welcome(comment)


def pressed_here(request: HttpRequest) -> bool:
    """Not by another site, which would have its visitors known to us as somebody they are not.

    A page with no-referrer hides its Origin too, so only Sec-Fetch-Site can tell; every browser of today sends it.
    """
    headers = {"Sec-Fetch-Site": request.headers.get("Sec-Fetch-Site", "")}
    return guard.came_from_us(headers, host=request.get_host())


def welcome(comment: Comment) -> HttpResponse:
    """The address is his: what he waits to be told is told, and his browser carries his pass."""
    with transaction.atomic():
        comment.reader.prove()
        Comment.objects.filter(pk=comment.pk).update(is_proven=True)
        news.tell_reader(comment.reader)
    receipt = reverse("comments:receipt", args=[tokens.make(tokens.RECEIPT, comment.pk)])
    response = see_other(receipt)
    passes.give(response, comment.reader)
    return response

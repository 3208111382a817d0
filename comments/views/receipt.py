"""The commenter's private receipt: what became of his comment."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from comments import tokens
from comments.models import Comment


@require_safe
def receipt(request: HttpRequest, *, token: str) -> HttpResponse:
    """Held, published or declined; for the holder of the link alone."""
    try:
        pk = tokens.read(tokens.RECEIPT, token, max_age=tokens.RECEIPT_AGE)
    except tokens.BadToken:
        raise Http404("There is no such receipt.") from None
    comment = get_object_or_404(Comment.objects.select_related("post"), pk=pk)
    context = {"comment": comment, "post": comment.post, "state": comment.status}
    response = render(request, "comments/receipt.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

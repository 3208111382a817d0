"""How many comments a post has now, for the script that tells whoever reads it of new ones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from blog.page_cache import cached_page
from blog.views.post import set_noindex
from blog.views.subject import get_public_subject
from comments.models import Comment

# Of so many of the latest the script learns where they are: nobody reads on while more arrive.
MAX_LATEST = 50


@require_safe
@cached_page
def comment_count(request: HttpRequest, **where: str) -> HttpResponse:
    """The number of published comments, and the ids of the `latest`, the one published last first.

    The script sends no cookie, so that everybody gets one cached answer, and whoever has it 304 Not Modified.
    """
    subject = get_public_subject(request, **where)
    latest = Comment.objects.approved().filter(conversation=subject.thread_id).order_by("-decided_at", "-pk")
    ids = list(latest.values_list("pk", flat=True)[:MAX_LATEST])
    return set_noindex(JsonResponse({"count": subject.thread.comment_count, "latest": ids}))

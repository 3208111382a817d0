"""The page on which a video of another site is played: the only one that shows a frame, and only after a click."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import build_policy
from django.views.decorators.http import require_safe

from blog.models import LinkCard
from blog.page_cache import PRIVATE_CACHE_CONTROL

# Posts that the page names: a video is rarely in more than one.
MAX_NAMED_POSTS = 5


@require_safe
def video_page(request: HttpRequest, *, key: str) -> HttpResponse:
    """A video with its own content policy; `?play` shows the player, which tells its site who watches."""
    card = get_object_or_404(LinkCard.objects.exclude(title=""), key=key)
    video = card.video
    if video is None:
        raise Http404("There is no video at this address.")
    is_played = "play" in request.GET
    posts = card.posts.published().latest_first().for_title_list()[:MAX_NAMED_POSTS]
    context = {"card": card.as_embedded_card(), "address": card.address, "video": video, "posts": posts}
    response = render(request, "blog/video.html", context | {"is_played": is_played, "pages": card.pages.all()})
    policy = build_policy({**settings.SECURE_CSP, "frame-src": [video.player_origin]})
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return response

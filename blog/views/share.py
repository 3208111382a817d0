"""The picture of a post, and its short address."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.http import parse_etags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog.models import Post
from blog.sharing import open_graph
from blog.sharing.og_image import OgImage
from blog.text.addresses import absolute_url
from blog.text.datetimes import date_or_min

# Browsers may keep it for a year, since its address changes with it. A shared cache asks each second whether the post
# is still there (304 after one query or two): what is taken down must go from there too.
CACHE_FOR_A_YEAR = "public, max-age=31536000, s-maxage=1, immutable"


@require_safe
def serve_post_og_image(
    request: HttpRequest, *, year: str, month: str, day: str, slug: str, version: str
) -> HttpResponse:
    """A post's picture; 404 alike for a draft, a scheduled and a missing post."""
    found = Post.objects.with_page().without_password().filter(published_on=date_or_min(year, month, day), slug=slug)
    post = found.prefetch_related("authors").only("title", "slug", "published_on").first()
    if post is None:
        raise Http404("There is no post at this address.")
    return og_image_response(
        request, open_graph.post_og_image(post), version, number=post.pk, now=open_graph.post_og_image_url(post)
    )


@require_safe
def serve_site_og_image(request: HttpRequest, *, version: str) -> HttpResponse:
    """The picture of every page that is about no single post."""
    return og_image_response(request, open_graph.site_og_image(), version, number=0, now=open_graph.site_og_image_url())


def og_image_response(request: HttpRequest, image: OgImage, version: str, *, number: int, now: str) -> HttpResponse:
    """Only the picture as it is `now` is ever drawn: every other version leads to it."""
    if version != image.version:
        return redirect(now)
    etag = f'"{version}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "").replace("W/", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(open_graph.load_og_image(image, number=number), content_type="image/png")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_FOR_A_YEAR
    return response


@require_safe
@never_cache
def short_url(request: HttpRequest, *, pk: str) -> HttpResponse:
    """To a post by its number, wherever it stands now; not to an unlisted one, whose number anybody can guess."""
    post = Post.objects.published().filter(pk=pk).only("slug", "published_on").first()
    if post is None:
        raise Http404("There is no such post.")
    return redirect(absolute_url(post.get_absolute_url()))

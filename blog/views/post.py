"""A post's page with its description for search engines, and the private preview of one that is not published."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import CharField, DateField, DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from blog.models import Post
from blog.models.composed_query import ComposedQuery, Parameter
from blog.models.further_reading import find_further_reading
from blog.models.series import nearest_parts
from blog.models.translatable import alternates_of
from blog.page_cache import cached_page, cached_value
from blog.sharing import bibtex, json_ld, open_graph
from blog.text.addresses import absolute_url
from blog.text.datetimes import date_or_min
from blog.text.site_values import site
from blog.views.post_access import require_access
from blog.views.site_links import site_links

# Characters of a description: what search engines and other sites show of one.
DESCRIPTION_LENGTH = 200


class PostFragments(NamedTuple):
    """HTML of a post's page, and the post as JSON-LD, which its conversation completes; see `load_fragments`."""

    head: SafeString
    article: SafeString
    linked_data: dict[str, Any]


@require_safe
@cached_page
def post_detail(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    return render_post(request, get_public_post(request, year, month, day, slug))


@require_safe
def post_preview(request: HttpRequest, token: str) -> HttpResponse:
    """A post by its private address, whatever its state; to be kept by nobody and found by no search engine."""
    if not token.isprintable():  # PostgreSQL takes no NUL, and no token of ours has one
        raise Http404("There is no such preview.")
    post = get_object_or_404(Post.objects.for_page(), preview_token=token)
    if post.is_public:
        require_access(request, post)  # once it is published, an old link does what the new one does
    return set_preview_headers(render_post(request, post, is_preview=True))


def set_preview_headers(response: HttpResponse) -> HttpResponse:
    """What is not published: kept by nobody, found by no search engine, its address told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


PUBLIC_POST = ComposedQuery(
    lambda: (
        Post.objects.with_page(now=Parameter("now", DateTimeField()))
        .for_page()
        .filter(published_on=Parameter("day", DateField()), slug=Parameter("slug", CharField()))
    )
)


def get_public_post(request: HttpRequest, year: str, month: str, day: str, slug: str) -> Post:
    """As `find_public_post`; raises PasswordRequired if this browser has to enter one first."""
    post = find_public_post(year, month, day, slug)
    require_access(request, post)
    return post


def find_public_post(year: str, month: str, day: str, slug: str) -> Post:
    """The post at this address; Http404 alike for a draft, a scheduled and a missing one."""
    post = PUBLIC_POST.first(now=timezone.now(), day=date_or_min(year, month, day), slug=slug)
    if post is None:
        raise Http404("No post is published at this address.")
    return post


def render_post(request: HttpRequest, post: Post, *, status: int = 200, **more: Any) -> HttpResponse:
    """A post's page. `more` goes to the template: what the conversation under it needs to know of this request."""
    context = {
        "post": post,
        "fragments": load_fragments(request, post, is_preview="is_preview" in more),
        "canonical": post.canonical_url or absolute_url(post.get_absolute_url()),
        "post_feed_url": f"{post.get_absolute_url()}feed/" if post.published_on else "",
        **more,
    }
    response = render(request, "blog/post_detail.html", context, status=status)
    return response if post.is_indexed else set_noindex(response)


def set_noindex(response: HttpResponse) -> HttpResponse:
    """Ask search engines not to list this page; the page cache keeps the header with the page."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def load_fragments(request: HttpRequest, post: Post, *, is_preview: bool) -> PostFragments:
    """What of a post's page changes with the site's content and its number of comments alone."""
    if is_preview:
        return render_fragments(request, post, share=None)
    name = f"post-{post.pk}-{post.comment_count}-{get_language()}"
    return cached_value(request, name, lambda: render_fragments(request, post, share=sharing_context(request, post)))


def render_fragments(request: HttpRequest, post: Post, *, share: dict[str, Any] | None) -> PostFragments:
    parts = list(post.series.public_parts()) if post.series else []
    translations = post.public_translations()
    shown = {other.pk for other in (*parts, *translations)}
    context = {
        "post": post,
        "share": share,
        "series_parts": nearest_parts(parts, post),
        "further": find_further_reading(Post.objects.published(), post, shown=shown),
        "translations": [other for other in translations if other.pk != post.pk],
        "alternates": alternates_of(translations) if post.is_in_sitemap else [],
    }
    return PostFragments(
        head=render_to_string("blog/_post_head.html", context, request) if share else SafeString(""),
        article=render_to_string("blog/_article.html", context, request),
        linked_data=share["article"] if share else {},
    )


def sharing_context(request: HttpRequest, post: Post) -> dict[str, Any]:
    """What the page of a public post tells other sites and whoever cites it; asks the database nothing new."""
    words = Truncator(post.typeset_summary or post.opening).chars(DESCRIPTION_LENGTH)
    picture, url = open_graph.share_image(post), absolute_url(post.get_absolute_url())
    return {
        "url": url,
        "title": post.seo_title or post.title,
        "words": words,
        "picture": picture,
        "names": open_graph.byline(post),
        "short_url": absolute_url(f"/p/{post.pk}/") if post.is_listed else "",
        "bibtex": bibtex.render_bibtex(
            key=f"{settings.HOST}-{post.pk}",
            authors=[author.name for author in post.author_list],
            title=post.title,
            site=site().name,
            day=post.publication_day,
            url=url,
        ),
        "article": json_ld.post_json_ld(post, picture=picture, words=words, terms_url=site_links(request).terms_url),
    }

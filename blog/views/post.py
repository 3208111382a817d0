"""A post, and the private preview of one that is not published."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from blog.models import Conversation, Post, Series
from blog.page_cache import cached_page, date_or_min
from blog.sharing import bibtex, json_ld, open_graph

# Characters of a description: what search engines and other sites show of one.
DESCRIPTION_LENGTH = 200


@require_safe
@cached_page
def post_detail(request: HttpRequest, *, year: str, month: str, day: str, slug: str) -> HttpResponse:
    return render_post(request, get_public_post(year, month, day, slug))


@require_safe
def post_preview(request: HttpRequest, token: str) -> HttpResponse:
    """A post by its private address, whatever its state; to be kept by nobody and found by no search engine."""
    if not token.isprintable():  # PostgreSQL takes no NUL, and no token of ours has one
        raise Http404("There is no such preview.")
    post = get_object_or_404(posts_with_details(), preview_token=token)
    return set_preview_headers(render_post(request, post, is_preview=True))


def set_preview_headers(response: HttpResponse) -> HttpResponse:
    """What is not published: kept by nobody, found by no search engine, its address told to no other site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def posts_with_details():
    """Posts with all that a post's page shows, but for `writers` and `subjects`: a query each, when asked for."""
    return Post.objects.select_related("thread", "series").defer("body", "epigraph")


# A public post by its address, with its conversation in numbers and its series. Written out: the ORM takes three times
# as long, most of it to build this same statement again.
PUBLIC_POST_SQL = """
    SELECT post.*,
        thread.clock AS thread_clock, thread.comment_count AS thread_comments, thread.shown_count AS thread_shown,
        series.name AS series_name, series.slug AS series_slug, series.description AS series_description
    FROM blog_post AS post
    JOIN blog_conversation AS thread ON thread.post_id = post.id
    LEFT JOIN blog_series AS series ON series.id = post.series_id
    WHERE post.published_on = %s AND post.slug = %s AND post.status = 'published' AND post.published_at <= %s
"""


def get_public_post(year: str, month: str, day: str, slug: str) -> Post:
    """The post at this address; Http404 alike for a draft, a scheduled and a missing one."""
    adapt = connection.ops
    address = [adapt.adapt_datefield_value(date_or_min(year, month, day)), slug]
    for post in Post.objects.raw(PUBLIC_POST_SQL, [*address, adapt.adapt_datetimefield_value(timezone.now())]):
        post.thread = Conversation(
            post=post, clock=post.thread_clock, comment_count=post.thread_comments, shown_count=post.thread_shown
        )
        if post.series_id:
            post.series = Series(
                pk=post.series_id, name=post.series_name, slug=post.series_slug, description=post.series_description
            )
        return post
    raise Http404("There is no post at this address.")


def render_post(request: HttpRequest, post: Post, *, status: int = 200, **more) -> HttpResponse:
    """A post's page. `more` goes to the template: what the conversation under it needs to know of this request."""
    previous_post, next_post = neighbouring_posts(post)
    context = {
        "post": post,
        "parts": list(post.series.public_parts()) if post.series else [],
        "previous_post": previous_post,
        "next_post": next_post,
        "canonical": settings.SITE_URL + post.get_absolute_url(),
        "share": None if more.get("is_preview") else sharing_context(post),
        "post_feed_url": f"{post.get_absolute_url()}feed/" if post.published_on else "",
        "is_preview": False,
        **more,
    }
    return render(request, "blog/post_detail.html", context, status=status)


def sharing_context(post: Post) -> dict[str, Any]:
    """What the page of a public post tells other sites and whoever cites it; asks the database nothing new."""
    words = Truncator(post.summary or post.opening).chars(DESCRIPTION_LENGTH)
    picture, url = open_graph.post_og_image_url(post), settings.SITE_URL + post.get_absolute_url()
    return {
        "url": url,
        "words": words,
        "picture": picture,
        "names": open_graph.byline(post),
        "short_url": f"{settings.SITE_URL}/p/{post.pk}/",
        "bibtex": bibtex.render_bibtex(
            key=f"{settings.HOST}-{post.pk}",
            authors=[author.name for author in post.author_list],
            title=post.title,
            site=settings.SITE_NAME,
            day=post.published_on,
            url=url,
        ),
        "article": json_ld.post_json_ld(post, picture=picture, words=words),
    }


# Both neighbours at once, each one step along the index `post_reading_order`. Written out: comparing whole places
# (row values) is what lets the index be entered at the post, and the ORM would spend longer than the database.
NEIGHBOURS_SQL = """
    SELECT * FROM (
        SELECT id, title, slug, published_on, published_at FROM blog_post
        WHERE status = 'published' AND (published_on, published_at, id) < (%s, %s, %s) AND published_at <= %s
        ORDER BY published_on DESC, published_at DESC, id DESC LIMIT 1
    ) AS earlier
    UNION ALL SELECT * FROM (
        SELECT id, title, slug, published_on, published_at FROM blog_post
        WHERE status = 'published' AND (published_on, published_at, id) > (%s, %s, %s) AND published_at <= %s
        ORDER BY published_on, published_at, id LIMIT 1
    ) AS later
"""


def neighbouring_posts(post: Post) -> tuple[Post | None, Post | None]:
    """The posts published just before and just after, in one query: two short reads of the index."""
    if post.published_on is None:
        return None, None
    adapt = connection.ops.adapt_datetimefield_value
    here = [connection.ops.adapt_datefield_value(post.published_on), adapt(post.published_at), post.pk]
    now = adapt(timezone.now())
    pair = Post.objects.raw(NEIGHBOURS_SQL, [*here, now, *here, now])
    found = {reading_position(other) < reading_position(post): other for other in pair}
    return found.get(True), found.get(False)


def reading_position(post: Post) -> tuple:
    """What posts are ordered by."""
    return post.published_on, post.published_at, post.pk

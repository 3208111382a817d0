"""Feeds of comments: the whole site's, and one post's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.feeds.entries import MAX_ENTRIES
from blog.feeds.entry import FeedEntry
from blog.feeds.response import feed_response, render_entries
from blog.markup import extract
from blog.models.composed_query import ComposedQuery, Parameter
from blog.page_cache import cached_page
from blog.text.site_values import site
from blog.views.subject import get_public_subject
from comments.models import Comment
from comments.models.comment_queryset import PAGE_COLUMNS, CommentQuerySet

SUMMARY_WORDS = 40
# What an entry says, and what leads to it.
SHOWN = (
    *("name", "html", "created_at", "edited_at", "path", "shown"),
    *("post__uid", "post__title", "post__slug", "post__published_on", "post__published_at", "post__visibility"),
    *("conversation", *PAGE_COLUMNS),
)


def latest(comments: CommentQuerySet) -> CommentQuerySet:
    """The first of `comments`, in one query with all that an entry needs."""
    return comments.with_subjects().only(*SHOWN)[:MAX_ENTRIES]


def latest_public() -> CommentQuerySet:
    """The first on the whole site."""
    public = Comment.objects.public(now=Parameter("now", DateTimeField()))
    return latest(public.order_by("-created_at", "-id"))


LATEST_PUBLIC = ComposedQuery(latest_public)


def comment_entries(comments: Iterable[Comment]) -> list[FeedEntry]:
    return [
        FeedEntry(
            uid=f"urn:uuid:{uuid.uuid5(comment.subject.uid, str(comment.pk))}",
            title=_("%(name)s on %(post)s") % {"name": comment.name, "post": comment.subject.title},
            url=comment.get_link(),
            html=comment.html,
            summary=extract.opening_words(comment.html, SUMMARY_WORDS),
            published=comment.created_at,
            updated=comment.edited_at or comment.created_at,
            authors=[comment.name],
        )
        for comment in comments
    ]


def load_entries(ids: Iterable[int]) -> list[FeedEntry]:
    """The entries of the public comments among these, the latest first."""
    return comment_entries(latest(Comment.objects.public().filter(pk__in=ids).order_by("-created_at", "-pk")))


@require_safe
@cached_page
def site_comment_feed(request: HttpRequest, *, format: str | None = None) -> HttpResponse:
    entries = render_entries(comment_entries(LATEST_PUBLIC(now=timezone.now())), format)
    title = _("Comments on %(site)s") % {"site": site().name}
    return feed_response(request, format=format, title=title, page="/comments/", entries=entries)


@require_safe
@cached_page
def subject_comment_feed(request: HttpRequest, *, format: str | None = None, **where: str) -> HttpResponse:
    about = get_public_subject(request, **where)
    title = _("Comments on %(post)s") % {"post": about.title}
    comments = Comment.objects.approved().filter(conversation=about.thread_id).order_by("-id")
    entries = render_entries(comment_entries(latest(comments)), format)
    return feed_response(request, format=format, title=title, page=about.get_absolute_url(), entries=entries)

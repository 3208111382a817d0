"""Approved comments as a kind of text that can be searched; found while their post is public."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import DateTimeField, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.fulltext.documents import Document
from blog.markup import extract
from blog.models import Page, Post
from blog.models.composed_query import ComposedQuery, Numbers, Parameter
from blog.search.providers import SearchHit, read_by_age
from comments.models import Comment


def approved_versions() -> QuerySet[Comment, tuple[int, int, int]]:
    approved = Comment.objects.approved().filter(pk__in=Numbers("ids"))
    return approved.values_list("pk", "version", "conversation")


def public_threads() -> QuerySet[Any, Any]:
    """Those of `threads` that are about what readers find."""
    among = {"thread__in": Numbers("threads")}
    posts = Post.objects.published(now=Parameter("now", DateTimeField())).filter(**among).order_by()
    pages = Page.objects.with_conversation().filter(**among).order_by()
    return posts.values_list("thread", flat=True).union(pages.values_list("thread", flat=True), all=True)


def public_hits() -> QuerySet[Comment]:
    comments = Comment.objects.public(now=Parameter("now", DateTimeField())).filter(pk__in=Numbers("ids"))
    shown = ("name", "html", "created_at", "post__title", "page__title", "author__slug")
    return comments.with_subjects().select_related("author").only(*shown)


APPROVED, PUBLIC_THREADS = ComposedQuery(approved_versions), ComposedQuery(public_threads)
HITS = ComposedQuery(public_hits)


class CommentProvider:
    kind = Comment.SEARCH_KIND
    section, label = "comments", gettext_lazy("Comments")
    has_titles = False

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return read_by_age(Comment.objects.approved(), "created_at")

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        yield from filter(None, Comment.objects.filter(pk__in=ids).as_documents().values())

    def public_versions(self, ids: Iterable[int]) -> dict[int, int]:
        # The subjects apart: joined to some hundred comments, PostgreSQL reads every post there is.
        rows = APPROVED(ids=ids)
        found = set(PUBLIC_THREADS(threads={row[2] for row in rows}, now=timezone.now()))
        return {pk: version for pk, version, thread in rows if thread in found}

    def load_hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        return {comment.pk: build_comment_hit(comment) for comment in HITS(ids=ids, now=timezone.now())}

    def writer_names(self, ids: Iterable[int]) -> list[str]:
        comments = Comment.objects.public().filter(pk__in=ids, author=None).exclude(name="").order_by("-pk")
        return list(comments.values_list("name", flat=True))


def build_comment_hit(comment: Comment) -> SearchHit:
    profile = comment.author.get_absolute_url() if comment.author else ""
    title = _("%(name)s on %(post)s") % {"name": comment.name, "post": comment.subject.title}
    text = extract.plain_text(comment.html)
    return SearchHit(title, comment.get_absolute_url(), comment.created_at, text, [(comment.name, profile)])

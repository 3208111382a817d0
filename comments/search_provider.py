"""Approved comments as a kind of text that can be searched; found while their post is public."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.fulltext.documents import Document
from blog.markup import extract
from blog.search.providers import SearchHit
from comments.models import Comment


class CommentProvider:
    kind = Comment.SEARCH_KIND
    section, label = "comments", gettext_lazy("Comments")
    has_titles = False

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return Comment.objects.approved().order_by("created_at", "pk").values_list("created_at", "pk").iterator()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        yield from filter(None, Comment.objects.filter(pk__in=ids).as_documents().values())

    def public_versions(self, ids: Iterable[int]) -> dict[int, int]:
        return dict(Comment.objects.public().filter(pk__in=ids).values_list("pk", "version"))

    def load_hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        comments = Comment.objects.public().filter(pk__in=ids).select_related("post", "author")
        return {
            comment.pk: build_comment_hit(comment)
            for comment in comments.defer("post__body", "post__body_html", "body")
        }


def build_comment_hit(comment: Comment) -> SearchHit:
    profile = comment.author.get_absolute_url() if comment.author else ""
    title = _("%(name)s on %(post)s") % {"name": comment.name, "post": comment.post.title}
    text = extract.plain_text(comment.html)
    return SearchHit(title, comment.get_absolute_url(), comment.created_at, text, [(comment.name, profile)])

"""Comments as a source of the search: approved ones are in the index, and found while their post is public."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.feeds import formats as blog_feeds
from blog.fulltext import index
from blog.markup import renderer
from blog.search.providers import Document, SearchHit
from blog.text.tokens import token_keys
from comments.models import Comment


class CommentSource:
    kind = "comment"
    section, label = "comments", gettext_lazy("Comments")
    has_titles = False

    def by_age(self) -> Iterator[tuple[datetime.datetime, int]]:
        return Comment.objects.approved().order_by("created_at", "pk").values_list("created_at", "pk").iterator()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        for comment in (
            Comment.objects.approved().filter(pk__in=ids).only("created_at", "html", "name", "author", "version")
        ):
            yield Document(
                comment.pk,
                comment.created_at,
                renderer.plain_text(comment.html),
                name=comment.name,
                authors=[comment.author_id] if comment.author_id else [],
                version=comment.version,
            )

    def public(self, ids: Iterable[int]) -> dict[int, int]:
        return dict(Comment.objects.public().filter(pk__in=ids).values_list("pk", "version"))

    def hits(self, ids: Iterable[int]) -> dict[int, SearchHit]:
        comments = Comment.objects.public().filter(pk__in=ids).select_related("post", "author")
        return {one.pk: build_comment_hit(one) for one in comments.defer("post__body", "post__body_html", "body")}

    def entries(self, ids: Iterable[int]) -> list[blog_feeds.FeedEntry]:
        from comments.views import comment_feeds

        return comment_feeds.comment_entries(Comment.objects.public().filter(pk__in=ids).order_by("-created_at", "-pk"))


def build_comment_hit(comment: Comment) -> SearchHit:
    profile = comment.author.get_absolute_url() if comment.author else ""
    title = _("%(name)s on %(post)s") % {"name": comment.name, "post": comment.post.title}
    text = renderer.plain_text(comment.html)
    return SearchHit(title, comment.get_absolute_url(), comment.created_at, text, [(comment.name, profile)])


def reindex_comments(ids: Iterable[int]) -> None:
    """These comments were approved, hidden, edited or erased: call it in the transaction of the change."""
    index.reindex(CommentSource.kind, ids)


def purge_comment_words(ids: Iterable[int], *, words: Iterable[str]) -> None:
    """The same of comments that were erased. Of their HTML (`words`) nothing stays that no other text says.

    A word stays for its other forms, too, where the site has a language.
    """
    reindex_comments(ids)
    index.forget_words(key for html in words for key in token_keys(renderer.plain_text(html)))

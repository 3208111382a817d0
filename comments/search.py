"""Comments as a source of the search: approved ones are in the index, and found while their post is public."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import feeds as blog_feeds
from blog import markup
from blog.search import index
from blog.search.sources import Document, Hit
from blog.search.words import keys
from comments.models import Comment


class Comments:
    kind = "comment"
    section, label = "comments", gettext_lazy("Comments")
    has_titles = False

    def order(self) -> Iterator[tuple[datetime.datetime, int]]:
        return Comment.objects.approved().order_by("created_at", "pk").values_list("created_at", "pk").iterator()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        for comment in (
            Comment.objects.approved().filter(pk__in=ids).only("created_at", "html", "name", "author", "version")
        ):
            yield Document(
                comment.pk,
                comment.created_at,
                markup.plain_text(comment.html),
                name=comment.name,
                authors=[comment.author_id] if comment.author_id else [],
                version=comment.version,
            )

    def public(self, ids: Iterable[int]) -> dict[int, int]:
        return dict(Comment.objects.public().filter(pk__in=ids).values_list("pk", "version"))

    def hits(self, ids: Iterable[int]) -> dict[int, Hit]:
        comments = Comment.objects.public().filter(pk__in=ids).select_related("post", "author")
        return {one.pk: hit(one) for one in comments.defer("post__body", "post__body_html", "body")}

    def entries(self, ids: Iterable[int]) -> list[blog_feeds.Entry]:
        from comments import feeds

        return feeds.entries(Comment.objects.public().filter(pk__in=ids).order_by("-created_at", "-pk"))


def hit(comment: Comment) -> Hit:
    profile = comment.author.get_absolute_url() if comment.author else ""
    title = _("%(name)s on %(post)s") % {"name": comment.name, "post": comment.post.title}
    text = markup.plain_text(comment.html)
    return Hit(title, comment.get_absolute_url(), comment.created_at, text, [(comment.name, profile)])


def follow(ids: Iterable[int]) -> None:
    """These comments were approved, hidden, edited or erased: call it in the transaction of the change."""
    index.follow(Comments.kind, ids)


def forget(ids: Iterable[int], *, words: Iterable[str]) -> None:
    """The same of comments that were erased. Of their HTML (`words`) nothing stays that no other text says.

    A word stays for its other forms, too, where the site has a language.
    """
    follow(ids)
    index.forget(key for html in words for key in keys(markup.plain_text(html)))

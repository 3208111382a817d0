"""Which comments: the adjectives of their querysets, and the page of a thread."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.models import Post
from comments.models.quotation import Quotation
from comments.status import Status

# What is drawn of a thread. Written out, for two reasons: where a page begins is found in the index alone, before any
# row is read, so that a deep page costs what the first does; and the ORM takes longer to say it than to do it.
PAGE_OF_THREAD = """
    SELECT comment.id, comment.post_id, comment.parent_id, comment.author_id, comment.depth, comment.status,
        comment.name, comment.website, comment.html, comment.created_at, comment.tile,
        comment.removal_reason, comment.edited_at, comment.edit_note, comment.edited_by_writer, comment.is_verified,
        comment.quote_count,
        parent.name AS parent_name, parent.status AS parent_status
    FROM comments_comment AS comment
    LEFT JOIN comments_comment AS parent ON parent.id = comment.parent_id
    WHERE comment.post_id = %(post)s AND comment.shown = %(shown)s AND comment.path >= (
        SELECT path FROM comments_comment WHERE post_id = %(post)s AND shown = %(shown)s
        ORDER BY path LIMIT 1 OFFSET %(start)s
    )
    ORDER BY comment.path LIMIT %(size)s
"""


class CommentQuerySet(models.QuerySet):
    def approved(self) -> Self:
        """What every reader may read: the one rule for pages, feeds and counts."""
        return self.filter(status=Status.APPROVED)

    def public(self) -> Self:
        """Approved, under posts that are public."""
        # Not a join: SQLite would begin with the posts and sort every comment of theirs.
        return self.approved().filter(Exists(Post.objects.published().filter(pk=OuterRef("post"))))

    def as_documents(self) -> dict[int, Document | None]:
        """What the search index stores of these, by their ids; None for those that readers do not see."""
        comments = self.only("status", "created_at", "html", "name", "author", "version")
        return {comment.pk: comment.as_document() for comment in comments}

    def reindex(self) -> None:
        """Bring the search index in step with these; call it in the transaction that changed them."""
        documents = self.as_documents()
        index.put(self.model.SEARCH_KIND, filter(None, documents.values()))
        index.remove(self.model.SEARCH_KIND, [pk for pk, document in documents.items() if document is None])

    def waiting(self) -> Self:
        """The moderators' queue: what readers reported most first, then the oldest."""
        return self.filter(status=Status.PENDING).order_by("-open_report_count", "created_at", "id")

    def reported(self) -> Self:
        """Those with open reports by readers, in whatever state, most reported first."""
        return self.filter(open_report_count__gt=0).order_by("-open_report_count", "created_at", "id")

    def quoting_hidden(self) -> Self:
        """Those that readers see, with words of comments that are hidden, unless a moderator has let them stand."""
        carriers = self.filter(pk__in=Quotation.objects.unsettled().values("comment"))
        return carriers.order_by("-open_report_count", "created_at", "id")

    def in_thread_order(self, post: Post) -> Self:
        """What is drawn under `post`: comments, and tombstones that something shown stands under."""
        return self.filter(post=post, shown=True).order_by("path")

    def new_since(self, post: Post, moment: datetime) -> Self:
        """What readers of `post` see since then (not: what was written since), the latest first."""
        return self.approved().filter(post=post, decided_at__gte=moment).order_by("-decided_at")

    def page_of_thread(self, post: Post, *, start: int, size: int) -> models.query.RawQuerySet:
        """`size` rows of the thread from place `start`, each with `parent_name` and `parent_status`, in one query."""
        where = {"post": post.pk, "shown": True, "start": start, "size": size}
        return self.model.objects.raw(PAGE_OF_THREAD, where)

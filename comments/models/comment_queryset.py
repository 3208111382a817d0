"""Which comments: querysets for pages, queue and index, and one page of a thread."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.models import Post
from comments.models.quotation import Quotation
from comments.models.thread_pages import OLDEST_FROM_END, PAGES
from comments.status import Status
from comments.threads.orders import Order

if TYPE_CHECKING:
    from comments.models.comment import Comment

# The id of the next row, before there is one. SQLite has one writer, which holds the lock already.
DRAW_ID = {
    "postgresql": "SELECT nextval(pg_get_serial_sequence('comments_comment', 'id'))",
    "sqlite": "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'comments_comment'",
}


def draw_id() -> int:
    """The id for a new comment; call it in the transaction that stores it."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW_ID[connection.vendor])
        return int(cursor.fetchone()[0])


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """What every reader may read: the one rule for pages, feeds, search and counts."""
        return self.filter(status=Status.APPROVED)

    def public(self) -> Self:
        """Approved, under posts that readers find."""
        # Not a join: SQLite would begin with the posts and sort every comment of theirs.
        return self.approved().filter(Exists(Post.objects.published().filter(pk=OuterRef("post"))))

    def with_page(self) -> Self:
        """Approved, under posts that anybody reads at their address, listed or not: for whoever follows one."""
        return self.approved().filter(Exists(Post.objects.with_page().without_password().filter(pk=OuterRef("post"))))

    def as_documents(self) -> dict[int, Document | None]:
        """What the search index stores of these, by their ids; None for those that readers do not see."""
        comments = self.only("status", "created_at", "html", "name", "author", "version")
        return {comment.pk: comment.as_document() for comment in comments}

    def reindex(self) -> None:
        """Bring the search index in step with these; call it in the transaction that changed them."""
        documents = self.as_documents()
        index.put(self.model.SEARCH_KIND, filter(None, documents.values()))
        index.remove(self.model.SEARCH_KIND, [pk for pk, document in documents.items() if document is None])

    def outside_trash(self) -> Self:
        """Without those under posts in the trash: nobody is asked to decide on them."""
        # Not a join: the few posts are found by an index of their status alone.
        return self.exclude(post__in=Post.everything.in_trash().values("pk"))

    def waiting(self) -> Self:
        """The moderation queue: the most reported first, then the oldest."""
        return self.outside_trash().filter(status=Status.PENDING).order_by("-open_report_count", "created_at", "id")

    def count_waiting(self) -> int:
        """How many the queue has: all that are pending, less the few in the trash, both read from indexes alone."""
        pending = self.filter(status=Status.PENDING).order_by()
        hidden = pending.filter(post__in=Post.everything.in_trash().values("pk")).values("status")
        hidden_count = Coalesce(Subquery(hidden.annotate(n=Count("pk")).values("n")), 0)
        return int(pending.aggregate(n=Count("pk") - hidden_count)["n"])

    def reported(self) -> Self:
        """Those with open reports, in any status, the most reported first."""
        return self.outside_trash().filter(open_report_count__gt=0).order_by("-open_report_count", "created_at", "id")

    def quoting_hidden(self) -> Self:
        """Published comments that quote hidden ones, unless a moderator has settled the quotations."""
        quoting = self.outside_trash().filter(pk__in=Quotation.objects.unsettled().values("comment"))
        return quoting.order_by("-open_report_count", "created_at", "id")

    def new_since(self, post: Post, moment: datetime) -> Self:
        """What was published under `post` since then, whenever it was written; the latest first."""
        return self.approved().filter(post=post, decided_at__gte=moment).order_by("-decided_at")

    def page_of_thread(
        self, post: Post, *, start: int, size: int, order: Order = Order.OLDEST
    ) -> models.query.RawQuerySet[Comment]:
        """`size` rows from position `start`, with `parent_name`, `parent_status` and `public_id`, in one query."""
        sql, last = PAGES[order], post.thread.shown_count - 1
        if order is Order.OLDEST and last / 2 < start <= last:
            sql, start = OLDEST_FROM_END, last - start
        return self.raw(sql, {"post": post.pk, "shown": True, "start": start, "size": size})

"""Which comments: querysets for pages, queue and index, and one page of a thread."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import connection, models
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from blog.fulltext import index
from blog.fulltext.documents import Document
from blog.models import Commentable, Page, Post
from blog.models.composed_query import ComposedQuery, ComposedSubquery, Parameter
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


# The ids of several, in order.
DRAW_IDS = {
    "postgresql": "SELECT nextval(pg_get_serial_sequence('comments_comment', 'id')) FROM generate_series(1, %s)",
    "sqlite": """
        WITH RECURSIVE drawn (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM drawn WHERE number < %s)
        SELECT coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'comments_comment'), 0) + number FROM drawn
    """,
}


def draw_ids(count: int) -> list[int]:
    """The ids for so many new comments; call it in the transaction that stores them all."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(DRAW_IDS[connection.vendor], [count])
        return sorted(pk for (pk,) in cursor.fetchall())


def is_on(posts: models.QuerySet[Post]) -> Q:
    """For a query of comments: on one of these posts, or on a page with a conversation?

    Not a join: SQLite would begin with the posts and sort every comment of theirs.
    """
    subjects = (posts, Page.objects.with_conversation())
    on_post, on_page = (Exists(rows.filter(thread=OuterRef("conversation"))) for rows in subjects)
    return Q(on_post) | Q(on_page)


def trashed_conversations() -> models.QuerySet[Any, Any]:
    """Those of posts and pages in the trash, which are few: found by an index of their status alone.

    Posts by their ids, since a database that knows of one status only would rather read every post than that index.
    """
    posts = Post.everything.filter(pk__in=Post.everything.in_trash().values("pk"))
    pages = Page.everything.filter(is_trashed=True, thread__isnull=False).order_by().values("thread")
    return posts.values("thread").union(pages, all=True)


TRASHED_CONVERSATIONS = ComposedSubquery(trashed_conversations, models.PositiveBigIntegerField())


# Of a page and of a post, what links to its conversation say and need.
STATE = ("conversation", "closes_at", "slow_minutes")
PAGE_COLUMNS = tuple(f"page__{name}" for name in ("title", "slug", "is_trashed", *STATE))
POST_COLUMNS = tuple(
    f"post__{name}"
    for name in ("title", "slug", "status", "published_at", "published_on", "visibility", "language", "uid", *STATE)
)


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """What every reader may read: the one rule for pages, feeds, search and counts."""
        return self.filter(status=Status.APPROVED)

    def public(self, *, now: datetime | Parameter | None = None) -> Self:
        """Approved, on what readers find."""
        return self.approved().filter(is_on(Post.objects.published(now=now)))

    def with_page(self) -> Self:
        """Approved, on what anybody reads at its address, listed or not: for whoever follows one."""
        return self.approved().filter(is_on(Post.objects.with_page().without_password()))

    def with_subjects(self) -> Self:
        """With what they are comments on, whichever it is."""
        return self.select_related("post", "page")

    def with_subject_heads(self) -> Self:
        """With the titles, addresses and states of what they are comments on, without its text."""
        own = (field.name for field in self.model._meta.concrete_fields)
        return self.with_subjects().only(*own, *POST_COLUMNS, *PAGE_COLUMNS)

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
        """Without those on what is in the trash: nobody is asked to decide on them."""
        return self.exclude(conversation__in=TRASHED_CONVERSATIONS)

    def waiting(self) -> Self:
        """The moderation queue: the most reported first, then the oldest."""
        return self.outside_trash().filter(status=Status.PENDING).order_by("-open_report_count", "created_at", "id")

    def count_waiting(self) -> int:
        """How many the queue has: all that are pending, less the few in the trash, both read from indexes alone."""
        return COUNT_WAITING.first() or 0

    def reported(self) -> Self:
        """Those with open reports, in any status, the most reported first."""
        return self.outside_trash().filter(open_report_count__gt=0).order_by("-open_report_count", "created_at", "id")

    def quoting_hidden(self) -> Self:
        """Published comments that quote hidden ones, unless a moderator has settled the quotations."""
        quoting = self.outside_trash().filter(pk__in=Quotation.objects.unsettled().values("comment"))
        return quoting.order_by("-open_report_count", "created_at", "id")

    def new_since(self, subject: Commentable, moment: datetime) -> Self:
        """What was published on `subject` since then, whenever it was written; the latest first."""
        return self.approved().filter(conversation=subject.thread_id, decided_at__gte=moment).order_by("-decided_at")

    def page_of_thread(
        self, subject: Commentable, *, start: int, size: int, order: Order = Order.OLDEST
    ) -> models.query.RawQuerySet[Comment]:
        """`size` rows from position `start`, with `parent_name`, `parent_status` and `public_id`, in one query."""
        sql, last = PAGES[order], subject.thread.shown_count - 1
        if order is Order.OLDEST and last / 2 < start <= last:
            sql, start = OLDEST_FROM_END, last - start
        return self.raw(sql, {"thread": subject.thread_id, "shown": True, "start": start, "size": size})


def waiting_counts() -> models.QuerySet[Comment, int]:
    """One row, or none where nothing is pending."""
    pending = apps.get_model("comments", "Comment").objects.filter(status=Status.PENDING).values("status")
    hidden = pending.filter(conversation__in=TRASHED_CONVERSATIONS).annotate(n=Count("pk")).values("n")
    return pending.annotate(n=Count("pk") - Coalesce(Max(Subquery(hidden)), 0)).values_list("n", flat=True)


COUNT_WAITING = ComposedQuery(waiting_counts)

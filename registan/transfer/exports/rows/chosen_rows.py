"""Which rows leave: what every reader finds, by the site's one rule, or with `private` all but erased words.

Rows come in the order of their ids, a hundred posts or some hundred comments at a time; of all of them only the ids
are in memory. So nothing here needs a cursor that stays open, and no index is asked for an order that it does not have.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model, Prefetch, Q, QuerySet

from blog.models import Author, Image, Page, Post, Tag
from comments.models import Comment, Mention
from comments.status import Status

type Subject = Post | Page

# Rows that are read at once: posts with their texts, and comments.
SUBJECT_BATCH, COMMENT_BATCH = 100, 500
FOR_EXPORT = ("thread", "series", "cover")


def choose_posts(*, private: bool) -> QuerySet[Post]:
    """What leaves of the posts; with `private` also drafts, scheduled and hidden ones, and those in the trash."""
    return Post.everything.all() if private else Post.objects.published()


def choose_authors(*, private: bool) -> QuerySet[Author]:
    return Author.objects.order_by("pk") if private else Author.objects.public().order_by("pk")


def choose_tags(*, private: bool) -> QuerySet[Tag]:
    return Tag.objects.order_by("pk") if private else Tag.objects.public().order_by("pk")


def choose_images(*, private: bool) -> QuerySet[Image]:
    """Those of the library, or those that readers see: in published posts, on pages, in profiles."""
    if private:
        return Image.objects.all()
    uses = Q(uses__post__in=Post.objects.published()) | Q(uses__page__in=Page.objects.all())
    return Image.objects.filter(pk__in=Image.objects.filter(uses | Q(uses__author__isnull=False)).values("pk"))


def read_posts(*, private: bool) -> Iterator[list[Post]]:
    """The posts with their authors, tags and old addresses, a batch at a time."""
    tags: Any = Prefetch("tags", Tag.objects.only("name", "slug"), to_attr="tag_list")
    rows = Post.everything.select_related(*FOR_EXPORT).with_authors()
    rows = rows.prefetch_related(tags, "redirects", "corrections")
    return read_batches(choose_posts(private=private), rows, SUBJECT_BATCH)


def read_pages() -> Iterator[list[Page]]:
    """All pages but those in the trash: they have no other state."""
    return read_batches(Page.objects.all(), Page.objects.select_related("thread"), SUBJECT_BATCH)


def read_batches[Row: Model](chosen: QuerySet[Row], rows: QuerySet[Row], size: int) -> Iterator[list[Row]]:
    """The chosen rows as `rows` reads them, by their ids; one that is deleted meanwhile is left out."""
    ids = array("q", chosen.order_by("pk").values_list("pk", flat=True).iterator())
    for batch in itertools.batched(ids, size):
        yield list(rows.filter(pk__in=batch).order_by("pk"))


class Conversations:
    """The comments of a batch of posts and pages. Ask for those of each, in its order, and read them to the end."""

    def __init__(self, subjects: Iterable[Subject], *, private: bool) -> None:
        self.private = private
        shown = (one.thread_id for one in subjects if private or one.shows_conversation)
        self._ids: dict[int, array[int]] = {thread: array("q") for thread in shown if thread}
        chosen = Comment.objects.all() if private else Comment.objects.approved()
        rows = chosen.filter(conversation__in=list(self._ids)).order_by().exclude(name="")
        for conversation, pk in rows.values_list("conversation", "pk").iterator():
            self._ids[conversation].append(pk)

    def read(self, subject: Subject) -> Iterator[list[Comment]]:
        """The comments on it in the order in which they were written, a batch at a time.

        In place of a parent that does not leave, `parent_id` has what that replied to.
        """
        ids = sorted(self._ids.get(subject.thread_id or 0, ()))
        for batch in itertools.batched(ids, COMMENT_BATCH):
            comments = list(Comment.objects.filter(pk__in=batch).order_by("pk"))
            parents = self._find_parents({comment.parent_id for comment in comments if comment.parent_id})
            for comment in comments:
                if comment.parent_id in parents:
                    comment.parent_id = parents[comment.parent_id]
            yield comments

    def _find_parents(self, wanted: set[int]) -> dict[int, int | None]:
        """For each of these that does not leave, the nearest above it that does."""
        stays = Q(name="") if self.private else ~Q(status=Status.APPROVED) | Q(name="")
        above: dict[int, int | None] = {}
        while wanted:
            found = dict(Comment.objects.filter(stays, pk__in=wanted).values_list("pk", "parent"))
            above |= found
            wanted = {parent for parent in found.values() if parent} - above.keys()
        return {pk: _first_outside(parent, above) for pk, parent in above.items()}


def _first_outside(pk: int | None, above: dict[int, int | None]) -> int | None:
    while pk in above:
        pk = above[pk]
    return pk


def read_mentions(subject: Subject, *, private: bool) -> QuerySet[Mention]:
    """The places elsewhere that link to it, the oldest first."""
    is_read = subject.thread and (private or (subject.shows_conversation and subject.thread.mention_count))
    if not is_read:
        return Mention.objects.none()
    rows = Mention.objects.filter(conversation=subject.thread_id).order_by("pk")
    return rows if private else rows.shown()

"""Which posts: published, scheduled, the latest first; the methods of their querysets."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch

from blog.fulltext import index
from blog.models.author import Author
from blog.models.clock import Clock, Conversation
from blog.models.composed_query import ComposedQuery, Parameter
from blog.models.fields import column_of
from blog.models.post_counted import PostCounted, post_model
from blog.models.publishable import Publishable, PublishableQuerySet
from blog.models.quotation import Quotation, attributions_in_post
from blog.models.source import Source
from blog.models.tag import Tag
from blog.models.trash import OutsideTrash
from blog.text.site_values import site

# What `published` goes by.
PUBLIC_FIELDS = ("status", "published_at", "visibility")
# What `next_due` goes by.
SCHEDULE_FIELDS = ("status", "published_at", "closes_at")

if TYPE_CHECKING:
    from blog.models.post import Post


def with_author_list() -> Prefetch[Any]:
    """For `prefetch_related`: the names, addresses and accounts of a post's authors."""
    return Prefetch("authors", Author.objects.only("name", "slug", "user"), to_attr="author_list")


class PostManager(OutsideTrash["Post"]):
    """All posts but those in the trash."""

    kept = ~models.Q(status=Publishable.Status.TRASH)

    def next_due(self, now: datetime.datetime) -> datetime.datetime | None:
        """The first moment after `now` at which a scheduled post appears or a conversation closes."""
        moments = [first_after("published_at")(moment=now), FIRST_CLOSING(moment=now)]
        if site().close_after_days:
            age = datetime.timedelta(site().close_after_days)
            moments.append([oldest + age for oldest in first_after("published_at", closes_at=None)(moment=now - age)])
        return min((moment for found in moments for moment in found), default=None)


def closing_times() -> models.QuerySet[Any, Any]:
    """When conversations close after `moment`, under published and scheduled posts and on pages, the next first.

    Posts are named by what they are not: by an index of their status SQLite would read all that are published.
    """
    later = {"closes_at__gt": Parameter("moment", models.DateTimeField())}
    others = {*post_model().Status} - {post_model().Status.PUBLISHED}
    posts = post_model().objects.exclude(status__in=others).order_by().filter(**later)
    pages = apps.get_model("blog", "Page")._base_manager.order_by().filter(**later).values_list("closes_at", flat=True)
    return posts.values_list("closes_at", flat=True).union(pages, all=True).order_by("closes_at")[:1]


FIRST_CLOSING = ComposedQuery(closing_times)


@cache
def first_after(field: str, **conditions: None) -> ComposedQuery[Post, datetime.datetime]:
    """The first time after `moment` in this field of published and scheduled posts, if there is one."""
    posts = post_model().objects.published_or_scheduled().filter(**conditions)
    later = posts.filter(**{f"{field}__gt": Parameter("moment", models.DateTimeField())})
    return ComposedQuery(lambda: later.order_by(field).values_list(field, flat=True)[:1])


class PostQuerySet(PublishableQuerySet["Post"]):
    def published(self, *, now: datetime.datetime | Parameter | None = None) -> Self:
        """What every reader finds on this site; of one row, `is_public` and `is_listed` say the same."""
        return self.with_page(now=now).filter(visibility=self.model.Visibility.LISTED)

    def with_page(self, *, now: datetime.datetime | Parameter | None = None) -> Self:
        """What answers at its address, listed or not: for pages of one post alone; of one row, `is_public`."""
        return super().published(now=now)

    def without_password(self) -> Self:
        """What is shown to whoever has its address, if it has a page."""
        return self.exclude(visibility=self.model.Visibility.PASSWORD)

    def not_published(self, *, now: datetime.datetime | Parameter | None = None) -> models.QuerySet[Post, Any]:
        unlisted = {*self.model.Visibility} - {self.model.Visibility.LISTED}
        return super().not_published(now=now).union(self.filter(visibility__in=unlisted).values("pk"), all=True)

    def in_trash(self) -> Self:
        return self.filter(status=self.model.Status.TRASH)

    @transaction.atomic
    def resync_quotations(self) -> None:
        """Store again what these posts quote, where it has changed; each is read again under its lock."""
        known = set(Quotation.objects.filter(post__in=self).values_list("post", flat=True))
        ids = [post.pk for post in self if post.pk in known or attributions_in_post(post)]
        changed: set[Source] = set()
        for post in self.model.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"):
            changed.update(Quotation.objects.store(post))
        PostCounted.recount(changed)

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete these posts and all that belongs to them; index, counts and clock move once."""
        threads = dict(self.values_list("pk", "thread"))
        ids = list(threads)
        posts = list(self.model.everything.select_for_update().filter(pk__in=ids).order_by("pk"))
        counted = {row for post in posts for row in post.counted_by()}
        self.keep_translations(ids)
        for kind, is_found in zip(self.model.SEARCH_KINDS, (True, False), strict=True):
            index.remove(kind, [post.pk for post in posts if post.is_found is is_found])
        deleted = super(PostQuerySet, self.model.everything.filter(pk__in=ids)).delete()
        Conversation.objects.filter(pk__in=threads.values()).delete()
        PostCounted.recount(counted)
        Clock.move_site(next_due=self.model.objects.next_due)
        return deleted

    # As Django marks it: templates cannot call it, and the manager, which would delete every post, does not have it.
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def keep_translations(self, ids: list[int]) -> None:
        """Let the translations of these posts, which go, name the first that stays in place of the one that goes."""
        left = self.model.everything.filter(translation_of__in=ids).exclude(pk__in=ids).order_by("-pk")
        for named, first in dict(left.values_list("translation_of", "pk")).items():
            self.model.everything.filter(translation_of=named).update(translation_of=first)

    def latest_first(self) -> Self:
        """The order of every list; follows the index `post_reading_order`."""
        return self.order_by("-published_on", "-published_at", "-id")

    def for_list(self) -> Self:
        """With all that a list of posts shows, in three queries."""
        shown = self.for_title_list("summary", "opening", "language", "thread__comment_count")
        tags = Prefetch("tags", Tag.objects.only("name", "slug"), to_attr="tag_list")
        return shown.select_related("thread").with_authors().prefetch_related(tags)

    def for_feed(self) -> Self:
        """With what an entry of a feed says, except names."""
        shown = ("uid", "updated_at", "corrected_at", "summary", "opening", "body_html", "cover_html", "language")
        return self.for_title_list(*shown)

    def for_alternates(self, *more: str) -> Self:
        """With what translations say of one another, and `more` fields."""
        return self.for_title_list("language", "translation_of", "canonical_url", "is_noindex", "visibility", *more)

    def with_authors(self) -> Self:
        """With the authors' names, addresses and accounts, in one more query."""
        return self.prefetch_related(with_author_list())

    def for_page(self) -> Self:
        """With all that a post's page shows, except its authors and tags: one query for each of these, when needed."""
        return self.select_related("thread", "series").defer("body", "epigraph")

    def for_title_list(self, *more: str) -> Self:
        """With what a list of titles shows, and `more` fields."""
        return self.only("title", "slug", "published_on", "published_at", *more)

    def belonging_to(self, row: Author | Tag) -> Self:
        """Posts by an author or with a tag. Not a join: SQLite would fetch and sort every one of them for a page."""
        through = self.model.authors.through if isinstance(row, Author) else self.model.tags.through
        links = through.objects.filter(post=OuterRef("pk"), **{column_of(row): row})
        return self.filter(Exists(links))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """The posts that `user` may open in the admin: all for an editor, their own for others."""
        if user.has_perm("blog.edit_others_posts"):
            return self
        # Not a join: of somebody's 20,000 posts the newest would be found by sorting them all.
        return self.filter(pk__in=self.model.authors.through.objects.filter(author__user=user.pk).values("post"))


def reading_position(post: Post) -> tuple[datetime.date | None, datetime.datetime | None, int]:
    """What `latest_first` orders by."""
    return post.published_on, post.published_at, post.pk

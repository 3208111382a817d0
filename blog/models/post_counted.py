"""What posts belong to, with the number of posts that readers can see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import pgettext_lazy

from blog.models.redirect import Redirectable

if TYPE_CHECKING:
    from blog.models.post import Post
    from blog.models.post_queryset import PostQuerySet


def post_model() -> type[Post]:
    """The model of posts, for the tables that its own file imports."""
    return apps.get_model("blog", "Post")


class PostCountedQuerySet[Row: models.Model](models.QuerySet[Row]):
    def public(self) -> Self:
        """Those with a published post, as lists show them."""
        return self.filter(post_count__gt=0)

    def names_by_post(self, posts: Iterable[Post]) -> defaultdict[int, list[str]]:
        """What each of `posts` belongs to, by its id; a prefetch would take three times as long."""
        names: defaultdict[int, list[str]] = defaultdict(list)
        for post, name in self.filter(posts__in=posts).values_list("posts", "name"):
            names[post].append(name)
        return names


class PostCounted(Redirectable):
    """A model with `posts`; whatever changes the number of published ones calls `recount`."""

    post_count = models.PositiveIntegerField(pgettext_lazy("column", "post count"), default=0, editable=False)

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        @property
        def posts(self) -> PostQuerySet: ...  # of an author or tag the other end of a relation, of a source a property

    @staticmethod
    @transaction.atomic
    def recount(rows: Iterable[PostCounted]) -> None:
        """Count the published posts of these again, one after another: whoever recounts locks them in this order."""
        for row in sorted(set(rows), key=lambda row: (row._meta.model_name, row.pk)):
            stored = type(row)._default_manager.filter(pk=row.pk)
            # no_key: a post that is being tied to this row holds a key lock on it until it is counted, too.
            if stored.select_for_update(no_key=True).values_list("pk").first():
                stored.update(post_count=row.posts.published().count())

    def after_save(self, before: Self | None) -> None:
        self.recount([self])  # this row may have been read long ago
        super().after_save(before)

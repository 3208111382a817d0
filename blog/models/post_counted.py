"""What posts belong to, with the number of posts that readers can see."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from blog.models.composed_query import ComposedUpdate, Parameter
from blog.models.fields import column_of
from blog.models.redirect import Redirectable

if TYPE_CHECKING:
    from blog.models.post import Post
    from blog.models.post_queryset import PostQuerySet

# Rows that are counted by one statement at most; there is one for each smaller number, too.
BATCH_SIZE = 20


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

    # How to count the posts in `post_links`.
    posts_in_links: ClassVar[Count] = Count("pk")

    @staticmethod
    @transaction.atomic(savepoint=False)
    def recount(rows: Iterable[PostCounted]) -> None:
        """Count the published posts of these again, kind by kind: whoever recounts locks them in this order."""
        ids: dict[type[PostCounted], set[int]] = defaultdict(set)
        for row in rows:
            ids[type(row)].add(row.pk)
        now = timezone.now()
        for model in sorted(ids, key=column_of):
            for batch in itertools.batched(sorted(ids[model]), BATCH_SIZE):
                if connection.features.has_select_for_update:  # or what is published while it waits would not count
                    # no_key: a post that is being tied to this row holds a key lock on it until it is counted, too.
                    stored = model._default_manager.filter(pk__in=batch)
                    list(stored.select_for_update(no_key=True).order_by("pk").values_list("pk"))
                model.count_of_rows(len(batch))(now=now, **{f"row{n}": pk for n, pk in enumerate(batch)})

    @classmethod
    @cache
    def count_of_rows(cls, number: int) -> ComposedUpdate[Self]:
        """Counts, at the time `now`, the published posts of the rows whose ids are `row0`, `row1` and so on."""
        ids = [Parameter(f"row{n}", cls._meta.pk) for n in range(number)]
        rows = cls._default_manager.filter(pk__in=ids)
        return ComposedUpdate(lambda: (rows, {"post_count": cls.published_post_count()}))

    @classmethod
    def post_links(cls) -> type[models.Model]:
        """The model of the rows that tie posts (`post`) to rows of this model."""
        return cast(type[models.Model], cast(Any, cls).posts.through)

    @classmethod
    def published_post_count(cls) -> CombinedExpression:
        """How many published posts a row has at the time `now`, a Parameter.

        All but the few that are not, since that is read from indexes alone.
        """
        name = column_of(cls)
        links = cls.post_links()._default_manager.filter(**{name: OuterRef("pk")}).order_by().values(name)
        now = Parameter("now", models.DateTimeField())
        hidden = links.filter(post__in=post_model().everything.not_published(now=now))
        numbers = (Subquery(rows.annotate(n=cls.posts_in_links).values("n")) for rows in (links, hidden))
        every, less = (Coalesce(number, 0) for number in numbers)
        return every - less

    def after_save(self, before: Self | None) -> None:
        self.recount([self])  # this row may have been read long ago
        super().after_save(before)

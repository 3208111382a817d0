"""What readers can subscribe to: all posts, one author's, one tag's, or the comments on one post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse

from blog.models import Author, Post, Tag
from blog.text.validators import is_pk
from comments.models import Subscription
from comments.models.subscription import Kind, describe_subscription

# Tags and authors that the form lists by name; the page of each links to its own form too.
MAX_OFFERED = 200

type Target = Post | Tag | Author


class Topic(NamedTuple):
    """Something to subscribe to: its kind, and the post, tag or author."""

    kind: str
    target: Target | None = None

    @property
    def value(self) -> str:
        """As forms and addresses name it; `find_topic` reads it again."""
        return f"{self.kind}:{self.target.pk}" if self.target else str(self.kind)

    @property
    def words(self) -> str:
        return describe_subscription(self.kind, self.target)

    @property
    def feed_url(self) -> str:
        """The feed that brings the same."""
        return f"{self.target.get_absolute_url()}feed/" if self.target else reverse("blog:feed")

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a `Subscription` to it."""
        target = {str(self.kind): self.target} if self.target else {}
        return {"kind": self.kind, "post": None, "tag": None, "author": None, **target}


FIND_BY_KIND: dict[str, Callable[[str], Target | None]] = {
    Kind.POST: lambda pk: Post.objects.published().filter(pk=pk).first(),
    Kind.TAG: lambda pk: Tag.objects.filter(pk=pk).first(),
    Kind.AUTHOR: lambda pk: Author.objects.filter(pk=pk).first(),
}


def find_topic(value: str) -> Topic | None:
    """The topic that a form or an address names; None when it is not public."""
    if value == Kind.ALL:
        return Topic(Kind.ALL)
    kind, _colon, pk = value.partition(":")
    target = FIND_BY_KIND[kind](pk) if kind in FIND_BY_KIND and is_pk(pk) else None
    return Topic(Kind(kind), target) if target else None


def offered_authors() -> list[Topic]:
    """The authors with the most posts, by name."""
    busiest = Author.objects.public().only("name").order_by("-post_count", "pk")[:MAX_OFFERED]
    return [Topic(Kind.AUTHOR, author) for author in sorted(busiest, key=str)]


def offered_tags() -> list[Topic]:
    """The tags with the most posts, by name."""
    busiest = Tag.objects.public().only("name").order_by("-post_count", "pk")[:MAX_OFFERED]
    return [Topic(Kind.TAG, tag) for tag in sorted(busiest, key=str)]


def has_followers() -> Exists:
    """For a query of comments: does anybody subscribe to the post?"""
    return Exists(Subscription.objects.filter(post=OuterRef("post")))

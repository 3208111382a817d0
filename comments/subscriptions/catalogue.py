"""What readers can subscribe to: all posts, one author's, one tag's, or the comments on one post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse

from blog.models import Author, Commentable, Conversation, Tag
from blog.models.fields import column_of
from blog.text.validators import is_pk
from comments.models import Subscription
from comments.models.subscription import Kind, Target, describe_subscription

# Tags and authors that the form lists by name; the page of each links to its own form too.
MAX_OFFERED = 200


class Topic(NamedTuple):
    """Something to subscribe to: its kind, and the post or page, tag or author."""

    kind: str
    target: Target | None = None

    @property
    def row(self) -> Conversation | Tag | Author | None:
        """What a subscription names: of a post or page its conversation."""
        return self.target.thread if isinstance(self.target, Commentable) else self.target

    @property
    def value(self) -> str:
        """As forms and addresses name it; `find_topic` reads it again."""
        if self.target is None:
            return str(self.kind)
        pk = self.target.thread_id if isinstance(self.target, Commentable) else self.target.pk
        return f"{self.kind}:{pk}"

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
        target = {column_of(self.row): self.row} if self.row else {}
        return {"kind": self.kind, "conversation": None, "tag": None, "author": None, **target}


def find_subject(conversation: int) -> Commentable | None:
    """The post or page with this conversation, if readers find it."""
    subject = Conversation.objects.subject_of(conversation)
    return subject if subject and subject.lists_conversation else None


FIND_BY_KIND: dict[str, Callable[[str], Target | None]] = {
    Kind.POST: lambda pk: find_subject(int(pk)),
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
    """For a query of comments: does anybody subscribe to the conversation?"""
    return Exists(Subscription.objects.filter(conversation=OuterRef("conversation")))

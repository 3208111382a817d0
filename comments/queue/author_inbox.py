"""New comments on an author's own posts."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from blog.models import Author, Post
from comments.models import Comment, ReadMarker
from comments.models.comment_queryset import CommentQuerySet

# Comments shown on the dashboard; the others are only counted.
MAX_SHOWN = 10
# Nothing is counted further.
MAX_COUNTED = 1_000


@dataclass
class AuthorInbox:
    """The first new `comments`, oldest first, and the `count` of all."""

    comments: list[Comment]
    count: int


def inbox_for(user: User) -> AuthorInbox | None:
    """What others commented on the user's posts since they last looked; None for a user without a profile."""
    author = Author.objects.filter(user=user).first()
    if author is None:
        return None
    unread = unread_comments(user, author)
    with_posts = unread.with_subject_heads().select_related("parent", "author")
    shown = list(with_posts.order_by("decided_at", "pk")[:MAX_SHOWN])
    return AuthorInbox(shown, len(shown) if len(shown) < MAX_SHOWN else unread[:MAX_COUNTED].count())


def unread_comments(user: User, author: Author) -> CommentQuerySet:
    """Not by the author themselves, whether signed in or in an imported archive."""
    own = Post.authors.through.objects.filter(author=author).values("post")
    posts = Post.objects.with_page().filter(pk__in=own)
    return (
        Comment.objects.approved()
        .filter(ReadMarker.unseen_by(user), conversation__in=posts.values("thread"))
        .exclude(user=user)
        .exclude(author=author)
    )


def mark_as_read(user: User, *, up_to: int | None = None) -> None:
    """Mark the comments up to the one with the number `up_to` as read, or all."""
    author = Author.objects.filter(user=user).first()
    if author is None:
        return
    comments = unread_comments(user, author).order_by("-decided_at", "-pk")
    if up_to is not None:
        comments = comments.filter(pk=up_to)
    if last := comments.only("decided_at").first():
        ReadMarker.advance(user, last.decided_at, last.pk)

"""Replies to a reader's comments that they have not seen: how many there are, and when they are seen.

What was seen stays in the reader's browser, as decision 0021 has it for new comments: a cookie with read marks, of the
posts whose new replies were shown since *Your comments* was opened, and of that page itself. Both cost the readers who
are signed in one query, on pages made for them alone; anybody else nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import CharField
from django.db.models.functions import Cast
from django.http import HttpRequest

from blog.models import Post
from comments.conversation import read_cookie
from comments.lifecycle.ownership import comments_by
from comments.models import Comment, Reader
from comments.models.comment_queryset import CommentQuerySet, is_on
from comments.readers import session
from comments.status import Status
from comments.threads.layout import ThreadPage
from comments.threads.read_marks import ReadMarks

# The same kind of text as the cookie of new comments, under a name that keeps its pages out of the cache.
REPLIES_COOKIE = "registan_replies"
# In place of a post: the page that lists replies, where all are seen.
YOUR_COMMENTS = 0
# Replies to so many of a reader's latest comments are looked for, and of these so many are told apart.
MAX_PARENTS, MAX_REPLIES = 100, 50
# More than these is said as "9+".
MAX_COUNTED = 9
# Where a request keeps what was found, so that it is looked up once.
CACHE_ATTRIBUTE = "_new_replies"


class Reply(NamedTuple):
    """A reply to a comment of the reader, and when it was published."""

    pk: int
    conversation_id: int
    decided_at: datetime


def replies_to(reader: Reader) -> CommentQuerySet:
    """What anybody may read of the replies to the reader's latest comments, the latest first."""
    own = comments_by(reader).order_by("-pk").values("pk")[:MAX_PARENTS]
    is_readable = is_on(Post.objects.with_page().without_password())
    # The cast keeps SQLite from reading all that was ever approved: few replies are to a hundred comments.
    replies = Comment.objects.annotate(state=Cast("status", CharField())).filter(is_readable, parent__in=own)
    return replies.filter(state=Status.APPROVED).exclude(reader=reader, is_verified=True).order_by("-decided_at", "-pk")


def get_marks(request: HttpRequest) -> ReadMarks:
    return ReadMarks.parse(request.COOKIES.get(REPLIES_COOKIE, ""))


def listed_at(request: HttpRequest) -> datetime:
    """When the reader last opened *Your comments* in this browser; before that, when they signed in."""
    if mark := get_marks(request).posts.get(YOUR_COMMENTS):
        return datetime.fromtimestamp(min(mark[1], read_cookie.unix_now()), UTC)
    here = session.session_from_request(request)
    return here.created_at if here else datetime.now(UTC)


def find_new_replies(request: HttpRequest) -> list[Reply]:
    """The replies that the reader has not seen in this browser; one query with a session, none without."""
    if not hasattr(request, CACHE_ATTRIBUTE):
        setattr(request, CACHE_ATTRIBUTE, load_new_replies(request, session.reader_from_request(request)))
    found: list[Reply] = getattr(request, CACHE_ATTRIBUTE)
    return found


def load_new_replies(request: HttpRequest, reader: Reader | None) -> list[Reply]:
    if reader is None:
        return []
    marks = get_marks(request).posts
    rows = replies_to(reader).filter(decided_at__gt=listed_at(request))
    replies = [Reply(*row) for row in rows.values_list("pk", "conversation_id", "decided_at")[:MAX_REPLIES]]
    return [reply for reply in replies if reply.decided_at.timestamp() > marks.get(reply.conversation_id, (0, 0))[1]]


def mark_shown(request: HttpRequest, thread: ThreadPage) -> None:
    """The new replies under this post are seen, if this page of its thread has them all."""
    if request.method != "GET":
        return
    shown = {item.comment.pk: item.comment.conversation_id for item in thread.items}
    here = {reply.conversation_id for reply in find_new_replies(request) if reply.pk in shown}
    if here and not [
        reply for reply in find_new_replies(request) if reply.conversation_id in here and reply.pk not in shown
    ]:
        set_mark(request, here.pop())


def mark_all_listed(request: HttpRequest) -> None:
    """All replies are seen: *Your comments* lists them."""
    set_mark(request, YOUR_COMMENTS)


def set_mark(request: HttpRequest, place: int) -> None:
    now, marks = read_cookie.unix_now(), get_marks(request)
    listed = marks.posts.pop(YOUR_COMMENTS, None)
    if place == YOUR_COMMENTS:
        marks = ReadMarks({YOUR_COMMENTS: (now, now)})
    else:
        marks.posts.pop(place, None)
        marks.posts[place] = (now, now)
        if listed:  # last, so that it is not the one that a long cookie loses
            marks.posts[YOUR_COMMENTS] = listed
    read_cookie.move_marks(request, REPLIES_COOKIE, marks)

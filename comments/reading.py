"""Who reads a thread, and since when its comments are new to him: by his cookie, or by `?since=` in a link of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from blog.models import Post
from comments import unread
from comments.marks import COOKIE, KEEP_SECONDS, Marks
from comments.models import Comment
from comments.unread import Unread
from comments.writer import Writer


def this_moment() -> int:
    return int(timezone.now().timestamp())


def marks_of(request: HttpRequest) -> Marks | None:
    """What this browser remembers; None for one that was not asked to."""
    text = request.COOKIES.get(COOKIE)
    return None if text is None else Marks.read(text)


def asked_since(request: HttpRequest) -> datetime | None:
    """The moment in `?since=`, Unix seconds; None when it is none, or has not come yet."""
    text = request.GET.get("since", "")
    if not (text.isdecimal() and text.isascii() and len(text) < 12) or int(text) > this_moment():
        return None
    return datetime.fromtimestamp(int(text), UTC)


def query_of(request: HttpRequest) -> str:
    """What the next address needs so that what this one shows as new, because it was asked to, is new there too."""
    since = asked_since(request)
    return unread.query_of(since) if since else ""


def unread_by(request: HttpRequest, post: Post, writer: Writer) -> Unread | None:
    """What is new under `post` to whoever asks, in one query; None, without any, for who has told no time.

    A page that is read (not sent, not looked at ahead of time) moves his mark: `RememberReading` lets him take it home.
    """
    since, marks = asked_since(request), marks_of(request)
    if marks is not None:
        last = marks.visit(post.pk, now=this_moment())
        since = since or (None if last is None else datetime.fromtimestamp(last, UTC))
        if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            request.marks = marks
    if since is None:
        return None
    news = Comment.objects.new_since(post, since).exclude(pk__in=marks.own if marks else [])
    if writer.is_known:
        news = news.exclude(user=writer.user)
    elif writer.reader:
        news = news.exclude(reader=writer.reader, is_proven=True)
    return unread.in_thread_order(list(news.values_list("path", "pk")[: unread.MOST + 1]), since)


def remember(response: HttpResponse, marks: Marks) -> None:
    """Let this browser keep the marks."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, str(marks), max_age=KEEP_SECONDS, httponly=True, secure=secure, samesite="Lax")


def note_own(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    """He wrote this comment: where he is remembered, it will not be shown to him as new."""
    if (marks := marks_of(request)) is not None:
        marks.wrote(comment.pk)
        remember(response, marks)


class RememberReading:
    """Sends the moved mark home with the page that moved it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (marks := getattr(request, "marks", None)) is not None and response.status_code == 200:
            remember(response, marks)
        return response

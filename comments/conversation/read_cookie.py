"""Finds what is new to this reader by their cookie or by `?since=` in our links, and sets the cookie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from blog.models import Commentable
from comments.models import Comment
from comments.readers.submitter import Submitter
from comments.threads import unread
from comments.threads.read_marks import READ_COOKIE, READ_COOKIE_AGE, ReadMarks
from comments.threads.unread import UnreadComments

# The attribute of a request whose page moved marks: these, by the name of their cookie.
MOVED_MARKS = "moved_read_marks"


def unix_now() -> int:
    return int(timezone.now().timestamp())


def get_read_marks(request: HttpRequest) -> ReadMarks | None:
    """What this browser remembers; None unless its reader asked it to."""
    text = request.COOKIES.get(READ_COOKIE)
    return None if text is None else ReadMarks.parse(text)


def parse_since(request: HttpRequest) -> datetime | None:
    """The moment in `?since=`, Unix seconds; None for anything else, or a moment to come."""
    text = request.GET.get("since", "")
    if not (text.isdecimal() and text.isascii() and len(text) < 12) or int(text) > unix_now():
        return None
    return datetime.fromtimestamp(int(text), UTC)


def forward_since_query(request: HttpRequest) -> str:
    """The query that keeps the comments marked as new on the next page."""
    since = parse_since(request)
    return unread.since_query(since) if since else ""


def find_unread(request: HttpRequest, subject: Commentable, submitter: Submitter) -> UnreadComments | None:
    """What is new to this reader on `post`, in one query; None, without a query, when nobody knows what they have read.

    A page that is read, neither sent nor prefetched, moves the mark, which ReadMarksMiddleware sets in the cookie.
    """
    since, marks = parse_since(request), get_read_marks(request)
    if marks is not None:
        last = marks.visit(subject.thread_id, now=unix_now())
        since = since or (None if last is None else datetime.fromtimestamp(last, UTC))
        move_marks(request, READ_COOKIE, marks)
    if since is None:
        return None
    news = Comment.objects.new_since(subject, since).exclude(pk__in=marks.own_ids if marks else [])
    if submitter.is_signed_in:
        news = news.exclude(user=submitter.account)
    elif submitter.reader:
        news = news.exclude(reader=submitter.reader, is_verified=True)
    return unread.collect_unread(list(news.values_list("path", "pk")[: unread.MAX_MARKED + 1]), since)


def move_marks(request: HttpRequest, cookie: str, marks: ReadMarks) -> None:
    """Let ReadMarksMiddleware set these marks, unless the page is only fetched ahead."""
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        setattr(request, MOVED_MARKS, {**getattr(request, MOVED_MARKS, {}), cookie: marks})


def set_read_cookie(response: HttpResponse, marks: ReadMarks, name: str = READ_COOKIE) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, str(marks), max_age=READ_COOKIE_AGE, httponly=True, secure=secure, samesite="Lax")


def record_own_comment(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    """Do not show this reader's own comment as new to them."""
    if (marks := get_read_marks(request)) is not None:
        marks.add_own(comment.pk)
        set_read_cookie(response, marks)


class ReadMarksMiddleware:
    """Sets cookies with the page that moved their marks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 200:
            for name, marks in getattr(request, MOVED_MARKS, {}).items():
                set_read_cookie(response, marks, name)
        return response

"""Who reads a thread, and since when its comments are new to him: by his cookie, or by `?since=` in a link of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from blog.models import Post
from comments.models import Comment
from comments.readers.submitter import Submitter
from comments.threads import unread
from comments.threads.read_marks import READ_COOKIE, READ_COOKIE_AGE, ReadMarks
from comments.threads.unread import UnreadComments


def unix_now() -> int:
    return int(timezone.now().timestamp())


def get_read_marks(request: HttpRequest) -> ReadMarks | None:
    """What this browser remembers; None for one that was not asked to."""
    text = request.COOKIES.get(READ_COOKIE)
    return None if text is None else ReadMarks.parse(text)


def parse_since(request: HttpRequest) -> datetime | None:
    """The moment in `?since=`, Unix seconds; None when it is none, or has not come yet."""
    text = request.GET.get("since", "")
    if not (text.isdecimal() and text.isascii() and len(text) < 12) or int(text) > unix_now():
        return None
    return datetime.fromtimestamp(int(text), UTC)


def forward_since_query(request: HttpRequest) -> str:
    """What the next address needs so that what this one shows as new, because it was asked to, is new there too."""
    since = parse_since(request)
    return unread.since_query(since) if since else ""


def find_unread(request: HttpRequest, post: Post, submitter: Submitter) -> UnreadComments | None:
    """What is new under `post` to whoever asks, in one query; None, without any, for who has told no time.

    A page that is read (not sent, not looked at ahead of time) moves his mark: `RememberReading` lets him take it home.
    """
    since, marks = parse_since(request), get_read_marks(request)
    if marks is not None:
        last = marks.visit(post.pk, now=unix_now())
        since = since or (None if last is None else datetime.fromtimestamp(last, UTC))
        if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
            request.read_marks = marks
    if since is None:
        return None
    news = Comment.objects.new_since(post, since).exclude(pk__in=marks.own_ids if marks else [])
    if submitter.is_signed_in:
        news = news.exclude(user=submitter.account)
    elif submitter.reader:
        news = news.exclude(reader=submitter.reader, is_verified=True)
    return unread.collect_unread(list(news.values_list("path", "pk")[: unread.MAX_MARKED + 1]), since)


def set_read_cookie(response: HttpResponse, marks: ReadMarks) -> None:
    """Let this browser keep the marks."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(READ_COOKIE, str(marks), max_age=READ_COOKIE_AGE, httponly=True, secure=secure, samesite="Lax")


def record_own_comment(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    """He wrote this comment: where he is remembered, it will not be shown to him as new."""
    if (marks := get_read_marks(request)) is not None:
        marks.add_own(comment.pk)
        set_read_cookie(response, marks)


class ReadMarksMiddleware:
    """Sends the moved mark home with the page that moved it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (marks := getattr(request, "read_marks", None)) is not None and response.status_code == 200:
            set_read_cookie(response, marks)
        return response

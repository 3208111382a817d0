"""Comments that wait, in their places in the thread: for the browser that sent them or is signed in, for nobody else.

A guest's browser carries a cookie for each, which holds the receipt's token and goes to this post alone. As
its name says that it is ours, those pages come from no cache (blog/page_cache.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from blog.models import Commentable
from comments.lifecycle.edits import row_obstacle
from comments.models import Comment, Reader
from comments.status import WAITING_STATUSES
from comments.threads import layout
from comments.threads.layout import ThreadItem, ThreadPage, permalink
from comments.threads.orders import Order
from comments.web import tokens

# Before the primary key of the comment.
COOKIE_PREFIX = "registan_waiting_"
# Longer than moderators leave a comment unread; until then its writer's pages of this post are rendered for them alone.
COOKIE_AGE = timedelta(days=30)
# On one page, and cookies for one post: whoever has more waiting finds them at *Your comments*.
MAX_WAITING = 20


def set_waiting_cookie(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    """Let this browser see the comment while it waits; a verified one is known by its reader's session."""
    if comment.is_verified:
        return
    path = comment.subject.get_absolute_url()
    for old in sorted(read_waiting_cookies(request))[: -MAX_WAITING + 1]:
        response.delete_cookie(f"{COOKIE_PREFIX}{old}", path=path, samesite="Lax")
    response.set_cookie(
        f"{COOKIE_PREFIX}{comment.pk}",
        tokens.make_token(tokens.RECEIPT, comment.pk),
        max_age=COOKIE_AGE,
        path=path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def read_waiting_cookies(request: HttpRequest) -> dict[int, str]:
    """The comments that this browser has sent, each with the token of its receipt."""
    receipts = {}
    for name in [name for name in request.COOKIES if name.startswith(COOKIE_PREFIX)][: 2 * MAX_WAITING]:
        try:
            pk = tokens.read_token_id(tokens.RECEIPT, request.COOKIES[name], max_age=COOKIE_AGE)
        except tokens.BadToken:
            continue
        receipts[pk] = request.COOKIES[name]
    return receipts


def add_waiting(thread: ThreadPage, request: HttpRequest, subject: Commentable, reader: Reader | None) -> None:
    """Put what waits from this browser or reader into its place on this page: one query, or none for anybody else."""
    receipts = read_waiting_cookies(request)
    if not receipts and reader is None:
        return
    own = Q(pk__in=receipts)
    if reader is not None:
        own |= Q(reader=reader, user=None, is_verified=True)
    rows = insert_waiting_rows(thread, subject, own & Q(status__in=WAITING_STATUSES))
    by_pk = {row.pk: row for row in rows}
    for item in thread.items:
        if item.comment.pk in by_pk:
            set_links(item, by_pk[item.comment.pk], reader, receipts)


def insert_waiting_rows(
    thread: ThreadPage, subject: Commentable, which: Q, *, limit: int = MAX_WAITING
) -> list[Comment]:
    """Put those of the post's newest hidden comments in their places that belong on this page: one query."""
    rows = load_waiting(thread, subject, which, limit)
    if rows:
        thread.items = layout.insert_waiting(thread.items, rows, thread.order)
        layout.fold_branches(thread.items, continues_on_next_page=thread.page.has_next)
    return rows


def load_waiting(thread: ThreadPage, subject: Commentable, which: Q, limit: int) -> list[Comment]:
    """What waits and belongs on this page."""
    rows = Comment.objects.filter(which, conversation=subject.thread_id).exclude(name="")
    before = Comment.objects.filter(conversation=subject.thread_id, shown=True, path__lt=OuterRef("path")).order_by(
        "-path"
    )
    rows = rows.annotate(parent_name=F("parent__name"), parent_status=F("parent__status"))
    rows = rows.annotate(previous_id=Subquery(before.values("pk")[:1]))
    return [row for row in rows.order_by("-pk")[:limit] if is_on_page(row, thread)]


def is_on_page(row: Any, thread: ThreadPage) -> bool:
    """Does a waiting comment belong here: in place of its tombstone, after `previous_id`, or as a thread of its own?"""
    on_page = {item.comment.pk for item in thread.items}
    if row.shown:
        return row.pk in on_page
    if row.parent_id is None and thread.order == Order.NEWEST:
        return bool(thread.page.number == 1)
    if row.parent_id is None and thread.order == Order.MOST_REPLIED:
        return not thread.page.has_next
    return row.previous_id in on_page if row.previous_id else bool(thread.page.number == 1)


def set_links(item: ThreadItem, row: Comment, reader: Reader | None, receipts: dict[int, str]) -> None:
    """What its writer can do: edit and withdraw it with a session, withdraw it on its receipt without."""
    if reader and row.is_verified and row.reader_id == reader.pk:
        item.edit_url = "" if row_obstacle(row) else f"{permalink(row.pk)}edit/"
        item.withdraw_url = f"{permalink(row.pk)}withdraw/"
    elif receipt := receipts.get(row.pk):
        item.withdraw_url = f"{reverse('comments:receipt', args=[receipt])}#withdraw"

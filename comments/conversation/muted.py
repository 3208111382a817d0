"""People whom a reader does not want to read: their comments fold to one line, in this browser alone.

A cookie names one comment of each person, signed, so that nobody asks about comments that they have not seen. Whoever
carries it gets pages of their own (blog/page_cache.py). A person is who has the same tile: one address, or profile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse

from comments.models import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.threads.layout import ThreadItem
from comments.web import tokens

MUTED_COOKIE = "registan_muted"
# As long as browsers keep a cookie at most.
MUTED_COOKIE_AGE = timedelta(days=400)
# People in one browser; one more replaces the one who was muted first.
MAX_MUTED = 50


def read_muted(request: HttpRequest) -> list[int]:
    """A comment of each person that this browser has muted, the first muted first."""
    try:
        bound = tokens.read_token(tokens.MUTED, request.COOKIES.get(MUTED_COOKIE, ""), max_age=MUTED_COOKIE_AGE)
    except tokens.BadToken:
        return []
    return [int(pk) for pk in bound[:MAX_MUTED]]


def set_muted(response: HttpResponse, ids: Sequence[int]) -> None:
    if not ids:
        response.delete_cookie(MUTED_COOKIE, samesite="Lax")
        return
    response.set_cookie(
        MUTED_COOKIE,
        tokens.make_token(tokens.MUTED, *ids[-MAX_MUTED:]),
        max_age=MUTED_COOKIE_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def mute(request: HttpRequest, response: HttpResponse, comment: Comment) -> None:
    """Mute whoever wrote this comment."""
    set_muted(response, [pk for pk in read_muted(request) if pk != comment.pk] + [comment.pk])


def unmute(request: HttpRequest, response: HttpResponse, comment: int) -> None:
    """Show again what the person wrote whose comment this is."""
    set_muted(response, [pk for pk in read_muted(request) if pk != comment])


def by_muted(ids: Sequence[int]) -> Q:
    """The condition for comments by whoever wrote one of these. Without an address, from an archive, the name tells."""
    same_name = Q(reader=None, author=None, name=OuterRef("name"), tile=OuterRef("tile"))
    same_person = Q(reader=OuterRef("reader")) | Q(author=OuterRef("author")) | same_name
    return Q(Exists(Comment.objects.filter(same_person, pk__in=ids).exclude(name="")))


def mark_muted(items: Sequence[ThreadItem], request: HttpRequest) -> None:
    """Fold what muted people wrote: one query for a browser that has muted somebody, none for others."""
    ids = read_muted(request)
    shown = [item.comment.pk for item in items if not (item.is_tombstone or item.is_waiting)] if ids else []
    if not shown:
        return
    muted = set(Comment.objects.filter(by_muted(ids), pk__in=shown).values_list("pk", flat=True))
    for item in items:
        item.is_muted = item.comment.pk in muted


def muted_people(request: HttpRequest) -> CommentQuerySet:
    """The comments by which people were muted, with the names of those who are still to be read."""
    return Comment.objects.filter(pk__in=read_muted(request)).only("name", "status").order_by("pk")

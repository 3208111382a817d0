"""Where somebody is signed in: the sessions of an account, and how they end."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from blog.text.site_values import site
from blog.web.client_ip import shorten_ip
from comments.models import RetentionNight
from comments.web.user_agents import describe_browser, parse_user_agent

# Rows that one round of the worker deletes.
BATCH_SIZE = 50


def open_sessions(user: User, *, current: str) -> list[UserSession]:
    """The sessions by which `user` is signed in, that with the key `current` first, then the latest."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at"))
    stored = Session.objects.filter(expire_date__gt=timezone.now()).in_bulk([row.session_key for row in rows])
    # A changed password ends sessions by this hash, and leaves their rows.
    valid = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    alive = {key for key, session in stored.items() if session.get_decoded().get(HASH_SESSION_KEY) in valid}
    return sorted((row for row in rows if row.session_key in alive), key=lambda row: row.session_key != current)


def describe_session(row: UserSession) -> str:
    return describe_browser(*parse_user_agent(row.user_agent))


def end_session(user: User, pk: str) -> None:
    rows = UserSession.objects.filter(user=user, pk=pk)
    Session.objects.filter(session_key__in=rows.values("session_key")).delete()
    rows.delete()


def end_sessions(user: User, *, keep: str = "") -> None:
    """Sign `user` out everywhere but in the session with the key `keep`."""
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    Session.objects.filter(session_key__in=rows.values("session_key")).delete()
    rows.delete()


def delete_ended_sessions() -> int:
    """Delete what is stored of sessions that are over; returns how many."""
    expired = Session.objects.filter(expire_date__lte=timezone.now()).values_list("pk", flat=True)[:BATCH_SIZE]
    if keys := list(expired):
        Session.objects.filter(pk__in=keys).delete()
    ended = UserSession.objects.exclude(session_key__in=Session.objects.values("pk"))
    if rows := list(ended.values_list("pk", flat=True)[:BATCH_SIZE]):
        UserSession.objects.filter(pk__in=rows).delete()
    return len(keys) + len(rows)


def shorten_old_sessions() -> int:
    """Shorten the network addresses of sign-ins whose days are over, and delete their browsers' names; how many."""
    days = site().address_days
    old = UserSession.objects.filter(created_at__lte=timezone.now() - timedelta(days)).exclude(user_agent="")
    rows = list(old.order_by("pk")[:BATCH_SIZE]) if days else []
    for row in rows:
        row.ip, row.user_agent = shorten_ip(row.ip) or row.ip, ""
        row.save(update_fields=["ip", "user_agent"])
    if rows:
        RetentionNight.count(timezone.localdate(), addresses=len(rows), browsers=len(rows))
    return len(rows)

"""The facts that screening goes by, read from the database: seven small queries, none of which a larger site makes
dearer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from blog.models import Author
from blog.names import name_key
from comments import classifier
from comments.models import Comment, Decision, Policy, Reader, Rule
from comments.models.words import counts_for
from comments.moderation import Status
from comments.rules import Pattern, Subject, hosts_in, is_under, matching, plain_host, words_key
from comments.screening import Facts, Trust
from comments.writer import Writer

log = logging.getLogger(__name__)

# How long the same words under two posts are taken for one hand's work.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Judged:
    """What the spam filter says: its advice ("failed" when it broke), and what is stored beside the comment."""

    advice: str = ""
    score: float | None = None
    because: list[list] = field(default_factory=list)


def judge(values: dict[str, Any]) -> Judged:
    """Ask the spam filter, in one query."""
    try:
        seen = {name: values[name] for name in ("body", "name", "email", "website")}
        found = classifier.features(**seen)
        counts = counts_for(found)
        verdict = classifier.judge(found, counts)
        return Judged(classifier.advice(verdict, counts), verdict.score, [list(pair) for pair in verdict.because])
    except DatabaseError:
        raise
    except Exception:
        log.exception("The spam filter failed; the comment is held.")
        return Judged("failed")


def gather(
    values: dict[str, Any], *, html: str, writer: Writer, address: str, judged: Judged, of_form: Mapping[str, Any]
) -> Facts:
    """All that is known of a comment about to be stored; `values` are its columns, `html` its body as drawn."""
    policy, email = Policy.now(), values["email"].casefold()
    reader = Reader.objects.filter(email=email).first() if email else None
    proven = is_proven(writer, email)
    approved, lately = record_of(reader, policy, proven=proven)
    return Facts(
        **of_form,
        post_is_held=writer.post.is_held,
        links=links_away(html),
        links_held=policy.links_held,
        repeated=repeated(values["body"], post_id=writer.post.pk, reader=reader),
        rules=tuple(rules_on(values, html=html, address=address)),
        advice=judged.advice,
        score=judged.score,
        is_staff=writer.is_known,
        is_proven=proven,
        is_claimed=not proven and reader is not None and reader.proven_at is not None,
        name_of=name_of(values["name"], reader=reader if proven else None, writer=writer),
        is_always_held=reader is not None and reader.standing == Reader.Standing.HELD,
        was_removed_lately=lately,
        approved=approved,
        trust=trust(reader, policy, approved=approved, lately=lately) if proven else Trust.STRANGER,
    )


def is_proven(writer: Writer, email: str) -> bool:
    """Does the browser carry the pass of just this address?"""
    return not writer.is_known and writer.reader is not None and writer.reader.email == email


def name_of(name: str, *, reader: Reader | None, writer: Writer) -> str:
    """Whose name this is, or looks like: "author", "reader" (who has proved his address), or "" for nobody's.

    `reader` is the writer, if it is proven to be him: a name that his own published comments bear is his, too.
    Two queries, each a step in an index, and for a reader who bears the name of another, a third.
    """
    if writer.is_known or not (key := name_key(name)):
        return ""
    bearers = Comment.objects.filter(name_key=key, is_proven=True, status=Status.APPROVED)
    if Author.objects.filter(name_key=key).exists():
        whose = "author"
    elif bearers.exclude(reader=reader).exists() if reader else bearers.exists():
        whose = "reader"
    else:
        return ""
    return "" if reader and bearers.filter(reader=reader).exists() else whose


def record_of(reader: Reader | None, policy: Policy, *, proven: bool) -> tuple[int, bool]:
    """How many comments of this address were approved, as far as it matters, and whether one was removed lately."""
    if reader is None:
        return 0, False
    approved = Comment.objects.filter(reader=reader, status=Status.APPROVED)[: policy.regular_after].count()
    if not proven or approved < policy.regular_after:
        return approved, False
    # Taken away by its writer, and spam nevertheless.
    gone = Decision.objects.filter(comment=OuterRef("pk"), from_status=Status.SPAM, to_status=Status.WITHDRAWN)
    withdrawn_spam = Q(Exists(gone), status=Status.WITHDRAWN)
    bad = Comment.objects.filter(Q(status__in=[Status.REMOVED, Status.SPAM]) | withdrawn_spam, reader=reader)
    return approved, bad.filter(decided_at__gt=timezone.now() - timedelta(days=policy.quiet_days)).exists()


def trust(reader: Reader, policy: Policy, *, approved: int, lately: bool) -> Trust:
    """How well a reader is known whose browser carries his pass."""
    if reader.standing == Reader.Standing.TRUSTED:
        return Trust.TRUSTED
    is_regular = approved >= policy.regular_after and not lately and reader.standing != Reader.Standing.HELD
    return Trust.REGULAR if is_regular else Trust.STRANGER


def is_heard_at_once(writer: Writer) -> bool:
    """May the form tell him that his comment appears at once? Asks the database nothing for whoever has no pass."""
    if writer.is_heard_at_once:
        return True
    if writer.is_known or writer.reader is None or writer.post.is_held:
        return False
    policy = Policy.now()
    approved, lately = record_of(writer.reader, policy, proven=True)
    return trust(writer.reader, policy, approved=approved, lately=lately) > Trust.STRANGER


def links_away(html: str) -> int:
    """How many links lead away from this site."""
    home = plain_host(settings.HOST)
    return sum(not is_under(host, home) for host in hosts_in(html))


def repeated(body: str, *, post_id: int, reader: Reader | None) -> str:
    """Where the same words were sent lately: "post", under another one; "address", from another one; or ""."""
    if not (key := words_key(body)):
        return ""
    same = Comment.objects.filter(words_key=key, created_at__gt=timezone.now() - LATELY).order_by("-created_at")
    others = same.exclude(post=post_id, reader=reader) if reader else same
    where = others.values_list("post", flat=True).first()
    return "" if where is None else "address" if where == post_id else "post"


def rules_on(values: dict[str, Any], *, html: str, address: str) -> list[Pattern]:
    """The rules in force that speak of this comment."""
    rows = Rule.objects.active().order_by("pk").values_list("kind", "pattern", "effect", "pk")
    patterns = [Pattern(*row) for row in rows]
    seen = {name: values[name] for name in ("name", "email", "website", "body")}
    return matching(patterns, Subject.of(**seen, html=html, address=address)) if patterns else []

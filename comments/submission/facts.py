"""The facts that screening goes by, read from the database: seven small queries, none of which a larger site makes
dearer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from blog.models import Author
from blog.text.lookalikes import name_key
from comments.lifecycle.spam_training import load_token_counts
from comments.models import Comment, Decision, Policy, Reader, Rule
from comments.readers.submitter import Submitter
from comments.screening.checks import Facts, Trust
from comments.screening.patterns import Pattern, PatternSubject, match_patterns, words_key
from comments.spam import classifier
from comments.spam.features import extract_features
from comments.status import Status
from comments.web.hosts import count_external_links

log = logging.getLogger(__name__)

# How long the same words under two posts are taken for one hand's work.
REPETITION_WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class FilterResult:
    """What the spam filter says: its advice ("failed" when it broke), and what is stored beside the comment."""

    advice: str = ""
    score: float | None = None
    score_reasons: list[list] = field(default_factory=list)


def ask_spam_filter(values: dict[str, Any]) -> FilterResult:
    """Ask the spam filter, in one query."""
    try:
        seen = {name: values[name] for name in ("body", "name", "email", "website")}
        found = extract_features(**seen)
        counts = load_token_counts(found)
        verdict = classifier.classify(found, counts)
        return FilterResult(
            classifier.advise(verdict, counts), verdict.score, [list(pair) for pair in verdict.score_reasons]
        )
    except DatabaseError:
        raise
    except Exception:
        log.exception("The spam filter failed; the comment is held.")
        return FilterResult("failed")


def collect_facts(
    values: dict[str, Any],
    *,
    html: str,
    submitter: Submitter,
    address: str,
    judged: FilterResult,
    of_form: Mapping[str, Any],
) -> Facts:
    """All that is known of a comment about to be stored; `values` are its columns, `html` its body as drawn."""
    policy, email = Policy.current(), values["email"].casefold()
    reader = Reader.objects.filter(email=email).first() if email else None
    proven = is_from_verified_reader(submitter, email)
    approved, lately = reader_history(reader, policy, proven=proven)
    return Facts(
        **of_form,
        post_is_held=submitter.post.is_held,
        links=count_external_links(html),
        links_held=policy.links_held,
        repeated=find_repetition(values["body"], post_id=submitter.post.pk, reader=reader),
        rules=tuple(matching_rules(values, html=html, address=address)),
        advice=judged.advice,
        score=judged.score,
        is_staff=submitter.is_signed_in,
        is_verified=proven,
        is_claimed=not proven and reader is not None and reader.verified_at is not None,
        borrowed_from=find_borrowed_name(values["name"], reader=reader if proven else None, submitter=submitter),
        is_always_held=reader is not None and reader.standing == Reader.Standing.HELD,
        was_removed_lately=lately,
        approved=approved,
        trust=trust_level(reader, policy, approved=approved, lately=lately) if proven else Trust.STRANGER,
    )


def is_from_verified_reader(submitter: Submitter, email: str) -> bool:
    """Does the browser carry the pass of just this address?"""
    return not submitter.is_signed_in and submitter.reader is not None and submitter.reader.email == email


def find_borrowed_name(name: str, *, reader: Reader | None, submitter: Submitter) -> str:
    """Whose name this is, or looks like: "author", "reader" (who has proved his address), or "" for nobody's.

    `reader` is the writer, if it is proven to be him: a name that his own published comments bear is his, too.
    Two queries, each a step in an index, and for a reader who bears the name of another, a third.
    """
    if submitter.is_signed_in or not (key := name_key(name)):
        return ""
    bearers = Comment.objects.filter(name_key=key, is_verified=True, status=Status.APPROVED)
    if Author.objects.filter(name_key=key).exists():
        whose = "author"
    elif bearers.exclude(reader=reader).exists() if reader else bearers.exists():
        whose = "reader"
    else:
        return ""
    return "" if reader and bearers.filter(reader=reader).exists() else whose


def reader_history(reader: Reader | None, policy: Policy, *, proven: bool) -> tuple[int, bool]:
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


def trust_level(reader: Reader, policy: Policy, *, approved: int, lately: bool) -> Trust:
    """How well a reader is known whose browser carries his pass."""
    if reader.standing == Reader.Standing.TRUSTED:
        return Trust.TRUSTED
    is_regular = approved >= policy.regular_after and not lately and reader.standing != Reader.Standing.HELD
    return Trust.REGULAR if is_regular else Trust.STRANGER


def may_publish_immediately(submitter: Submitter) -> bool:
    """May the form tell him that his comment appears at once? Asks the database nothing for whoever has no pass."""
    if submitter.publishes_immediately:
        return True
    if submitter.is_signed_in or submitter.reader is None or submitter.post.is_held:
        return False
    policy = Policy.current()
    approved, lately = reader_history(submitter.reader, policy, proven=True)
    return trust_level(submitter.reader, policy, approved=approved, lately=lately) > Trust.STRANGER


def find_repetition(body: str, *, post_id: int, reader: Reader | None) -> str:
    """Where the same words were sent lately: "post", under another one; "address", from another one; or ""."""
    if not (key := words_key(body)):
        return ""
    same = Comment.objects.filter(words_key=key, created_at__gt=timezone.now() - REPETITION_WINDOW).order_by(
        "-created_at"
    )
    others = same.exclude(post=post_id, reader=reader) if reader else same
    where = others.values_list("post", flat=True).first()
    return "" if where is None else "address" if where == post_id else "post"


def matching_rules(values: dict[str, Any], *, html: str, address: str) -> list[Pattern]:
    """The rules in force that speak of this comment."""
    rows = Rule.objects.active().order_by("pk").values_list("kind", "pattern", "effect", "pk")
    patterns = [Pattern(*row) for row in rows]
    seen = {name: values[name] for name in ("name", "email", "website", "body")}
    return match_patterns(patterns, PatternSubject.of(**seen, html=html, address=address)) if patterns else []

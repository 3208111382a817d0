"""What was sent, and the facts that the checks go by: how far back each looks, read in a few small queries.

None of the queries costs more on a larger site, and only the last, `find_repetition`, has to be under a lock.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.db.models import CharField, DateTimeField, Exists, IntegerField, OuterRef, Q
from django.utils import timezone

from blog.models import Author, Commentable, Conversation
from blog.models.composed_query import ComposedQuery, Parameter
from blog.text.lookalikes import name_key
from blog.web.client_ip import home_network
from comments.families.signs import SignSource, find_signs
from comments.models import Comment, Decision, Policy, Reader, Rule, SpamToken
from comments.models.policy import MAX_REGULAR_AFTER
from comments.readers.submitter import Submitter
from comments.screening.checks import Facts, Trust
from comments.screening.patterns import Pattern, PatternSubject, match_patterns, words_key
from comments.spam import classifier
from comments.spam.features import extract_features
from comments.status import Status
from comments.submission.locks import take_lock
from comments.web.hosts import count_external_links

log = logging.getLogger(__name__)

ACTIVE_RULES = ComposedQuery(
    lambda: Rule.objects.active().order_by("pk").values_list("kind", "pattern", "effect", "pk")
)
VERIFIED_UNDER_NAME = Comment.objects.filter(
    name_key=Parameter("key", CharField()), is_verified=True, status=Status.APPROVED
).values_list("pk")
# Who bears a name: an author, a verified reader other than this one, and this one. In the one row of the conversation.
BEARERS = ComposedQuery(
    lambda: Conversation.objects.filter(pk=Parameter("thread", IntegerField())).values_list(
        Exists(Author.objects.filter(name_key=Parameter("key", CharField()))),
        Exists(VERIFIED_UNDER_NAME.exclude(reader=Parameter("reader", IntegerField()))),
        Exists(VERIFIED_UNDER_NAME.filter(reader=Parameter("reader", IntegerField()))),
    )
)
APPROVED_OF_READER = ComposedQuery(
    lambda: Comment.objects.filter(reader=Parameter("reader", IntegerField()), status=Status.APPROVED).values_list(
        "pk"
    )[:MAX_REGULAR_AFTER]
)
# Spam that its writer has withdrawn still counts.
WITHDRAWN_SPAM = Exists(
    Decision.objects.filter(comment=OuterRef("pk"), from_status=Status.SPAM, to_status=Status.WITHDRAWN)
)
REMOVED_SINCE = ComposedQuery(
    lambda: Comment.objects.filter(
        Q(status__in=[Status.REMOVED, Status.SPAM]) | Q(WITHDRAWN_SPAM, status=Status.WITHDRAWN),
        reader=Parameter("reader", IntegerField()),
        decided_at__gt=Parameter("since", DateTimeField()),
    ).values_list("pk")[:1]
)
# The conversation in which these words were sent, and by whom, unless by this reader in this one; the latest.
SAME_WORDS = ComposedQuery(
    lambda: (
        Comment.objects.filter(
            words_key=Parameter("key", CharField()), created_at__gt=Parameter("since", DateTimeField())
        )
        .exclude(conversation=Parameter("thread", IntegerField()), reader=Parameter("reader", IntegerField()))
        .order_by("-created_at")
        .values_list("conversation", "reader")[:1]
    )
)

# For so long the same text under two posts is taken for the work of one sender.
REPETITION_WINDOW = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A comment as it was sent, or the new text of one; `html` is its rendered body.

    `stamp`: the signed time of its form, "" without one. `age`: seconds since the form was opened, None when nobody
    knows; `is_undated`: it should have been known.
    `honeypot`: what was typed into the hidden field. `sources`: where the form says that its quotations are from.
    """

    submitter: Submitter
    parent: Comment | None = None
    name: str
    email: str
    website: str
    body: str
    html: str
    address: str
    stamp: str = ""
    age: float | None = None
    is_undated: bool = False
    honeypot: str = ""
    sources: tuple[str, ...] = ()
    wants_outcome_email: bool = False
    wants_reply_emails: bool = False

    @property
    def subject(self) -> Commentable:
        return self.submitter.subject

    @cached_property
    def reader(self) -> Reader | None:
        """The reader with this email address, not stored yet if it is new; None without one. At most one query."""
        if not self.email:
            return None
        known = self.submitter.reader
        return known if known and known.email == self.email.casefold() else Reader.find_or_build(self.email)

    @cached_property
    def signs(self) -> frozenset[int]:
        """By which it is found beside others from the same hand; none for what staff write."""
        if self.submitter.is_signed_in:
            return frozenset()
        source = SignSource(
            body=self.body,
            html=self.html,
            website=self.website,
            email=self.email,
            address=self.address,
            stamp=self.stamp,
            age=self.age,
            day=int(time.time()) // 86_400,
        )
        return frozenset(find_signs(source))

    @property
    def sent_from(self) -> str:
        """The session or the form, by which the same text sent again is known to be the same comment.

        A form without its time is told by the home network it came from; that of an account by the account.
        """
        if self.submitter.is_signed_in:
            return ""
        if self.submitter.reader:
            return f"reader {self.submitter.reader.pk}"
        return self.stamp or f"home {home_network(self.address)}"

    def columns(self) -> dict[str, Any]:
        """The columns of the comment that its writer decides."""
        who = {**self.submitter.columns(), "address": self.address or None}
        wants = {"wants_outcome_email": self.wants_outcome_email, "wants_reply_emails": self.wants_reply_emails}
        where = {"subject": self.subject, "parent": self.parent}
        return {**who, **self.text_columns(), **wants, **where, "reader": self.reader}

    def text_columns(self) -> dict[str, str]:
        """The columns that rules and the spam filter read."""
        return {"name": self.name, "email": self.email, "website": self.website, "body": self.body}


def collect_facts(submission: Submission) -> Facts | None:
    """What is known of a comment about to be stored, but for `repeated`; None if nobody needs to screen it."""
    submitter = submission.submitter
    if submitter.publishes_immediately:
        return None
    reader = submission.reader if submission.reader and submission.reader.pk else None
    policy = Policy.current()
    known = collect_writer_facts(submitter, reader, policy)
    advice, score, score_reasons = ask_spam_filter(submission, policy)
    return replace(
        known,
        honeypot=submission.honeypot,
        age=submission.age,
        is_undated=submission.is_undated,
        link_count=count_external_links(submission.html),
        rules=tuple(matching_rules(submission)),
        borrowed_from=find_borrowed_name(
            submission.name, reader=reader if known.is_verified else None, submitter=submitter
        ),
        advice=advice,
        score=score,
        score_reasons=score_reasons,
    )


def collect_writer_facts(submitter: Submitter, reader: Reader | None, policy: Policy) -> Facts:
    """What is known before anything is written; `reader` has the email address that was typed."""
    is_verified = reader is not None and not submitter.is_signed_in and submitter.reader == reader
    facts = Facts(
        is_post_held=submitter.subject.is_held,
        links_held=policy.links_held,
        is_signed_in=submitter.is_signed_in,
        is_verified=is_verified,
        is_claimed=reader is not None and reader.verified_at is not None and not is_verified,
        is_always_held=reader is not None and reader.standing == Reader.Standing.HELD,
        is_barred=reader is not None and reader.is_barred,
    )
    if reader is None:
        return facts
    if is_verified and reader.standing == Reader.Standing.TRUSTED:  # whatever they have written before
        return replace(facts, trust=Trust.TRUSTED)
    approved, was_removed = reader_history(reader, policy, is_verified=is_verified)
    is_regular = is_verified and approved >= policy.regular_after and not was_removed and not facts.is_always_held
    return replace(
        facts,
        approved_count=approved,
        was_removed_recently=was_removed,
        trust=Trust.REGULAR if is_regular else Trust.STRANGER,
    )


def ask_spam_filter(submission: Submission, policy: Policy) -> tuple[str, float | None, tuple[tuple[str, float], ...]]:
    """The spam filter's advice ("failed" when it broke), score and reasons, in one query."""
    try:
        features = extract_features(**submission.text_columns())
        counts = SpamToken.objects.counts_for(features)
        result = classifier.classify(features, counts)
        hold_from, spam_from = float(policy.hold_percent) / 100, float(policy.spam_percent) / 100
        advice = classifier.advise(result, counts, hold_from=hold_from, spam_from=spam_from)
        return advice, result.score, tuple(result.score_reasons)
    except DatabaseError:
        raise
    except Exception:
        log.exception("The spam filter failed; the comment is held.")
        return "failed", None, ()


def find_borrowed_name(name: str, *, reader: Reader | None, submitter: Submitter) -> str:
    """Whose name this is or looks like: "author", "reader" (a verified one), or "" for nobody's.

    `reader` is the verified writer, who owns a name that their own published comments carry. One query of a few steps
    in indexes.
    """
    if submitter.is_signed_in or not (key := name_key(name)):
        return ""
    thread, pk = submitter.subject.thread_id, reader.pk if reader else 0
    [(is_authors, is_another_readers, is_their_own)] = BEARERS(thread=thread, key=key, reader=pk)
    if is_their_own:
        return ""
    return "author" if is_authors else "reader" if is_another_readers else ""


def reader_history(reader: Reader, policy: Policy, *, is_verified: bool) -> tuple[int, bool]:
    """How many comments of this reader were approved, as far as it matters, and whether one was removed recently."""
    approved = min(len(APPROVED_OF_READER(reader=reader.pk)), policy.regular_after)
    if not is_verified or approved < policy.regular_after:
        return approved, False
    since = timezone.now() - timedelta(days=policy.quiet_days)
    return approved, bool(REMOVED_SINCE(reader=reader.pk, since=since))


def find_repetition(submission: Submission) -> str:
    """Where the same text was sent recently: "post", under another; "address", from another; "form", also; or ""."""
    if not (key := words_key(submission.body)):
        return ""
    take_lock(f"words {key}")  # or the same text, sent under many posts at one moment, would not be noticed
    reader, subject, known = submission.reader, submission.subject, submission.submitter
    own = reader.pk if reader and (known.is_signed_in or known.reader == reader) else None
    found = SAME_WORDS(key=key, since=timezone.now() - REPETITION_WINDOW, thread=subject.thread_id, reader=own or 0)
    if not found:
        return ""
    where, writer = found[0]
    return "post" if where != subject.thread_id else "form" if reader and writer == reader.pk else "address"


def matching_rules(submission: Submission) -> list[Pattern]:
    """The active rules that match this comment."""
    patterns = [Pattern(*row) for row in ACTIVE_RULES()]
    if not patterns:
        return []
    subject = PatternSubject.of(**submission.text_columns(), html=submission.html, address=submission.address)
    return match_patterns(patterns, subject)

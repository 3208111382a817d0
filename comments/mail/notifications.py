"""Decides who gets an email about a decision, and how many an hour. Models know nothing about mail.

Each decision is stored together with a `PendingNotification`. `notify_of_decisions` turns these into messages for the
outbox and deletes them in the same transaction, so that nobody is told twice. Moderators who chose an hourly or daily
digest get one from `enqueue_moderator_digests`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from comments.mail import emails, fanout, statements
from comments.models import (
    Comment,
    Decision,
    Message,
    NotificationPreference,
    PendingNotification,
    Reader,
    WebhookNotice,
)
from comments.models.webhook import Event
from comments.status import BY_PEOPLE, Status, Via
from comments.subscriptions import changes

# Decisions handled in one transaction: few, so that a worker killed half-way repeats little.
BATCH_SIZE = 50
# Comments shown in full in a digest; beyond that the queue is easier to read.
FULL_IN_DIGEST = 30
# Decisions are dated before they are committed: younger than this, some may not be visible yet.
COMMIT_DELAY = datetime.timedelta(minutes=1)
# What a digest shows about each comment.
DIGEST_RELATED = ("comment__post", "comment__page", "comment__parent")
# Emails about single comments to one moderator in an hour: more than anybody acts on. After that the number of waiting
# comments follows once an hour.
SINGLE_MAILS_AN_HOUR = 30
HOUR = datetime.timedelta(hours=1)
# Emails about outcomes to one address in a day: enough for the most talkative, and no flood in their name.
OUTCOMES_A_DAY = 20
DAY = datetime.timedelta(days=1)


def notify_of_decisions() -> int:
    """Turn the oldest pending notifications into messages; returns how many."""
    with transaction.atomic():
        pending = list(
            PendingNotification.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related(*(f"decision__comment__{name}" for name in ("post", "page", "parent", "reader")))
            .prefetch_related("decision__comment__findings")
            .order_by("pk")[:BATCH_SIZE]
        )
        moderators = list(moderators_told_at_once()) if pending else []
        recent = count_recent_moderator_mails() if moderators else Counter()
        for notification in pending:
            notify_of_decision(notification.decision, moderators, recent)
        announce_waiting([notification.decision for notification in pending])
        fanout.start_comment_fanouts([notification.decision for notification in pending])
        PendingNotification.objects.filter(pk__in=[notification.pk for notification in pending]).delete()
    return len(pending)


def moderators_told_at_once() -> QuerySet[User]:
    """Moderators who get an email about each comment: the default."""
    at_once = NotificationPreference.Frequency.AT_ONCE
    chosen = Q(notification_preference=None) | Q(notification_preference__often=at_once)
    return moderators_with_email().filter(chosen)


def moderators_with_email() -> QuerySet[User]:
    """Active accounts with an email address who may decide."""
    users = get_user_model().objects.with_perm(
        "comments.moderate_comment", backend="django.contrib.auth.backends.ModelBackend"
    )
    return users.filter(is_active=True).exclude(email="")


def count_recent_moderator_mails() -> Counter[str]:
    """How many emails about single comments were stored within an hour, by address.

    The last one before is found from the newest backwards: that needs no index but the primary key.
    """
    single = Message.objects.filter(is_bulk=False)
    earlier = single.filter(created_at__lte=timezone.now() - HOUR).order_by("-pk").values("pk")[:1]
    recent = single.filter(pk__gt=Coalesce(earlier, 0), key__startswith="decision-")
    return Counter(recent.values_list("to", flat=True))


def notify_of_decision(decision: Decision, moderators: Sequence[User], recent: Counter[str]) -> None:
    """Email everyone it concerns, unless a later decision changed the comment again: that has its own notification."""
    comment = decision.comment
    if comment.status != decision.to_status:
        return
    statements.schedule_statement(decision)
    if comment.status == Status.PENDING:
        if is_news_to_moderators(decision):
            for moderator in moderators:
                notify_moderator(decision, moderator, recent)
        return
    if comment.status == Status.APPROVED:
        subscribe_to_replies(comment)
    if decision.from_status and decision.via != Via.ERASURE:
        notify_commenter(comment)


def is_news_to_moderators(decision: Decision) -> bool:
    """What people put into the queue they see there, and so do their colleagues."""
    return decision.via not in BY_PEOPLE and decision.undoes_id is None


def announce_waiting(decisions: Sequence[Decision]) -> None:
    """Store a notice for each webhook about each comment that still waits."""
    waiting = [decision for decision in decisions if decision.to_status == decision.comment.status == Status.PENDING]
    occasions = {decision.pk: decision.comment_id for decision in waiting if is_news_to_moderators(decision)}
    WebhookNotice.objects.announce(Event.WAITING, occasions)


def notify_moderator(decision: Decision, moderator: User, recent: Counter[str]) -> None:
    """One mail for each comment, up to a limit; adds it to `recent`."""
    if recent[moderator.email] < SINGLE_MAILS_AN_HOUR:
        recent[moderator.email] += 1
        key = f"decision-{decision.pk}-user-{moderator.pk}"
        Message.objects.enqueue(key, emails.render_waiting_mail(decision, moderator))
        return
    now = timezone.now()
    key = f"many-{now.astimezone(datetime.UTC):%Y%m%d%H}-user-{moderator.pk}"
    if not Message.objects.filter(key=key).exists():
        count = Comment.objects.count_waiting()
        Message.objects.enqueue(key, emails.render_moderator_digest([decision], moderator, count=count, until=now))


def notify_commenter(comment: Comment) -> None:
    """Say that it is published: one mail for each comment, ever, if the commenter asked for it and owns the address.

    Of a removal everybody is told who can be (mail/statements.py); spammers learn nothing.
    """
    reader, is_published = comment.reader, comment.status == Status.APPROVED
    if reader is None or not (comment.wants_outcome_email and is_published and comment.belongs_to_reader):
        return
    if count_recent_outcomes(reader) < OUTCOMES_A_DAY:
        Message.objects.enqueue(f"outcome-{comment.pk}", emails.render_outcome_mail(comment))


def subscribe_to_replies(comment: Comment) -> None:
    """Turn the wish for reply emails that came with a comment into a subscription.

    Only for a commenter known to own the address: unlike one mail about an outcome, this may go on for years.
    """
    if comment.reader and comment.wants_reply_emails and comment.is_verified:
        changes.ensure_reply_subscription(comment.reader, typed=comment.email)


def count_recent_outcomes(reader: Reader) -> int:
    """How many emails about outcomes were stored for this reader within a day."""
    wanted = reader.comments.filter(wants_outcome_email=True, status=Status.APPROVED)
    keys = wanted.values_list(Concat(Value("outcome-"), Cast("pk", CharField()), output_field=CharField()))
    return Message.objects.filter(key__in=keys, created_at__gt=timezone.now() - DAY).count()


def notify_verified_reader(reader: Reader) -> None:
    """Store what was held back until the address was confirmed: outcomes, statements, and replies from now on."""
    wishes = reader.comments.filter(wants_reply_emails=True, is_verified=True, status=Status.APPROVED)
    if wish := wishes.select_related("reader").first():
        subscribe_to_replies(wish)
    decided = reader.comments.filter(wants_outcome_email=True, decisions__from_status__gt="").order_by("-pk").distinct()
    for comment in decided.filter(status=Status.APPROVED).with_subjects().select_related("reader")[:BATCH_SIZE]:
        notify_commenter(comment)
    for comment in decided.filter(status=Status.REMOVED)[:BATCH_SIZE]:
        statements.schedule_statement(comment.decisions.select_related("comment__reader").order_by("-pk")[0])


def enqueue_moderator_digests() -> int:
    """Store digests for moderators whose hour or day is over, if comments are waiting; returns how many were due."""
    now = timezone.now() - COMMIT_DELAY
    due = NotificationPreference.objects.due(now).values_list("pk", flat=True)
    return sum(enqueue_moderator_digest(pk, now) for pk in list(due))


@transaction.atomic
def enqueue_moderator_digest(pk: int, now: datetime.datetime) -> bool:
    """One moderator's digest. False when another worker has it, or stored it."""
    preference = NotificationPreference.objects.due(now).select_for_update(skip_locked=True).filter(pk=pk).first()
    if preference is None:
        return False
    decisions = newly_waiting(preference.notified_until, now)
    moderator = moderators_with_email().filter(pk=pk).first()
    if moderator and (count := decisions.count()):
        shown = decisions.select_related(*DIGEST_RELATED).prefetch_related("comment__findings")[:FULL_IN_DIGEST]
        columns = emails.render_moderator_digest(list(shown), moderator, count=count, until=now)
        Message.objects.enqueue(f"digest-{preference.notified_until.isoformat()}-user-{pk}", columns)
    preference.notified_until = now
    preference.save(update_fields=["notified_until"])
    return True


def newly_waiting(since: datetime.datetime, until: datetime.datetime) -> QuerySet[Decision]:
    """The decisions of that time that put comments into the queue where they still are, oldest first."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    decisions = Decision.objects.filter(~Exists(later), to_status=Status.PENDING, at__gt=since, at__lte=until)
    return decisions.exclude(via=Via.IMPORT).order_by("pk")

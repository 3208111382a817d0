"""Reads the record and decides who is told what. The model knows nothing of mail; a crash here loses nothing.

A decision is stored together with an `Untold` row. `tell` turns each into messages for the outbox and takes the row
away in the same transaction, so that every piece of news is told once. `digest` gathers what came to wait since a
moderator was last written to, for those who want it by the hour or the day.
"""

from __future__ import annotations

import datetime
from collections import Counter
from itertools import takewhile

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from comments.mail import emails, fanout
from comments.models import Comment, Decision, Message, NotificationPreference, PendingNotification, Reader
from comments.status import BY_PEOPLE, Status, Via
from comments.subscriptions import catalogue

# Decisions told in one transaction: few enough that a worker killed half-way repeats little.
BATCH_SIZE = 50
# Comments a digest shows in full; a longer mail is read in the queue.
FULL_IN_DIGEST = 30
# A decision is dated before it is stored; what is younger may not be seen by everybody yet.
COMMIT_DELAY = datetime.timedelta(minutes=1)
# What a digest shows of each comment.
DIGEST_RELATED = ("comment__post", "comment__parent")
# What the writer of a comment is told of.
OUTCOME_STATUSES = (Status.APPROVED, Status.REMOVED)
# Mails about single comments to one moderator in an hour: more than anybody answers from his mail. Of the rest he
# is told the number, once an hour.
SINGLE_MAILS_AN_HOUR = 30
HOUR = datetime.timedelta(hours=1)
# Mails about decisions to one address in a day: the most talkative are told of each, a flood in their name is not.
OUTCOMES_A_DAY = 20
DAY = datetime.timedelta(days=1)


def notify_of_decisions() -> int:
    """Turn the oldest untold decisions into messages; how many decisions were told."""
    with transaction.atomic():
        untold = list(
            PendingNotification.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("decision__comment__post", "decision__comment__parent", "decision__comment__reader")
            .prefetch_related("decision__comment__findings")
            .order_by("pk")[:BATCH_SIZE]
        )
        at_once = Q(notification_preference=None) | Q(
            notification_preference__often=NotificationPreference.Frequency.AT_ONCE
        )
        moderators = list(moderators_with_email().filter(at_once)) if untold else []
        told = count_recent_moderator_mails() if moderators else Counter()
        for one in untold:
            notify_of_decision(one.decision, moderators, told)
        fanout.start_comment_fanouts([one.decision for one in untold])
        PendingNotification.objects.filter(pk__in=[one.pk for one in untold]).delete()
    return len(untold)


def moderators_with_email() -> QuerySet:
    """Active staff with a mail address who may decide."""
    users = get_user_model().objects.with_perm(
        "comments.moderate_comment", backend="django.contrib.auth.backends.ModelBackend"
    )
    return users.filter(is_active=True, is_staff=True).exclude(email="")


def count_recent_moderator_mails() -> Counter[str]:
    """How many mails about single comments went into the outbox within the hour, by address.

    Read from the newest message backwards, which needs no index but the numbers.
    """
    since = timezone.now() - HOUR
    newest = (
        Message.objects.filter(is_bulk=False)
        .order_by("-pk")
        .values_list("created_at", "key", "to")
        .iterator(chunk_size=100)
    )
    lately = takewhile(lambda row: row[0] > since, newest)
    return Counter(to for _at, key, to in lately if key.startswith("decision-"))


def notify_of_decision(decision: Decision, moderators: list[AbstractBaseUser], told: Counter[str]) -> None:
    """Whom it concerns, unless somebody has decided differently meanwhile: that is news of its own."""
    comment = decision.comment
    if comment.status != decision.to_status:
        return
    if comment.status == Status.PENDING:
        if decision.via not in BY_PEOPLE and decision.undoes_id is None:
            for moderator in moderators:
                notify_moderator(decision, moderator, told)
        return
    if comment.status == Status.APPROVED:
        subscribe_to_replies(comment)
    if decision.from_status and decision.via != Via.ERASURE:
        notify_commenter(comment)


def notify_moderator(decision: Decision, moderator: AbstractBaseUser, told: Counter[str]) -> None:
    """One mail a comment, as long as they are not so many that they bury what they tell; `told` is kept up to date."""
    if told[moderator.email] < SINGLE_MAILS_AN_HOUR:
        told[moderator.email] += 1
        Message.objects.enqueue(
            f"decision-{decision.pk}-user-{moderator.pk}", emails.render_waiting_mail(decision, moderator)
        )
        return
    now = timezone.now()
    key = f"many-{now.astimezone(datetime.UTC):%Y%m%d%H}-user-{moderator.pk}"
    if not Message.objects.filter(key=key).exists():
        count = Comment.objects.waiting().count()
        Message.objects.enqueue(key, emails.render_moderator_digest([decision], moderator, count=count, until=now))


def notify_commenter(comment: Comment) -> None:
    """One mail a comment, ever: if he asked for it, and it is known to be his. Spam is told nothing."""
    wanted = comment.wants_outcome_email and comment.status in OUTCOME_STATUSES and comment.belongs_to_reader
    if wanted and count_recent_outcomes(comment.reader) < OUTCOMES_A_DAY:
        Message.objects.enqueue(f"outcome-{comment.pk}", emails.render_outcome_mail(comment))


def subscribe_to_replies(comment: Comment) -> None:
    """Whoever asked for replies with a comment of his own has them in the list of what he is told.

    A mail on a decision may go to whoever proves the address later; what goes on for years, to the writer alone.
    """
    if comment.wants_reply_emails and comment.is_verified:
        catalogue.ensure_reply_subscription(comment.reader, typed=comment.email)


def count_recent_outcomes(reader: Reader) -> int:
    """How many mails about decisions went to his address within a day."""
    asked = reader.comments.filter(wants_outcome_email=True, status__in=OUTCOME_STATUSES)
    keys = asked.values_list(Concat(Value("outcome-"), Cast("pk", CharField()), output_field=CharField()))
    return Message.objects.filter(key__in=keys, created_at__gt=timezone.now() - DAY).count()


def notify_verified_reader(reader: Reader) -> None:
    """He has proved his address: what he asked for, and was decided before that; and replies from now on."""
    wishes = reader.comments.filter(wants_reply_emails=True, is_verified=True, status=Status.APPROVED)
    if asked := wishes.select_related("reader").first():
        subscribe_to_replies(asked)
    decided = reader.comments.filter(
        wants_outcome_email=True, status__in=OUTCOME_STATUSES, decisions__from_status__gt=""
    )
    for comment in decided.select_related("post", "reader").order_by("-pk").distinct()[:BATCH_SIZE]:
        notify_commenter(comment)


def enqueue_moderator_digests() -> int:
    """Write to the moderators whose hour or day is over, if something new waits; how many hours and days ended."""
    now = timezone.now() - COMMIT_DELAY
    due = NotificationPreference.objects.due(now).values_list("pk", flat=True)
    return sum(enqueue_moderator_digest(pk, now) for pk in list(due))


@transaction.atomic
def enqueue_moderator_digest(pk: int, now: datetime.datetime) -> bool:
    """One moderator's digest. False when another worker is at it, or was."""
    notice = NotificationPreference.objects.due(now).select_for_update(skip_locked=True).filter(pk=pk).first()
    if notice is None:
        return False
    news = newly_waiting(notice.notified_until, now)
    moderator = moderators_with_email().filter(pk=pk).first()
    if moderator and (count := news.count()):
        shown = list(news.select_related(*DIGEST_RELATED).prefetch_related("comment__findings")[:FULL_IN_DIGEST])
        mail = emails.render_moderator_digest(shown, moderator, count=count, until=now)
        Message.objects.enqueue(f"digest-{notice.notified_until.isoformat()}-user-{pk}", mail)
    notice.notified_until = now
    notice.save(update_fields=["notified_until"])
    return True


def newly_waiting(since: datetime.datetime, until: datetime.datetime) -> QuerySet[Decision]:
    """The decisions of that time by which comments came into the queue where they still wait, oldest first."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    news = Decision.objects.filter(~Exists(later), to_status=Status.PENDING, at__gt=since, at__lte=until)
    return news.exclude(via=Via.IMPORT).order_by("pk")

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

from comments import mails, rounds, subscriptions
from comments.models import Comment, Decision, Message, Notice, Reader, Untold
from comments.moderation import Status, Via

# Decisions told in one transaction: few enough that a worker killed half-way repeats little.
AT_ONCE = 50
# Comments a digest shows in full; a longer mail is read in the queue.
IN_FULL = 30
# A decision is dated before it is stored; what is younger may not be seen by everybody yet.
SETTLED = datetime.timedelta(minutes=1)
# What a digest shows of each comment.
WHOLE = ("comment__post", "comment__parent")
# What the writer of a comment is told of.
TOLD = (Status.APPROVED, Status.REMOVED)
# The paths by which a person decides: he sees what he does, and his colleagues see it in the queue.
PEOPLE = (Via.DESK, Via.ADMIN, Via.MAIL)
# Mails about single comments to one moderator in an hour: more than anybody answers from his mail. Of the rest he
# is told the number, once an hour.
ALONE_AN_HOUR = 30
HOUR = datetime.timedelta(hours=1)
# Mails about decisions to one address in a day: the most talkative are told of each, a flood in their name is not.
OUTCOMES_A_DAY = 20
DAY = datetime.timedelta(days=1)


def tell() -> int:
    """Turn the oldest untold decisions into messages; how many decisions were told."""
    with transaction.atomic():
        untold = list(
            Untold.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("decision__comment__post", "decision__comment__parent", "decision__comment__reader")
            .prefetch_related("decision__comment__findings")
            .order_by("pk")[:AT_ONCE]
        )
        at_once = Q(notice=None) | Q(notice__often=Notice.Often.AT_ONCE)
        moderators = list(everybody_who_moderates().filter(at_once)) if untold else []
        told = told_lately() if moderators else Counter()
        for one in untold:
            tell_of(one.decision, moderators, told)
        rounds.begin([one.decision for one in untold])
        Untold.objects.filter(pk__in=[one.pk for one in untold]).delete()
    return len(untold)


def everybody_who_moderates() -> QuerySet:
    """Active staff with a mail address who may decide."""
    users = get_user_model().objects.with_perm(
        "comments.moderate_comment", backend="django.contrib.auth.backends.ModelBackend"
    )
    return users.filter(is_active=True, is_staff=True).exclude(email="")


def told_lately() -> Counter[str]:
    """How many mails about single comments went into the outbox within the hour, by address.

    Read from the newest message backwards, which needs no index but the numbers.
    """
    since = timezone.now() - HOUR
    newest = (
        Message.objects.filter(for_many=False)
        .order_by("-pk")
        .values_list("created_at", "key", "to")
        .iterator(chunk_size=100)
    )
    lately = takewhile(lambda row: row[0] > since, newest)
    return Counter(to for _at, key, to in lately if key.startswith("decision-"))


def tell_of(decision: Decision, moderators: list[AbstractBaseUser], told: Counter[str]) -> None:
    """Whom it concerns, unless somebody has decided differently meanwhile: that is news of its own."""
    comment = decision.comment
    if comment.status != decision.to_status:
        return
    if comment.status == Status.PENDING:
        if decision.via not in PEOPLE and decision.undoes_id is None:
            for moderator in moderators:
                tell_moderator(decision, moderator, told)
        return
    if comment.status == Status.APPROVED:
        remember_replies(comment)
    if decision.from_status and decision.via != Via.ERASURE:
        tell_writer(comment)


def tell_moderator(decision: Decision, moderator: AbstractBaseUser, told: Counter[str]) -> None:
    """One mail a comment, as long as they are not so many that they bury what they tell; `told` is kept up to date."""
    if told[moderator.email] < ALONE_AN_HOUR:
        told[moderator.email] += 1
        send_once(f"decision-{decision.pk}-user-{moderator.pk}", mails.waiting(decision, moderator))
        return
    now = timezone.now()
    key = f"many-{now.astimezone(datetime.UTC):%Y%m%d%H}-user-{moderator.pk}"
    if not Message.objects.filter(key=key).exists():
        count = Comment.objects.waiting().count()
        send_once(key, mails.digest([decision], moderator, count=count, until=now))


def tell_writer(comment: Comment) -> None:
    """One mail a comment, ever: if he asked for it, and it is known to be his. Spam is told nothing."""
    wanted = comment.wants_news and comment.status in TOLD and comment.is_his
    if wanted and outcomes_lately(comment.reader) < OUTCOMES_A_DAY:
        send_once(f"outcome-{comment.pk}", mails.outcome(comment))


def remember_replies(comment: Comment) -> None:
    """Whoever asked for replies with a comment of his own has them in the list of what he is told.

    A mail on a decision may go to whoever proves the address later; what goes on for years, to the writer alone.
    """
    if comment.wants_replies and comment.is_proven:
        subscriptions.replies_to(comment.reader, typed=comment.email)


def outcomes_lately(reader: Reader) -> int:
    """How many mails about decisions went to his address within a day."""
    asked = reader.comments.filter(wants_news=True, status__in=TOLD)
    keys = asked.values_list(Concat(Value("outcome-"), Cast("pk", CharField()), output_field=CharField()))
    return Message.objects.filter(key__in=keys, created_at__gt=timezone.now() - DAY).count()


def tell_reader(reader: Reader) -> None:
    """He has proved his address: what he asked for, and was decided before that; and replies from now on."""
    wishes = reader.comments.filter(wants_replies=True, is_proven=True, status=Status.APPROVED)
    if asked := wishes.select_related("reader").first():
        remember_replies(asked)
    decided = reader.comments.filter(wants_news=True, status__in=TOLD, decisions__from_status__gt="")
    for comment in decided.select_related("post", "reader").order_by("-pk").distinct()[:AT_ONCE]:
        tell_writer(comment)


def send_once(key: str, columns: dict) -> None:
    """Put a message into the outbox, unless this was told before."""
    Message.objects.get_or_create(key=key, defaults=columns)


def digest() -> int:
    """Write to the moderators whose hour or day is over, if something new waits; how many hours and days ended."""
    now = timezone.now() - SETTLED
    due = Notice.objects.due(now).values_list("pk", flat=True)
    return sum(end_of_span(pk, now) for pk in list(due))


@transaction.atomic
def end_of_span(pk: int, now: datetime.datetime) -> bool:
    """One moderator's digest. False when another worker is at it, or was."""
    notice = Notice.objects.due(now).select_for_update(skip_locked=True).filter(pk=pk).first()
    if notice is None:
        return False
    news = came_to_wait(notice.told_until, now)
    moderator = everybody_who_moderates().filter(pk=pk).first()
    if moderator and (count := news.count()):
        shown = list(news.select_related(*WHOLE).prefetch_related("comment__findings")[:IN_FULL])
        mail = mails.digest(shown, moderator, count=count, until=now)
        send_once(f"digest-{notice.told_until.isoformat()}-user-{pk}", mail)
    notice.told_until = now
    notice.save(update_fields=["told_until"])
    return True


def came_to_wait(since: datetime.datetime, until: datetime.datetime) -> QuerySet[Decision]:
    """The decisions of that time by which comments came into the queue where they still wait, oldest first."""
    later = Decision.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
    news = Decision.objects.filter(~Exists(later), to_status=Status.PENDING, at__gt=since, at__lte=until)
    return news.exclude(via=Via.IMPORT).order_by("pk")

"""News for many: comments and new posts go to those who follow them, some hundred at a time, and nothing twice.

A round is a row with a cursor. Each step takes the next readers and, in one transaction, puts a message into the
outbox for those who want it at once, and a line aside for those who are told once a day. A worker that is killed
repeats at most one step, and finds its messages there already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from blog.models import Post
from comments.mail import follower_mail
from comments.models import Comment, Decision, DigestItem, Fanout, Mailbox, Message, PostScan, Reader, Subscription
from comments.models.subscription import Frequency, Kind
from comments.status import Status
from comments.subscriptions import catalogue

# Readers told in one step: a tenth of a second in which, on SQLite, nobody else writes.
READERS_PER_STEP = 200
# Rounds that take a step, and mails of many that are put together, in one round of the worker.
BATCH_SIZE = 20
# A post whose publication time lies further back when it appears comes from an archive, and is no news.
NEWS_AGE = timedelta(hours=1)
# A round whose comment or post is hidden meanwhile is looked at again after a while, and given up after a week.
RECHECK_AFTER, GIVE_UP_AFTER = timedelta(minutes=10), timedelta(days=7)
# Mails to one follower in an hour and in a day. What comes beyond that is gathered and follows in one mail.
MAILS_AN_HOUR, MAILS_A_DAY = 10, 40
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE = 1


# Where rounds begin


def start_comment_fanouts(decisions: Iterable[Decision]) -> None:
    """Begin a round for each comment that was approved for the first time, if anybody might want to hear of it.

    Approved a second time (after an undo, a report) it is no news: whoever was to be told has been.
    """
    approved = {one.comment_id: one for one in decisions if one.to_status == Status.APPROVED}
    if not approved:
        return
    told = Decision.objects.filter(comment__in=approved, to_status=Status.APPROVED)
    first = dict(told.order_by().values_list("comment").annotate(first=Min("pk")))
    wanted = Q(catalogue.has_followers()) | Q(parent__wants_reply_emails=True)
    heard = Comment.objects.filter(wanted, pk__in=[pk for pk, one in approved.items() if first[pk] == one.pk])
    now = timezone.now()
    rows = [Fanout(comment_id=pk, at=approved[pk].at, next_at=now) for pk in heard.values_list("pk", flat=True)]
    Fanout.objects.bulk_create(rows, ignore_conflicts=True)


def start_post_fanouts() -> int:
    """Begin a round for each post that appeared since we last looked; how many. Each post has one, ever."""
    now = timezone.now()
    until = scanned_until(now)
    new = find_new_posts(min(until, now) - NEWS_AGE, now)
    found = Fanout.objects.bulk_create([Fanout(post_id=pk, at=now, next_at=now) for pk in new], ignore_conflicts=True)
    # Not every second: whatever has its round is not found again, however often one looks.
    if len(found) < READERS_PER_STEP and abs(now - until) > HOUR / 4:
        PostScan.objects.filter(pk=ONE).update(until=now)
    return len(found)


def scanned_until(now: datetime) -> datetime:
    return PostScan.objects.get_or_create(pk=ONE, defaults={"until": now})[0].until


def mark_all_as_sent() -> None:
    """Whatever can be read by now is no news: for whoever fills the site with posts from elsewhere."""
    now = timezone.now()
    while old := find_new_posts(min(scanned_until(now), now) - NEWS_AGE, now):
        Fanout.objects.bulk_create(
            [Fanout(post_id=pk, at=now, next_at=now, finished_at=now) for pk in old], ignore_conflicts=True
        )


def find_new_posts(since: datetime, now: datetime) -> list[int]:
    """The posts of that time that never had a round."""
    posts = Post.objects.published(now=now).filter(published_at__gt=since, fanout=None)
    return list(posts.order_by("published_at", "pk").values_list("pk", flat=True)[:READERS_PER_STEP])


# A step of a round


def run_due_fanouts() -> int:
    """Let each open round take a step; how many did."""
    return sum(advance_fanout(pk) for pk in list(Fanout.objects.due().values_list("pk", flat=True)[:BATCH_SIZE]))


@transaction.atomic
def advance_fanout(pk: int) -> bool:
    """Tell the next readers. False when another worker is at it, or was."""
    rows = Fanout.objects.due().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    if (round_ := rows.select_related("comment__post", "comment__parent__reader", "post").first()) is None:
        return False
    now = timezone.now()
    if not is_target_public(round_):
        if round_.at < now - GIVE_UP_AFTER:
            finish_fanout(round_, now)
        else:
            Fanout.objects.filter(pk=pk).update(next_at=now + RECHECK_AFTER)
        return True
    audience = fanout_subscriptions(round_)
    further = audience.filter(reader_id__gt=round_.after).order_by("reader_id")
    readers = list(further.values_list("reader_id", flat=True).distinct()[:READERS_PER_STEP])
    if readers:
        enqueue_for_followers(round_, pick_one_per_reader(audience.filter(reader__in=readers)), now)
        Fanout.objects.filter(pk=pk).update(after=readers[-1])
    if len(readers) < READERS_PER_STEP:
        finish_fanout(round_, now)
    return True


def is_target_public(round_: Fanout) -> bool:
    """Can everybody read what it tells of?"""
    post = round_.post or round_.comment.post
    return post.is_public and (round_.post is not None or round_.comment.status == Status.APPROVED)


def finish_fanout(round_: Fanout, now: datetime) -> None:
    if round_.comment_id:
        round_.delete()
    else:
        Fanout.objects.filter(pk=round_.pk).update(finished_at=now)


def fanout_subscriptions(round_: Fanout) -> QuerySet[Subscription]:
    """The subscriptions it is news for: never the writer's own."""
    reached = Subscription.objects.filter(reader__mailbox__isnull=False, reader__mailbox__paused_at=None)
    before = Q(confirmed_at__lte=round_.at)
    if round_.post:
        return reached.filter(before).of_post(round_.post)
    comment = round_.comment
    wanted = Q(before, post=comment.post_id)
    if asker := reader_wanting_replies(comment.parent):
        wanted |= Q(kind=Kind.REPLIES, reader=asker)  # he asked with his comment, before there was a reply
    # Whoever only typed a follower's address does not keep him from hearing of it.
    return reached.filter(wanted).exclude(reader=comment.reader_id if comment.is_verified else None)


def reader_wanting_replies(parent: Comment | None) -> Reader | None:
    """Who wants to be told of replies to this comment: its writer, if it is known to be his."""
    return parent.reader if parent and parent.wants_reply_emails and parent.is_verified else None


def pick_one_per_reader(found: QuerySet[Subscription]) -> list[Subscription]:
    """One for each reader: the one that tells at once, then the one that concerns him most closely."""
    closest = [Kind.REPLIES, Kind.POST, Kind.AUTHOR, Kind.TAG, Kind.ALL]
    chosen: dict[int, Subscription] = {}
    rows = found.select_related("reader__mailbox")
    for one in sorted(rows, key=lambda one: (one.often != Frequency.AT_ONCE, closest.index(one.kind), one.pk)):
        chosen.setdefault(one.reader_id, one)
    return list(chosen.values())


def enqueue_for_followers(round_: Fanout, chosen: list[Subscription], now: datetime) -> None:
    """A message for whoever wants it at once and had not too many; a line put aside for all others."""
    lately = count_recent_reader_mails([one.reader_id for one in chosen], now)
    messages, gathered = [], []
    for one in chosen:
        if (due := digest_time(one, lately[one.reader_id], now)) is None:
            messages.append(follower_mail.build_single_message(round_, one))
        else:
            about = {"comment_id": round_.comment_id, "post_id": round_.post_id}
            gathered.append(DigestItem(reader_id=one.reader_id, subscription=one, due_at=due, **about))
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    DigestItem.objects.bulk_create(gathered, ignore_conflicts=True)


def count_recent_reader_mails(readers: list[int], now: datetime) -> dict[int, Counter[str]]:
    """How many mails went into the outbox for each of these readers within an hour and a day."""
    recent = Message.objects.filter(reader__in=readers, created_at__gt=now - DAY).order_by()
    hour = Count("pk", filter=Q(created_at__gt=now - HOUR))
    rows = recent.values_list("reader").annotate(day=Count("pk"), hour=hour)
    return defaultdict(Counter, {pk: Counter(day=day, hour=hour) for pk, day, hour in rows})


def digest_time(subscription: Subscription, lately: Counter[str], now: datetime) -> datetime | None:
    """When it goes into a mail of many; None for at once."""
    if subscription.often == Frequency.DAILY or lately["day"] >= MAILS_A_DAY:
        return subscription.reader.mailbox.next_hour(now)
    return now + HOUR if lately["hour"] >= MAILS_AN_HOUR else None


# Mails of many


def enqueue_due_digests() -> int:
    """Put the mails together whose hour has come; how many readers those are for."""
    due = DigestItem.objects.due(timezone.now()).order_by("reader_id").values_list("reader_id", flat=True).distinct()
    return sum(enqueue_digest(reader) for reader in list(due[:BATCH_SIZE]))


@transaction.atomic
def enqueue_digest(reader: int) -> bool:
    """One mail for one reader, of all that waits for him. False when another worker is at it, or was."""
    mailbox = Mailbox.objects.select_for_update(skip_locked=True, of=("self",)).filter(reader=reader).first()
    lines = list(DigestItem.objects.due(timezone.now()).filter(reader=reader).order_by("pk")) if mailbox else []
    if not lines:
        return False
    message = follower_mail.build_digest_message(lines, mailbox)
    Message.objects.bulk_create([message], ignore_conflicts=True)
    DigestItem.objects.filter(pk__in=[one.pk for one in lines]).delete()
    return True

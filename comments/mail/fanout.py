"""Sends approved comments and new posts to their subscribers, in batches, and nothing twice.

A `Fanout` is a row with a cursor. Each step takes the next readers and, in one transaction, stores a message for those
who want it straight away and a `DigestItem` for those who get a daily digest. A worker that is killed repeats at most
one step, whose messages are then found in the outbox.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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

# Readers of one step: a tenth of a second in which, on SQLite, nobody else writes.
READERS_PER_STEP = 200
# Fanouts and digests handled in one round of the worker.
BATCH_SIZE = 20
# A post whose publication time is older than this when it appears comes from an archive and is not sent.
NEWS_AGE = timedelta(hours=1)
# A fanout whose comment or post was hidden is tried again after a while, and dropped after a week.
RECHECK_AFTER, GIVE_UP_AFTER = timedelta(minutes=10), timedelta(days=7)
# Emails to one subscriber in an hour and in a day. Anything beyond waits for one digest.
MAILS_AN_HOUR, MAILS_A_DAY = 10, 40
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SCAN_PK = 1
# The most specific subscription first: its name explains a mail best.
CLOSEST_FIRST: list[str] = [Kind.REPLIES, Kind.POST, Kind.AUTHOR, Kind.TAG, Kind.ALL]


# Start


def start_comment_fanouts(decisions: Iterable[Decision]) -> None:
    """Start a fanout for each comment that was approved for the first time, if it may have subscribers.

    A comment that is approved again (after an undo or a report) was sent the first time.
    """
    approved = {decision.comment_id: decision for decision in decisions if decision.to_status == Status.APPROVED}
    if not approved:
        return
    approvals = Decision.objects.filter(comment__in=approved, to_status=Status.APPROVED)
    first = dict(approvals.order_by().values_list("comment").annotate(first=Min("pk")))
    new = [pk for pk, decision in approved.items() if first[pk] == decision.pk]
    wanted = Q(catalogue.has_followers()) | Q(parent__wants_reply_emails=True)
    followed, now = Comment.objects.filter(wanted, pk__in=new).values_list("pk", flat=True), timezone.now()
    rows = [Fanout(comment_id=pk, at=approved[pk].at, next_at=now) for pk in followed]
    Fanout.objects.bulk_create(rows, ignore_conflicts=True)


def start_post_fanouts() -> int:
    """Start a fanout for each post published since the last scan; returns how many. No post ever gets a second."""
    now = timezone.now()
    until = scanned_until(now)
    new = find_new_posts(min(until, now) - NEWS_AGE, now)
    started = Fanout.objects.bulk_create([Fanout(post_id=pk, at=now, next_at=now) for pk in new], ignore_conflicts=True)
    # Not every second: posts with a fanout are not found again, however often we look.
    if len(started) < READERS_PER_STEP and abs(now - until) > HOUR / 4:
        PostScan.objects.filter(pk=SCAN_PK).update(until=now)
    return len(started)


def scanned_until(now: datetime) -> datetime:
    return PostScan.objects.get_or_create(pk=SCAN_PK, defaults={"until": now})[0].until


def mark_all_as_sent() -> None:
    """Send nothing about the posts that are public now: for commands that fill the site with posts."""
    now = timezone.now()
    while old := find_new_posts(min(scanned_until(now), now) - NEWS_AGE, now):
        Fanout.objects.bulk_create(
            [Fanout(post_id=pk, at=now, next_at=now, finished_at=now) for pk in old], ignore_conflicts=True
        )


def mark_as_sent(post: Post) -> None:
    """Send nothing about this post, just saved with a time of its own: it was published elsewhere.

    One that is still to appear here is sent when it does.
    """
    now = timezone.now()
    since = min(scanned_until(now), now) - NEWS_AGE
    if post.published_at and since < post.published_at <= now:
        Fanout.objects.bulk_create([Fanout(post=post, at=now, next_at=now, finished_at=now)], ignore_conflicts=True)


def find_new_posts(since: datetime, now: datetime) -> list[int]:
    """Posts published in that time that never had a fanout."""
    posts = Post.objects.published(now=now).filter(published_at__gt=since, fanout=None)
    return list(posts.order_by("published_at", "pk").values_list("pk", flat=True)[:READERS_PER_STEP])


# Steps


def run_due_fanouts() -> int:
    """Let each due fanout take a step; returns how many did."""
    return sum(advance_fanout(pk) for pk in list(Fanout.objects.due().values_list("pk", flat=True)[:BATCH_SIZE]))


@transaction.atomic
def advance_fanout(pk: int) -> bool:
    """Handle the next readers. False when another worker has this fanout, or finished it."""
    rows = Fanout.objects.due().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    if (
        fanout := rows.select_related("comment__post", "comment__page", "comment__parent__reader", "post").first()
    ) is None:
        return False
    now = timezone.now()
    if not is_target_public(fanout):
        if fanout.at < now - GIVE_UP_AFTER:
            finish_fanout(fanout, now)
        else:
            Fanout.objects.filter(pk=pk).update(next_at=now + RECHECK_AFTER)
        return True
    audience = fanout_subscriptions(fanout)
    ahead = audience.filter(reader_id__gt=fanout.after).order_by("reader_id")
    readers = list(ahead.values_list("reader_id", flat=True).distinct()[:READERS_PER_STEP])
    if readers:
        enqueue_for_followers(fanout, pick_one_per_reader(audience.filter(reader__in=readers)), now)
        Fanout.objects.filter(pk=pk).update(after=readers[-1])
    if len(readers) < READERS_PER_STEP:
        finish_fanout(fanout, now)
    return True


def is_target_public(fanout: Fanout) -> bool:
    """Can everybody read the comment or post?"""
    target = fanout.target
    if isinstance(target, Comment):
        return (
            target.status == Status.APPROVED and target.subject.shows_conversation and not target.subject.is_protected
        )
    return target.is_public and target.is_listed


def finish_fanout(fanout: Fanout, now: datetime) -> None:
    if fanout.comment_id:
        fanout.delete()
    else:
        Fanout.objects.filter(pk=fanout.pk).update(finished_at=now)


def fanout_subscriptions(fanout: Fanout) -> QuerySet[Subscription]:
    """The subscriptions that it concerns, without the commenter's own."""
    reachable = Subscription.objects.filter(reader__mailbox__isnull=False, reader__mailbox__paused_at=None)
    in_time, target = Q(confirmed_at__lte=fanout.at), fanout.target
    if not isinstance(target, Comment):
        return reachable.filter(in_time).of_post(target)
    wanted = Q(in_time, conversation=target.conversation_id)
    if asker := reader_wanting_replies(target.parent):
        wanted |= Q(kind=Kind.REPLIES, reader=asker)  # asked with the parent, before there was a reply
    # Typing a subscriber's address does not keep the comment from them.
    return reachable.filter(wanted).exclude(reader=target.reader_id if target.is_verified else None)


def reader_wanting_replies(parent: Comment | None) -> Reader | None:
    """The verified commenter of `parent`, if they asked for emails about replies."""
    return parent.reader if parent and parent.wants_reply_emails and parent.is_verified else None


def pick_one_per_reader(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """For each reader the subscription that sends straight away, if any, and of these the most specific."""
    chosen: dict[int, Subscription] = {}
    for subscription in sorted(
        subscriptions.select_related("reader__mailbox"),
        key=lambda row: (row.often != Frequency.AT_ONCE, CLOSEST_FIRST.index(row.kind), row.pk),
    ):
        chosen.setdefault(subscription.reader_id, subscription)
    return list(chosen.values())


def enqueue_for_followers(fanout: Fanout, chosen: Sequence[Subscription], now: datetime) -> None:
    """Store a message for each who wants it straight away and is below the limits, a digest item for all others."""
    recent = count_recent_reader_mails([subscription.reader_id for subscription in chosen], now)
    messages, items = [], []
    for subscription in chosen:
        mailbox = subscription.reader.mailbox
        if (due := digest_time(subscription, mailbox, recent[subscription.reader_id], now)) is None:
            messages.append(follower_mail.build_single_message(fanout, subscription, mailbox))
        else:
            target = {"comment_id": fanout.comment_id, "post_id": fanout.post_id}
            items.append(DigestItem(reader_id=mailbox.pk, subscription=subscription, due_at=due, **target))
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    DigestItem.objects.bulk_create(items, ignore_conflicts=True)


def count_recent_reader_mails(readers: Sequence[int], now: datetime) -> dict[int, Counter[str]]:
    """How many emails to each of these readers were stored within an hour and within a day."""
    recent = Message.objects.filter(reader__in=readers, created_at__gt=now - DAY).order_by()
    hour = Count("pk", filter=Q(created_at__gt=now - HOUR))
    rows = recent.values_list("reader").annotate(day=Count("pk"), hour=hour)
    return defaultdict(Counter, {pk: Counter(day=day, hour=hour) for pk, day, hour in rows})


def digest_time(subscription: Subscription, mailbox: Mailbox, recent: Counter[str], now: datetime) -> datetime | None:
    """When it goes into a digest; None to send it straight away."""
    if subscription.often == Frequency.DAILY or recent["day"] >= MAILS_A_DAY:
        return mailbox.next_hour(now)
    return now + HOUR if recent["hour"] >= MAILS_AN_HOUR else None


# Digests


def enqueue_due_digests() -> int:
    """Store the digests that are due; returns for how many readers."""
    due = DigestItem.objects.due(timezone.now()).order_by("reader_id").values_list("reader_id", flat=True).distinct()
    return sum(enqueue_digest(reader) for reader in list(due[:BATCH_SIZE]))


@transaction.atomic
def enqueue_digest(reader: int) -> bool:
    """One mail with everything gathered for a reader. False when another worker has it, or stored it."""
    mailbox = Mailbox.objects.select_for_update(skip_locked=True, of=("self",)).filter(reader=reader).first()
    if mailbox is None:
        return False
    items = list(DigestItem.objects.due(timezone.now()).filter(reader=reader).order_by("pk"))
    if not items:
        return False
    message = follower_mail.build_digest_message(items, mailbox)
    Message.objects.bulk_create([message], ignore_conflicts=True)
    DigestItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    return True

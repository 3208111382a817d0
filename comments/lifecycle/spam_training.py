"""Trains the spam filter, and scores what waits.

Only moderators teach it, here or in an imported archive (`status.TRAINS_FILTER`): what strangers send, or the filter
decided itself, teaches nothing. Each such decision leaves a `PendingTraining` row in its own transaction, from which
the worker learns later. A comment stores what it was learned as (`trained_as`), so that it is learned once, however
often somebody tries, and unlearned when the decision is undone. The filter learns the text as it was sent: a later
edit changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import batched, chain

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from comments.models.comment import Comment
from comments.models.comment_queryset import CommentQuerySet
from comments.models.decision import Decision, PendingTraining
from comments.models.policy import POLICY_PK, Policy
from comments.models.revision import Revision
from comments.models.spam_token import LOOKUP_BATCH, SpamToken
from comments.spam import classifier
from comments.spam.features import extract_features
from comments.status import TRAINS_FILTER, Status

# Comments learned in one transaction: a tenth of a second in which, on SQLite, nobody else writes.
TRAINING_BATCH = 50
# Comments scored again in one transaction.
SCORING_BATCH = 200
# What each decision teaches. Removed says nothing about spam: rude or off-topic comments are no advertising.
LESSON_BY_STATUS: dict[str, str] = {Status.APPROVED: "good", Status.SPAM: "spam"}
FEATURE_COLUMNS = ("name", "email", "website", "body")
# By hand: fifty comments have ten thousand features, and the ORM takes twenty times as long to write the statement.
UPSERT_COUNTS = """
    INSERT INTO comments_spamtoken (text, good, spam) VALUES ROWS
    ON CONFLICT (text) DO UPDATE SET good = excluded.good, spam = excluded.spam
"""


def train_spam_filter() -> int:
    """Learn from the oldest new decisions, and unlearn what was undone; returns the number of comments.

    Any number of workers may run it at once: each takes comments that no other has.
    """
    # The slow part comes before the transaction, in which on SQLite nobody else writes.
    ids = [*PendingTraining.objects.order_by("pk").values_list("pk", flat=True)[:TRAINING_BATCH]]
    return train_from(original_features(ids)) if ids else 0


@transaction.atomic
def train_from(features: Mapping[int, frozenset[str]]) -> int:
    """Learn from the comments with these ids and features, as they are judged now; returns how many those were."""
    comments = lock_comments(Comment.objects.filter(pk__in=features, pending_training__isnull=False), "trained_as")
    lessons = find_lessons(comments)  # under the lock, which every decision waits for
    changed = [comment for comment in comments if comment.body and comment.trained_as != lessons[comment.pk]]
    store_token_counts(count_differences(changed, lessons, features))
    for lesson in ("", "good", "spam"):
        ids = [comment.pk for comment in changed if lessons[comment.pk] == lesson]
        Comment.objects.filter(pk__in=ids).update(trained_as=lesson)
    PendingTraining.objects.filter(pk__in=[comment.pk for comment in comments]).delete()
    return len(comments)


def lock_comments(wanted: CommentQuerySet, *columns: str) -> list[Comment]:
    """Lock these comments for this transaction, without those that somebody is deciding on.

    Their status is read under the lock. A later decision waits for us, and leaves its own `PendingTraining` row.
    """
    rows = wanted.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk")
    return list(rows.only(*FEATURE_COLUMNS, *columns))


def find_lessons(comments: Collection[Comment]) -> dict[int, str]:
    """What each comment teaches, by its id: the last judgement on it, or after an undo the one before.

    A withdrawal changes no lesson: no spammer can make us unlearn.
    """
    lessons, before = {comment.pk: "" for comment in comments}, dict[int, str]()
    decisions = Decision.objects.filter(comment__in=comments).order_by("pk")
    for pk, comment, via, to, undone in decisions.values_list("pk", "comment", "via", "to_status", "undoes"):
        before[pk] = lessons[comment]
        if undone:
            lessons[comment] = before[undone]
        elif via in TRAINS_FILTER:
            lessons[comment] = LESSON_BY_STATUS.get(to, "")
    return lessons


def count_differences(
    comments: Iterable[Comment], lessons: Mapping[int, str], features: Mapping[int, frozenset[str]]
) -> dict[str, list[int]]:
    """What these comments add to the row of each feature: [good, spam], negative for what is unlearned."""
    added: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for comment in comments:
        lesson = lessons[comment.pk]
        for feature in ["", *features[comment.pk]]:
            if lesson:
                added[feature][lesson == "spam"] += 1
            if comment.trained_as:
                added[feature][comment.trained_as == "spam"] -= 1
    return added


def original_features(ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The features of these comments before any edit, by their ids: always the same."""
    # The comments come first: an edit in between stores the text that we have read as a revision.
    comments = list(Comment.objects.filter(pk__in=ids).only(*FEATURE_COLUMNS))
    first = dict(Revision.objects.filter(comment__in=ids, version=1).values_list("comment_id", "body"))
    return {comment.pk: comment_features(comment, first.get(comment.pk, comment.body)) for comment in comments}


def comment_features(comment: Comment, body: str) -> frozenset[str]:
    return extract_features(body=body, name=comment.name, email=comment.email, website=comment.website)


def store_token_counts(added: Mapping[str, Collection[int]]) -> None:
    """Add to the rows of these features. Every writer locks the row "" first, so that two workers cannot deadlock."""
    if not added:
        return
    SpamToken.objects.bulk_create([SpamToken(text="")], ignore_conflicts=True)
    SpamToken.objects.select_for_update().get(text="")
    for batch in batched(sorted(added), LOOKUP_BATCH):
        known = SpamToken.objects.rows(batch)
        rows: list[list[str | int]] = [[text, *add_counts(known.get(text, (0, 0)), added[text])] for text in batch]
        placeholders = ", ".join(["(%s, %s, %s)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(UPSERT_COUNTS.replace("ROWS", placeholders), list(chain.from_iterable(rows)))


def add_counts(known: Iterable[int], added: Iterable[int]) -> list[int]:
    return [max(0, old + new) for old, new in zip(known, added, strict=True)]


def reset_scores() -> int:
    """Have the worker score every waiting comment again by what is known now; returns how many wait.

    The comments themselves are not touched, so that moderators need not wait for this.
    """
    Policy.objects.update_or_create(pk=POLICY_PK, defaults={"scores_from": timezone.now()})
    return Comment.objects.count_waiting()


def score_waiting() -> int:
    """Score some of the waiting comments that have no score or an old one; returns how many."""
    since, now = Policy.current().scores_from, timezone.now()  # before we read what is known: more may be by then
    stale = Q(scored_at=None) | Q(scored_at__lt=since) if since else Q(scored_at=None)
    unscored = Comment.objects.filter(stale, status=Status.PENDING)
    features = {
        comment.pk: comment_features(comment, comment.body)
        for comment in unscored.order_by("scored_at").only(*FEATURE_COLUMNS)[:SCORING_BATCH]
    }
    if not features:
        return 0
    counts = SpamToken.objects.counts_for(frozenset().union(*features.values()))
    with transaction.atomic():
        comments = lock_comments(unscored.filter(pk__in=features))
        for comment in comments:
            verdict = classifier.classify(features[comment.pk], counts)
            comment.score, comment.score_reasons = verdict.score, [list(reason) for reason in verdict.score_reasons]
            comment.scored_at = max(now, since or now)  # or a clock that was set back would score for ever
        Comment.objects.bulk_update(comments, ["score", "score_reasons", "scored_at"])
    return len(comments)

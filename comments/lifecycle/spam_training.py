"""What the spam filter has learned: in how many good and spam comments each feature occurred.

Only people teach it, and imports of what people judged (`moderation.JUDGED`): what a stranger fills in, or the filter
said itself, teaches nothing. Every such decision leaves an `Unlearned` row in its own transaction; the worker learns
from it later. A comment remembers what it was learned as (`lesson`), so that it is learned once, however often
somebody tries, and unlearned when the decision is taken back. Learned are always the words as they were sent: an edit
afterwards changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import batched, chain

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from comments.models.comment import Comment
from comments.models.decision import Decision, PendingTraining
from comments.models.policy import POLICY_PK, Policy
from comments.models.revision import Revision
from comments.spam import classifier
from comments.spam.features import extract_features
from comments.status import TRAINS_FILTER, Status

# Comments learned in one transaction: a tenth of a second in which, on SQLite, nobody else writes.
TRAINING_BATCH = 50
# Comments scored anew in one transaction, and features looked up in one query.
SCORING_BATCH, LOOKUP_BATCH = 200, 2_000
# What each judgement teaches. Removed says nothing of spam: what is rude or beside the point is no advertising.
LESSON_BY_STATUS = {Status.APPROVED: "good", Status.SPAM: "spam"}
FEATURE_COLUMNS = ("name", "email", "website", "body")
# Written out: fifty comments have ten thousand features, and the ORM takes twenty times as long to say it.
UPSERT_COUNTS = """
    INSERT INTO comments_spamtoken (text, good, spam) VALUES ROWS
    ON CONFLICT (text) DO UPDATE SET good = excluded.good, spam = excluded.spam
"""


class SpamToken(models.Model):
    """One feature (classifier.py). The row "" counts the comments themselves."""

    text = models.CharField(max_length=64, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.text


def load_token_counts(found: Iterable[str]) -> classifier.TokenCounts:
    """What is known of these features, in one query for each two thousand."""
    known = {}
    for some in batched(chain([""], found), LOOKUP_BATCH, strict=False):
        known |= {text: (good, spam) for text, good, spam in token_rows(some)}
    good, spam = known.pop("", (0, 0))
    return classifier.TokenCounts(good, spam, known)


def token_rows(features: Iterable[str]) -> models.QuerySet:
    return SpamToken.objects.filter(text__in=features).values_list("text", "good", "spam")


def train_spam_filter() -> int:
    """Learn from the oldest comments that were decided on since, and forget what was taken back; how many those were.

    Any number of workers may do it at once: each takes comments that no other has.
    """
    # What takes time is done before the transaction, which on SQLite keeps everybody else from writing.
    ids = [*PendingTraining.objects.order_by("pk").values_list("pk", flat=True)[:TRAINING_BATCH]]
    return train_from(original_features(ids)) if ids else 0


@transaction.atomic
def train_from(found: dict[int, frozenset[str]]) -> int:
    """Learn from the comments with these numbers and features, as they are judged now; how many those were."""
    comments = lock_comments(Comment.objects.filter(pk__in=found, pending_training__isnull=False), "trained_as")
    lessons = find_lessons(comments)  # under the lock, which every decision waits for
    changed = [one for one in comments if one.body and one.trained_as != lessons[one.pk]]
    store_token_counts(count_differences(changed, lessons, found))
    for lesson in ("", "good", "spam"):
        ids = [one.pk for one in changed if lessons[one.pk] == lesson]
        Comment.objects.filter(pk__in=ids).update(trained_as=lesson)
    PendingTraining.objects.filter(pk__in=[one.pk for one in comments]).delete()
    return len(comments)


def lock_comments(wanted: models.QuerySet, *columns: str) -> list[Comment]:
    """These comments for this transaction alone, those passed over on which somebody decides just now.

    Their state is read under the lock. A decision that comes later waits for us, and leaves its own `Unlearned` row.
    """
    rows = wanted.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk")
    return list(rows.only(*FEATURE_COLUMNS, *columns))


def find_lessons(comments: list[Comment]) -> dict[int, str]:
    """What each teaches, by its number: what was judged last, or after an undo what was judged before.

    What its writer takes away still was what it was: no spammer unteaches us.
    """
    lessons, before = {one.pk: "" for one in comments}, {}
    told = Decision.objects.filter(comment__in=comments).order_by("pk")
    for pk, comment, via, to, undone in told.values_list("pk", "comment", "via", "to_status", "undoes"):
        before[pk] = lessons[comment]
        if undone:
            lessons[comment] = before[undone]
        elif via in TRAINS_FILTER:
            lessons[comment] = LESSON_BY_STATUS.get(to, "")
    return lessons


def count_differences(
    comments: list[Comment], lessons: dict[int, str], found: dict[int, frozenset[str]]
) -> dict[str, list[int]]:
    """What these comments add to the row of each feature: [good, spam], below zero for what is to be forgotten."""
    added: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for comment in comments:
        lesson = lessons[comment.pk]
        for feature in ["", *found[comment.pk]]:
            if lesson:
                added[feature][lesson == "spam"] += 1
            if comment.trained_as:
                added[feature][comment.trained_as == "spam"] -= 1
    return added


def original_features(ids: list[int]) -> dict[int, frozenset[str]]:
    """The features of these comments before any edit, by their number: the same whenever one asks."""
    comments = list(
        Comment.objects.filter(pk__in=ids).only(*FEATURE_COLUMNS)
    )  # before the earlier words: an edit keeps those
    first = dict(Revision.objects.filter(comment__in=ids, version=1).values_list("comment_id", "body"))
    return {one.pk: comment_features(one, first.get(one.pk, one.body)) for one in comments}


def comment_features(comment: Comment, body: str) -> frozenset[str]:
    return extract_features(body=body, name=comment.name, email=comment.email, website=comment.website)


def store_token_counts(added: dict[str, list[int]]) -> None:
    """Add to the rows. Who writes holds the row "" first: learners wait for each other, and never in a ring."""
    if not added:
        return
    SpamToken.objects.bulk_create([SpamToken(text="")], ignore_conflicts=True)
    SpamToken.objects.select_for_update().get(text="")
    for some in batched(sorted(added), LOOKUP_BATCH, strict=False):
        known = {text: numbers for text, *numbers in token_rows(some)}
        rows = [(text, *add_counts(known.get(text, (0, 0)), added[text])) for text in some]
        with connection.cursor() as cursor:
            places = ", ".join(["(%s, %s, %s)"] * len(rows))
            cursor.execute(UPSERT_COUNTS.replace("ROWS", places), [*chain.from_iterable(rows)])


def add_counts(known: Iterable[int], added: Iterable[int]) -> list[int]:
    return [max(0, one + other) for one, other in zip(known, added, strict=True)]


def reset_scores() -> int:
    """Have every waiting comment scored by what is known now: the worker does it (`score_waiting`); how many wait.

    The comments themselves are left alone: whoever decides on some of them need not wait for this.
    """
    Policy.objects.update_or_create(pk=POLICY_PK, defaults={"scores_from": timezone.now()})
    return Comment.objects.filter(status=Status.PENDING).count()


def score_waiting() -> int:
    """Score some of the waiting comments that have no score, as those by an import, or one of before; how many."""
    since, now = Policy.current().scores_from, timezone.now()  # before what is known is read: it may be more by then
    stale = Q(scored_at=None) | Q(scored_at__lt=since) if since else Q(scored_at=None)
    wanted = Comment.objects.filter(stale, status=Status.PENDING)
    found = {
        one.pk: comment_features(one, one.body)
        for one in wanted.order_by("scored_at").only(*FEATURE_COLUMNS)[:SCORING_BATCH]
    }
    if not found:
        return 0
    counts = load_token_counts(frozenset().union(*found.values()))
    with transaction.atomic():
        comments = lock_comments(wanted.filter(pk__in=found))
        for one in comments:
            verdict = classifier.classify(found[one.pk], counts)
            one.score, one.score_reasons = verdict.score, [list(pair) for pair in verdict.score_reasons]
            one.scored_at = max(now, since or now)  # a clock that was set back scores nobody for ever
        Comment.objects.bulk_update(comments, ["score", "score_reasons", "scored_at"])
    return len(comments)

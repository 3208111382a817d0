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

from comments import classifier
from comments.models.comment import Comment
from comments.models.decision import Decision, Unlearned
from comments.models.policy import ONE, Policy
from comments.models.revision import Revision
from comments.moderation import JUDGED, Status

# Comments learned in one transaction: a tenth of a second in which, on SQLite, nobody else writes.
LEARNED_AT_ONCE = 50
# Comments scored anew in one transaction, and features looked up in one query.
SCORED_AT_ONCE, LOOKED_UP_AT_ONCE = 200, 2_000
# What each judgement teaches. Removed says nothing of spam: what is rude or beside the point is no advertising.
LESSONS = {Status.APPROVED: "good", Status.SPAM: "spam"}
SEEN = ("name", "email", "website", "body")
# Written out: fifty comments have ten thousand features, and the ORM takes twenty times as long to say it.
STORE = """
    INSERT INTO comments_word (text, good, spam) VALUES ROWS
    ON CONFLICT (text) DO UPDATE SET good = excluded.good, spam = excluded.spam
"""


class Word(models.Model):
    """One feature (classifier.py). The row "" counts the comments themselves."""

    text = models.CharField(max_length=64, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    def __str__(self):
        return self.text


def counts_for(found: Iterable[str]) -> classifier.Counts:
    """What is known of these features, in one query for each two thousand."""
    known = {}
    for some in batched(chain([""], found), LOOKED_UP_AT_ONCE, strict=False):
        known |= {text: (good, spam) for text, good, spam in rows_of(some)}
    good, spam = known.pop("", (0, 0))
    return classifier.Counts(good, spam, known)


def rows_of(features: Iterable[str]) -> models.QuerySet:
    return Word.objects.filter(text__in=features).values_list("text", "good", "spam")


def learn() -> int:
    """Learn from the oldest comments that were decided on since, and forget what was taken back; how many those were.

    Any number of workers may do it at once: each takes comments that no other has.
    """
    # What takes time is done before the transaction, which on SQLite keeps everybody else from writing.
    ids = [*Unlearned.objects.order_by("pk").values_list("pk", flat=True)[:LEARNED_AT_ONCE]]
    return learn_from(features_as_sent(ids)) if ids else 0


@transaction.atomic
def learn_from(found: dict[int, frozenset[str]]) -> int:
    """Learn from the comments with these numbers and features, as they are judged now; how many those were."""
    comments = take(Comment.objects.filter(pk__in=found, unlearned__isnull=False), "lesson")
    lessons = lessons_of(comments)  # under the lock, which every decision waits for
    changed = [one for one in comments if one.body and one.lesson != lessons[one.pk]]
    write(differences(changed, lessons, found))
    for lesson in ("", "good", "spam"):
        ids = [one.pk for one in changed if lessons[one.pk] == lesson]
        Comment.objects.filter(pk__in=ids).update(lesson=lesson)
    Unlearned.objects.filter(pk__in=[one.pk for one in comments]).delete()
    return len(comments)


def take(wanted: models.QuerySet, *columns: str) -> list[Comment]:
    """These comments for this transaction alone, those passed over on which somebody decides just now.

    Their state is read under the lock. A decision that comes later waits for us, and leaves its own `Unlearned` row.
    """
    rows = wanted.select_for_update(skip_locked=True, no_key=True, of=("self",)).order_by("pk")
    return list(rows.only(*SEEN, *columns))


def lessons_of(comments: list[Comment]) -> dict[int, str]:
    """What each teaches, by its number: what was judged last, or after an undo what was judged before.

    What its writer takes away still was what it was: no spammer unteaches us.
    """
    lessons, before = {one.pk: "" for one in comments}, {}
    told = Decision.objects.filter(comment__in=comments).order_by("pk")
    for pk, comment, via, to, undone in told.values_list("pk", "comment", "via", "to_status", "undoes"):
        before[pk] = lessons[comment]
        if undone:
            lessons[comment] = before[undone]
        elif via in JUDGED:
            lessons[comment] = LESSONS.get(to, "")
    return lessons


def differences(
    comments: list[Comment], lessons: dict[int, str], found: dict[int, frozenset[str]]
) -> dict[str, list[int]]:
    """What these comments add to the row of each feature: [good, spam], below zero for what is to be forgotten."""
    added: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for comment in comments:
        lesson = lessons[comment.pk]
        for feature in ["", *found[comment.pk]]:
            if lesson:
                added[feature][lesson == "spam"] += 1
            if comment.lesson:
                added[feature][comment.lesson == "spam"] -= 1
    return added


def features_as_sent(ids: list[int]) -> dict[int, frozenset[str]]:
    """The features of these comments before any edit, by their number: the same whenever one asks."""
    comments = list(Comment.objects.filter(pk__in=ids).only(*SEEN))  # before the earlier words: an edit keeps those
    first = dict(Revision.objects.filter(comment__in=ids, version=1).values_list("comment_id", "body"))
    return {one.pk: features_of(one, first.get(one.pk, one.body)) for one in comments}


def features_of(comment: Comment, body: str) -> frozenset[str]:
    return classifier.features(body=body, name=comment.name, email=comment.email, website=comment.website)


def write(added: dict[str, list[int]]) -> None:
    """Add to the rows. Who writes holds the row "" first: learners wait for each other, and never in a ring."""
    if not added:
        return
    Word.objects.bulk_create([Word(text="")], ignore_conflicts=True)
    Word.objects.select_for_update().get(text="")
    for some in batched(sorted(added), LOOKED_UP_AT_ONCE, strict=False):
        known = {text: numbers for text, *numbers in rows_of(some)}
        rows = [(text, *sums(known.get(text, (0, 0)), added[text])) for text in some]
        with connection.cursor() as cursor:
            places = ", ".join(["(%s, %s, %s)"] * len(rows))
            cursor.execute(STORE.replace("ROWS", places), [*chain.from_iterable(rows)])


def sums(known: Iterable[int], added: Iterable[int]) -> list[int]:
    return [max(0, one + other) for one, other in zip(known, added, strict=True)]


def forget_scores() -> int:
    """Have every waiting comment scored by what is known now: the worker does it (`score_waiting`); how many wait.

    The comments themselves are left alone: whoever decides on some of them need not wait for this.
    """
    Policy.objects.update_or_create(pk=ONE, defaults={"scores_from": timezone.now()})
    return Comment.objects.filter(status=Status.PENDING).count()


def score_waiting() -> int:
    """Score some of the waiting comments that have no score, as those by an import, or one of before; how many."""
    since, now = Policy.now().scores_from, timezone.now()  # before what is known is read: it may be more by then
    stale = Q(scored_at=None) | Q(scored_at__lt=since) if since else Q(scored_at=None)
    wanted = Comment.objects.filter(stale, status=Status.PENDING)
    found = {one.pk: features_of(one, one.body) for one in wanted.order_by("scored_at").only(*SEEN)[:SCORED_AT_ONCE]}
    if not found:
        return 0
    counts = counts_for(frozenset().union(*found.values()))
    with transaction.atomic():
        comments = take(wanted.filter(pk__in=found))
        for one in comments:
            verdict = classifier.judge(found[one.pk], counts)
            one.score, one.because = verdict.score, [list(pair) for pair in verdict.because]
            one.scored_at = max(now, since or now)  # a clock that was set back scores nobody for ever
        Comment.objects.bulk_update(comments, ["score", "because", "scored_at"])
    return len(comments)

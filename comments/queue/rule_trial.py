"""What a rule would have done to earlier comments, shown before it is saved; and what each rule has done since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from comments.models import Comment, Decision, Finding, Rule
from comments.screening.patterns import Pattern, PatternSubject, match_patterns
from comments.status import Status, Via

# A rule is tried on the comments of this many decisions, the newest.
TRIAL_DECISIONS = 5_000
# Comments in memory at once: each has up to ten thousand characters, and as many of HTML.
CHUNK_SIZE = 500
# Comments listed by name; more are only counted.
MAX_NAMED = 50
REJECTED = (Status.SPAM, Status.REMOVED)
# The columns that each kind of rule reads: others would load the text of 5,000 comments for nothing.
COLUMNS_BY_KIND: dict[str, tuple[str, ...]] = {
    Rule.Kind.WORDS: ("name", "body", "html"),
    Rule.Kind.LINK: ("website", "html"),
    Rule.Kind.EMAIL: ("email",),
    Rule.Kind.NETWORK: ("address",),
}


@dataclass
class RuleTrial:
    """What a rule would have done to the comments of the last decisions.

    The lists hold numbers of comments that it matches: `true_positives` were spam or removed, `false_positives` were
    approved. `shown` are the newest of the latter, with their posts.
    """

    decisions: int = 0
    comments: int = 0
    true_positives: list[int] = field(default_factory=list)
    false_positives: list[int] = field(default_factory=list)
    undecided: list[int] = field(default_factory=list)
    shown: list[Comment] = field(default_factory=list)

    @property
    def untouched(self) -> int:
        return self.comments - len(self.true_positives) - len(self.false_positives) - len(self.undecided)

    @property
    def hidden_count(self) -> int:
        return len(self.false_positives) - len(self.shown)


def try_rule(rule: Rule) -> RuleTrial:
    """Try a rule, saved or not, on the comments of the last 5,000 decisions that rules apply to."""
    decisions = Decision.objects.exclude(via=Via.ERASURE).order_by("-id").values_list("comment", flat=True)
    ids = list(decisions[:TRIAL_DECISIONS])
    unscreened = unscreened_ids(ids)
    distinct = [pk for pk in dict.fromkeys(ids) if pk not in unscreened]
    trial = RuleTrial(decisions=len(ids), comments=len(distinct))
    for comment in comments_matching(rule, distinct):
        if comment.status in REJECTED:
            trial.true_positives.append(comment.pk)
        elif comment.status == Status.APPROVED:
            trial.false_positives.append(comment.pk)
        else:
            trial.undecided.append(comment.pk)
    trial.shown = load_named_comments(trial.false_positives[:MAX_NAMED])
    return trial


def unscreened_ids(ids: Sequence[int]) -> set[int]:
    """Comments that no rule applies to: those by moderators, and by the authors of the post."""
    first = Decision.objects.order_by().filter(comment__in=ids, from_status="", by__isnull=False)
    unscreened = first.filter(Q(via=Via.FORM, to_status=Status.APPROVED) | Q(via=Via.DESK))
    return set(unscreened.values_list("comment", flat=True))


def comments_matching(rule: Rule, ids: Iterable[int]) -> Iterator[Comment]:
    """The comments that the rule matches, in this order."""
    pattern, columns = Pattern(number=rule.pk or 0, kind=rule.kind, pattern=rule.pattern), COLUMNS_BY_KIND[rule.kind]
    for chunk in batched(ids, CHUNK_SIZE):
        comments = Comment.objects.only("status", *columns).in_bulk(chunk)
        yield from (comments[pk] for pk in chunk if match_patterns([pattern], rule_subject(comments[pk], columns)))


def rule_subject(comment: Comment, columns: Iterable[str]) -> PatternSubject:
    """The comment as rules see it, without what this rule does not read."""
    fields: dict[str, Any] = {"name": "", "email": "", "website": "", "body": "", "html": "", "address": None}
    return PatternSubject.of(**{**fields, **{name: getattr(comment, name) for name in columns}})


def load_named_comments(ids: Sequence[int]) -> list[Comment]:
    """These comments as a list shows them, in this order."""
    rows = Comment.objects.filter(pk__in=ids).with_subjects()
    comments = rows.only("name", "body", "created_at", "post__title", "page__title").in_bulk()
    return [comments[pk] for pk in ids]


def annotate_hits(rules: QuerySet[Rule]) -> QuerySet[Rule]:
    """Each rule with `hits`, the comments that it matched, and `reversals`, how many of these are approved today."""
    findings = Finding.objects.order_by().filter(rule=OuterRef("pk")).values("rule")
    hits = findings.annotate(number=Count("comment", distinct=True)).values("number")
    approved = findings.filter(comment__status=Status.APPROVED)
    reversals = approved.annotate(number=Count("comment", distinct=True)).values("number")
    return rules.annotate(hits=count_or_zero(hits), reversals=count_or_zero(reversals)).order_by(
        F("is_active").desc(), "-id"
    )


def count_or_zero(query: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(query, output_field=IntegerField()), 0)

"""Rules tried before they bite, and what each has done since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import batched

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from comments.models import Comment, Decision, Finding, Rule
from comments.screening.patterns import Pattern, PatternSubject, match_patterns
from comments.status import Status, Via

# How far back a rule is tried.
TRIAL_DECISIONS = 5_000
# Comments whose words are in memory at once: ten thousand characters each at most, and as many drawn.
CHUNK_SIZE = 500
# Comments that the trial names before it counts.
MAX_NAMED = 50
REJECTED = (Status.SPAM, Status.REMOVED)
# What each kind of rule reads: the words of 5,000 comments are left in the database where nobody asks for them.
COLUMNS_BY_KIND = {
    Rule.Kind.WORDS: ("name", "body", "html"),
    Rule.Kind.LINK: ("website", "html"),
    Rule.Kind.EMAIL: ("email",),
    Rule.Kind.NETWORK: ("address",),
}


@dataclass
class RuleTrial:
    """What a rule would have done to the comments of the last decisions, by how they ended.

    `wrongly` and `caught` hold numbers of comments that it would have met and that were approved, or were spam or
    removed; `named` are the newest of `wrongly`, with their posts.
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
    """Try a rule, saved or not, on the comments of the last 5,000 decisions, as far as rules meet them."""
    decisions = (
        Decision.objects.exclude(via=Via.ERASURE).order_by("-id").values_list("comment", flat=True)[:TRIAL_DECISIONS]
    )
    ids = list(decisions)
    unscreened = unscreened_ids(ids)
    distinct = [pk for pk in dict.fromkeys(ids) if pk not in unscreened]
    tried = RuleTrial(decisions=len(ids), comments=len(distinct))
    for comment in comments_matching(rule, distinct):
        ended = tried.true_positives if comment.status in REJECTED else tried.false_positives
        (ended if comment.status in {*REJECTED, Status.APPROVED} else tried.undecided).append(comment.pk)
    tried.shown = load_named_comments(tried.false_positives[:MAX_NAMED])
    return tried


def unscreened_ids(ids: list[int]) -> set[int]:
    """Those of these comments that no rule would have met: moderators and a post's own authors are not screened."""
    first = Decision.objects.order_by().filter(comment__in=ids, from_status="", by__isnull=False)
    unscreened = first.filter(Q(via=Via.FORM, to_status=Status.APPROVED) | Q(via=Via.DESK))  # or an answer of the desk
    return set(unscreened.values_list("comment", flat=True))


def comments_matching(rule: Rule, ids: Iterable[int]) -> Iterable[Comment]:
    """Those of these comments of which the rule speaks, in their order."""
    pattern, columns = Pattern(number=rule.pk or 0, kind=rule.kind, pattern=rule.pattern), COLUMNS_BY_KIND[rule.kind]
    for some in batched(ids, CHUNK_SIZE, strict=False):
        found = Comment.objects.only("status", *columns).in_bulk(some)
        yield from (found[pk] for pk in some if match_patterns([pattern], rule_subject(found[pk], columns)))


def rule_subject(comment: Comment, columns: tuple[str, ...]) -> PatternSubject:
    """The comment as rules see it, without what this rule does not read."""
    empty = {"name": "", "email": "", "website": "", "body": "", "html": "", "address": None}
    return PatternSubject.of(**{**empty, **{name: getattr(comment, name) for name in columns}})


def load_named_comments(ids: list[int]) -> list[Comment]:
    """These comments as a list names them, in their order."""
    rows = Comment.objects.filter(pk__in=ids).select_related("post")
    found = rows.only("name", "body", "created_at", "post__title").in_bulk()
    return [found[pk] for pk in ids]


def annotate_hits(rules: QuerySet[Rule]) -> QuerySet[Rule]:
    """Each rule with `hits`, comments it spoke against, and `reversals`, those of them that stand approved today."""
    found = Finding.objects.order_by().filter(rule=OuterRef("pk")).values("rule")
    hits = found.annotate(number=Count("comment", distinct=True)).values("number")
    approved = found.filter(comment__status=Status.APPROVED)
    reversals = approved.annotate(number=Count("comment", distinct=True)).values("number")
    return rules.annotate(hits=count_or_zero(hits), reversals=count_or_zero(reversals)).order_by(
        F("is_active").desc(), "-id"
    )


def count_or_zero(query: QuerySet) -> Coalesce:
    return Coalesce(Subquery(query, output_field=IntegerField()), 0)

"""What slipped through: comments that were published and then marked as spam, and which sign would have told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.core.cache import caches
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comments.families.join import Evidence
from comments.families.signs import SignKind, kind_of
from comments.models import Comment, CommentSign, Decision
from comments.status import BY_PEOPLE, Status

DAYS = 7
# Comments whose signs are looked up: the newest.
MAX_FOLLOWED = 200
# The queue is opened all day; nobody needs the last minute's decision in this line.
CACHE_SECONDS = 5 * 60
CACHE_KEY = "queue:slipped"
SIGN_NAMES: dict[SignKind, Promise] = {
    SignKind.CONTACT: gettext_lazy("the same telephone number or address"),
    SignKind.LINK: gettext_lazy("the same link"),
    SignKind.WEBSITE: gettext_lazy("the same website of their own"),
    SignKind.DOMAIN: gettext_lazy("a link to the same website"),
    SignKind.WORDS: gettext_lazy("nearly the same words"),
}


@dataclass(frozen=True)
class SlippedThrough:
    """How many comments, and how many of them each sign would have caught: the strongest that earlier spam shared."""

    count: int
    by_sign: tuple[tuple[SignKind, int], ...]

    @property
    def signs(self) -> list[tuple[Promise, int]]:
        """The signs in words, those that would have caught most first."""
        return [(SIGN_NAMES[kind], number) for kind, number in self.by_sign]

    @property
    def uncaught(self) -> int:
        return self.count - sum(number for _kind, number in self.by_sign)


def slipped_through() -> SlippedThrough:
    """One query while cached, at most three more from nothing."""
    cached = caches["default"].get_or_set(CACHE_KEY, measure_slipped, CACHE_SECONDS)
    return cast("SlippedThrough", cached)  # the stub of get_or_set allows None


def measure_slipped() -> SlippedThrough:
    since = timezone.now() - timedelta(DAYS)
    decisions = Decision.objects.filter(
        at__gte=since,
        from_status=Status.APPROVED,
        to_status=Status.SPAM,
        via__in=BY_PEOPLE,
        comment__status=Status.SPAM,
    )
    slipped = set(decisions.order_by("-at").values_list("comment", flat=True)[:MAX_FOLLOWED])
    caught = Counter(strongest_signs(slipped).values())
    return SlippedThrough(len(slipped), tuple(caught.most_common()))


def strongest_signs(comments: Set[int]) -> dict[int, SignKind]:
    """For each of these comments the strongest sign that it shares with spam that was sent before it, if any."""
    bearers = CommentSign.objects.bearers(comments)
    sharing = {pk for pks in bearers.values() if len(pks) > 1 for pk in pks}
    spam = set(Comment.objects.filter(pk__in=sharing, status=Status.SPAM).values_list("pk", flat=True))
    shared: dict[int, list[int]] = defaultdict(list)
    for key, pks in bearers.items():
        earliest = min(pks & spam, default=None)
        for comment in pks & comments:
            if earliest is not None and earliest < comment:
                shared[comment].append(key)
    return {comment: strongest_kind(keys) for comment, keys in shared.items()}


def strongest_kind(keys: Collection[int]) -> SignKind:
    evidence = Evidence()
    return max(SIGN_NAMES, key=lambda kind: evidence.weigh(key for key in keys if kind_of(key) == kind))

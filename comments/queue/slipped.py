"""What slipped through: comments that were published and then marked as spam, and which sign would have told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.core.cache import caches
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comments.families.join import Evidence, is_telling
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
    """One query while cached, at most four more from nothing."""
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
    keys = CommentSign.objects.keys_of(slipped) if slipped else {}
    caught = Counter(strongest_signs(keys).values())
    return SlippedThrough(len(slipped), tuple(caught.most_common()))


def strongest_signs(keys: Mapping[int, Collection[int]]) -> dict[int, SignKind]:
    """For each of these comments the strongest sign that it shares with spam that was sent before it, if any."""
    telling = {key for of_comment in keys.values() for key in of_comment if is_telling(key)}
    bearers = CommentSign.objects.bearers(telling) if telling else {}
    others = {pk for pks in bearers.values() for pk in pks}
    spam = set(Comment.objects.filter(pk__in=others, status=Status.SPAM).values_list("pk", flat=True))
    evidence, found = Evidence(), dict[int, SignKind]()
    for comment, own in keys.items():
        shared = [key for key in own if any(pk < comment and pk in spam for pk in bearers.get(key, ()))]
        weights = {kind: evidence.weigh(key for key in shared if kind_of(key) == kind) for kind in SIGN_NAMES}
        if shared:
            found[comment] = max(weights, key=lambda kind: weights[kind])
    return found

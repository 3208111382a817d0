"""What becomes of a comment before anybody has read it: an ordered list of small checks, each a finding or nothing.

Knows no model: the facts are gathered beforehand (gathering.py). A check that breaks holds the comment; none lets one
through that another stopped. Whoever moderates, and a post's own authors, are not screened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from comments.screening.patterns import Pattern
from comments.status import Status, Via

log = logging.getLogger(__name__)

# Seconds between a form's stamp and its return in which no person reads and writes.
MIN_SECONDS_TO_WRITE = 3


class Effect(IntEnum):
    """What is done, the strictest last."""

    PUBLISH, HOLD, SPAM, REFUSE = range(4)


class Trust(IntEnum):
    """How well the writer is known; a finding stops everybody up to some trust."""

    STRANGER, REGULAR, TRUSTED = range(3)


EFFECT_BY_RULE = {"hold": Effect.HOLD, "spam": Effect.SPAM, "refuse": Effect.REFUSE}
STATUS_BY_EFFECT = {Effect.PUBLISH: Status.APPROVED, Effect.HOLD: Status.PENDING, Effect.SPAM: Status.SPAM}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a check may go by.

    `age` is in seconds since the form was opened, None where there was no form; `is_undated`: there was one, and nobody
    knows. `approved` counts the comments of the typed address, up to `regular_after`. `advice` is the filter's: "",
    "hold", "spam", or "failed".
    `repeated` says where the same words were lately: "", "post" (another one) or "address" (from another one).
    `name_of` says whose name was typed, when it is not the writer's: "author", "reader", or "".
    """

    trap: str = ""
    age: float | None = None
    is_undated: bool = False
    post_is_held: bool = False
    links: int = 0
    links_held: int = 3
    repeated: str = ""
    rules: tuple[Pattern, ...] = ()
    advice: str = ""
    score: float | None = None
    is_staff: bool = False
    is_verified: bool = False
    is_claimed: bool = False
    is_always_held: bool = False
    borrowed_from: str = ""
    was_removed_lately: bool = False
    approved: int = 0
    trust: Trust = Trust.STRANGER


class CheckResult(NamedTuple):
    """Something that speaks against publishing at once. `stops` whom: everybody up to that trust."""

    kind: str
    words: str = ""
    effect: Effect = Effect.HOLD
    rule: int | None = None
    stops: Trust = Trust.TRUSTED


@dataclass(frozen=True)
class Verdict:
    """What is done, and the findings that count for this writer."""

    effect: Effect = Effect.PUBLISH
    findings: list[CheckResult] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """The state in which the comment is stored; not asked of a refusal."""
        return STATUS_BY_EFFECT[self.effect]

    @property
    def decisive(self) -> CheckResult | None:
        """The first finding that asked for what is done."""
        return next((one for one in self.findings if one.effect == self.effect), None)

    @property
    def via(self) -> Via:
        if self.effect == Effect.SPAM and self.decisive:
            return {"rule": Via.RULE, "filter": Via.FILTER}.get(self.decisive.kind, Via.FORM)
        return Via.FORM

    @property
    def rule(self) -> int | None:
        """The number of the rule that decided, where one did."""
        return self.decisive.rule if self.decisive and self.effect in {Effect.SPAM, Effect.REFUSE} else None


Check = Callable[[Facts], Iterable[CheckResult]]


# The checks. What a moderator has ordered (rules, a held post, a reader who always waits) stops everybody; what only
# looks like spam stops regulars too, where a machine could be behind it; the rest stops strangers.


def check_rules(facts: Facts) -> Iterator[CheckResult]:
    for one in facts.rules:
        yield CheckResult("rule", f"{one.kind} {one.pattern}", EFFECT_BY_RULE[one.effect], rule=one.number)


def check_held_reader(facts: Facts) -> Iterator[CheckResult]:
    if facts.is_always_held:
        yield CheckResult("reader")


def check_held_post(facts: Facts) -> Iterator[CheckResult]:
    if facts.post_is_held:
        yield CheckResult("post")


def check_honeypot(facts: Facts) -> Iterator[CheckResult]:
    """A field that nobody sees. A browser with a pass has a person behind it, who may have filled it by mistake."""
    if facts.trap:
        yield CheckResult("trap", effect=Effect.HOLD if facts.is_verified or facts.is_staff else Effect.SPAM)


def check_links(facts: Facts) -> Iterator[CheckResult]:
    if facts.links >= facts.links_held:
        yield CheckResult("links", str(facts.links), stops=Trust.REGULAR)


def check_repetition(facts: Facts) -> Iterator[CheckResult]:
    if facts.repeated:
        yield CheckResult("repeated", facts.repeated, stops=Trust.REGULAR)


def check_borrowed_name(facts: Facts) -> Iterator[CheckResult]:
    """A regular too is stopped: once a moderator has let his comment stand, the name is his as well."""
    if facts.borrowed_from:
        yield CheckResult("name", facts.borrowed_from, stops=Trust.REGULAR)


def check_speed(facts: Facts) -> Iterator[CheckResult]:
    if facts.age is not None and facts.age < MIN_SECONDS_TO_WRITE:
        yield CheckResult("quick", str(max(0, int(facts.age))), stops=Trust.STRANGER)


def check_form_time(facts: Facts) -> Iterator[CheckResult]:
    """With scripts or without, a browser brings the time at which the form was opened; a plain program does not."""
    if facts.is_undated:
        yield CheckResult("undated", stops=Trust.STRANGER)


def check_spam_filter(facts: Facts) -> Iterator[CheckResult]:
    """Holds or marks as spam, but nobody who is known, and publishes nobody."""
    if facts.advice == "failed":
        yield CheckResult("failed", "spam_filter")
    elif facts.advice:
        percent = str(round(100 * (facts.score or 0)))
        spam = facts.advice == "spam" and not facts.is_staff
        yield CheckResult("filter", percent, Effect.SPAM if spam else Effect.HOLD, stops=Trust.STRANGER)


def check_familiarity(facts: Facts) -> Iterator[CheckResult]:
    """Why this writer is not yet somebody who is published at once: always one finding for a stranger."""
    if facts.trust > Trust.STRANGER:
        return
    if facts.is_staff:
        kind = "staff"
    elif facts.is_claimed:
        kind = "claimed"
    elif not facts.approved:
        kind = "first"
    elif not facts.is_verified:
        kind = "unproven"
    else:
        kind = "lately" if facts.was_removed_lately else "few"
    yield CheckResult(kind, str(facts.approved) if kind == "few" else "", stops=Trust.STRANGER)


CHECKS: tuple[Check, ...] = (
    check_rules,
    check_held_reader,
    check_held_post,
    check_honeypot,
    check_links,
    check_repetition,
    check_borrowed_name,
    check_speed,
    check_form_time,
    check_spam_filter,
    check_familiarity,
)


def run_checks(facts: Facts, checks: Iterable[Check] = CHECKS) -> Verdict:
    """Ask every check; the strictest of their findings decides."""
    found = [one for check in checks for one in run_check(check, facts) if facts.trust <= one.stops]
    return Verdict(max((one.effect for one in found), default=Effect.PUBLISH), found)


def run_check(check: Check, facts: Facts) -> list[CheckResult]:
    """What the check finds. One that breaks is a finding itself, and a line in the log: it never lets through."""
    try:
        return list(check(facts))
    except Exception:
        name = getattr(check, "__name__", "").removeprefix("check_")
        log.exception("The check %s failed; the comment is held.", name)
        return [CheckResult("failed", name)]

"""Decides what happens to a comment before anyone has read it: an ordered list of small checks, each finding or none.

Knows no model: the facts are collected beforehand (comments/submission/facts.py). A check that breaks holds the
comment; no check releases a comment that another one stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from comments.screening.patterns import Pattern
from comments.status import Status, Via

log = logging.getLogger(__name__)

# Nobody reads the form, writes and sends it within so many seconds.
MIN_SECONDS_TO_WRITE = 3


class Effect(IntEnum):
    """What happens to the comment, the strictest last."""

    PUBLISH, HOLD, SPAM, REFUSE = range(4)


class Trust(IntEnum):
    """How well the writer is known; each finding stops everyone up to some trust."""

    STRANGER, REGULAR, TRUSTED = range(3)


EFFECT_BY_RULE = {"hold": Effect.HOLD, "spam": Effect.SPAM, "refuse": Effect.REFUSE}
STATUS_BY_EFFECT = {Effect.PUBLISH: Status.APPROVED, Effect.HOLD: Status.PENDING, Effect.SPAM: Status.SPAM}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the checks go by.

    `age`: seconds since the form was opened, None when there was no form or nobody knows; `is_undated`: nobody knows.
    `repeated`: where the same text was sent recently: "", "post" (another one), "address" or "form" (from another one).
    `borrowed_from`: whose name was typed, when it is not the writer's: "author", "reader" or "".
    `advice` of the spam filter: "", "hold", "spam" or "failed".
    `approved_count`: of the typed email address, counted up to the number that makes a regular.
    `is_claimed`: the email address is a verified reader's, but the browser is not signed in as them.
    """

    honeypot: str = ""
    age: float | None = None
    is_undated: bool = False
    is_post_held: bool = False
    link_count: int = 0
    links_held: int = 3
    repeated: str = ""
    rules: tuple[Pattern, ...] = ()
    advice: str = ""
    score: float | None = None
    score_reasons: tuple[tuple[str, float], ...] = ()
    is_signed_in: bool = False
    is_verified: bool = False
    is_claimed: bool = False
    is_always_held: bool = False
    is_barred: bool = False
    borrowed_from: str = ""
    was_removed_recently: bool = False
    approved_count: int = 0
    trust: Trust = Trust.STRANGER


class CheckResult(NamedTuple):
    """A reason not to publish at once; `stops` everyone up to that trust."""

    kind: str
    words: str = ""
    effect: Effect = Effect.HOLD
    rule: int | None = None
    stops: Trust = Trust.TRUSTED


@dataclass(frozen=True)
class Verdict:
    """What happens to the comment, with the findings that count for this writer and what is stored beside them."""

    effect: Effect = Effect.PUBLISH
    findings: tuple[CheckResult, ...] = ()
    score: float | None = None
    score_reasons: tuple[tuple[str, float], ...] = ()
    is_verified: bool = False

    @property
    def is_refused(self) -> bool:
        return self.effect == Effect.REFUSE

    @property
    def status(self) -> Status:
        """The state in which the comment is stored; a refused one has none."""
        return STATUS_BY_EFFECT[self.effect]

    def columns(self) -> dict[str, Any]:
        """How the comment is stored, as arguments of `lifecycle.submit.submit`."""
        how = {"to": self.status, "via": self.via, "rule": self.rule, "findings": self.findings}
        return {**how, "score": self.score, "score_reasons": self.score_reasons, "is_verified": self.is_verified}

    @property
    def decisive(self) -> CheckResult | None:
        """The first finding that asked for this effect."""
        return next((finding for finding in self.findings if finding.effect == self.effect), None)

    @property
    def via(self) -> Via:
        if self.effect == Effect.SPAM and self.decisive:
            return {"rule": Via.RULE, "filter": Via.FILTER}.get(self.decisive.kind, Via.FORM)
        return Via.FORM

    @property
    def rule(self) -> int | None:
        """The primary key of the rule that decided, if a rule did."""
        return self.decisive.rule if self.decisive and self.effect in {Effect.SPAM, Effect.REFUSE} else None


Check = Callable[[Facts], Iterable[CheckResult]]


# What a moderator has ordered (rules, a held post, a reader who is always held) stops everyone; what only looks like
# spam stops regulars too, where a machine could be behind it; the rest stops strangers.


def check_rules(facts: Facts) -> Iterator[CheckResult]:
    for rule in facts.rules:
        yield CheckResult("rule", f"{rule.kind} {rule.pattern}", EFFECT_BY_RULE[rule.effect], rule=rule.number)


def check_held_reader(facts: Facts) -> Iterator[CheckResult]:
    if facts.is_always_held:
        yield CheckResult("reader")


def check_barred_reader(facts: Facts) -> Iterator[CheckResult]:
    """A reader who is suspended or banned, also where nobody is signed in as them."""
    if facts.is_barred:
        yield CheckResult("barred", effect=Effect.REFUSE)


def check_held_post(facts: Facts) -> Iterator[CheckResult]:
    if facts.is_post_held:
        yield CheckResult("post")


def check_honeypot(facts: Facts) -> Iterator[CheckResult]:
    """Machines fill in the hidden field. In a browser that is signed in, a person may have done so by mistake."""
    if facts.honeypot:
        yield CheckResult("trap", effect=Effect.HOLD if facts.is_verified or facts.is_signed_in else Effect.SPAM)


def check_links(facts: Facts) -> Iterator[CheckResult]:
    if facts.link_count >= facts.links_held:
        yield CheckResult("links", str(facts.link_count), stops=Trust.REGULAR)


def check_repetition(facts: Facts) -> Iterator[CheckResult]:
    if facts.repeated:
        yield CheckResult("repeated", facts.repeated, stops=Trust.REGULAR)


def check_borrowed_name(facts: Facts) -> Iterator[CheckResult]:
    """Stops regulars too: once a moderator has approved such a comment, the name is theirs as well."""
    if facts.borrowed_from:
        yield CheckResult("name", facts.borrowed_from, stops=Trust.REGULAR)


def check_speed(facts: Facts) -> Iterator[CheckResult]:
    if facts.age is not None and facts.age < MIN_SECONDS_TO_WRITE:
        yield CheckResult("quick", str(max(0, int(facts.age))), stops=Trust.STRANGER)


def check_form_time(facts: Facts) -> Iterator[CheckResult]:
    """Browsers send the time at which the form was opened, with scripts or without; simple programs do not."""
    if facts.is_undated:
        yield CheckResult("undated", stops=Trust.STRANGER)


def check_spam_filter(facts: Facts) -> Iterator[CheckResult]:
    """Holds strangers or marks them as spam; publishes nobody."""
    if facts.advice == "failed":
        yield CheckResult("failed", "spam_filter")
    elif facts.advice:
        percent = str(round(100 * (facts.score or 0)))
        is_spam = facts.advice == "spam" and not facts.is_signed_in
        yield CheckResult("filter", percent, Effect.SPAM if is_spam else Effect.HOLD, stops=Trust.STRANGER)


def check_familiarity(facts: Facts) -> Iterator[CheckResult]:
    """Why this writer is still a stranger; always one finding for a stranger."""
    if facts.trust > Trust.STRANGER:
        return
    if facts.is_signed_in:
        kind = "staff"
    elif facts.is_claimed:
        kind = "claimed"
    elif not facts.approved_count:
        kind = "first"
    elif not facts.is_verified:
        kind = "unproven"
    else:
        kind = "lately" if facts.was_removed_recently else "few"
    yield CheckResult(kind, str(facts.approved_count) if kind == "few" else "", stops=Trust.STRANGER)


CHECKS: tuple[Check, ...] = (
    check_rules,
    check_held_reader,
    check_barred_reader,
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
    """Run every check; the strictest of their findings decides."""
    findings = tuple(finding for check in checks for finding in run_check(check, facts) if facts.trust <= finding.stops)
    return Verdict(
        effect=max((finding.effect for finding in findings), default=Effect.PUBLISH),
        findings=findings,
        score=facts.score,
        score_reasons=facts.score_reasons,
        is_verified=facts.is_verified,
    )


def run_check(check: Check, facts: Facts) -> list[CheckResult]:
    """What the check finds. A check that breaks is a finding and a line in the log."""
    try:
        return list(check(facts))
    except Exception:
        name = getattr(check, "__name__", "").removeprefix("check_")
        log.exception("The check %s failed; the comment is held.", name)
        return [CheckResult("failed", name)]

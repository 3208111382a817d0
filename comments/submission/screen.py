"""What screening says of words that somebody has typed, as what is to be stored: for new comments and changed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from comments.lifecycle.edits import ScreenedText
from comments.models import Finding, Rule
from comments.readers.submitter import Submitter
from comments.screening import checks
from comments.submission.facts import ask_spam_filter, collect_facts


def screen_comment(
    values: dict[str, Any], *, html: str, submitter: Submitter, address: str, of_form: Mapping[str, Any] | None = None
) -> ScreenedText | None:
    """The verdict on these columns of a comment; None, and the rule counts it, when a rule refuses them.

    `of_form`: what the form says that a new comment came in, by name of fact (`trap`, `age`, `is_undated`).
    """
    judged = ask_spam_filter(values)
    facts = collect_facts(values, html=html, submitter=submitter, address=address, judged=judged, of_form=of_form or {})
    verdict = checks.run_checks(facts)
    if verdict.effect == checks.Effect.REFUSE:
        Rule.objects.filter(pk=verdict.rule).update(refusal_count=F("refusal_count") + 1)
        return None
    return ScreenedText(
        to=verdict.status,
        via=verdict.via,
        rule=Rule(pk=verdict.rule) if verdict.rule else None,
        findings=[Finding(kind=one.kind, words=one.words[:250], rule_id=one.rule) for one in verdict.findings],
        score=judged.score,
        score_reasons=judged.score_reasons,
        is_verified=facts.is_verified,
    )

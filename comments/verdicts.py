"""What screening says of words that somebody has typed, as what is to be stored: for new comments and changed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from comments import gathering, screening
from comments.models import Finding, Rule
from comments.models.amending import Screened
from comments.writer import Writer


def screened(
    values: dict[str, Any], *, html: str, writer: Writer, address: str, of_form: Mapping[str, Any] | None = None
) -> Screened | None:
    """The verdict on these columns of a comment; None, and the rule counts it, when a rule refuses them.

    `of_form`: what the form says that a new comment came in, by name of fact (`trap`, `age`, `is_undated`).
    """
    judged = gathering.judge(values)
    facts = gathering.gather(values, html=html, writer=writer, address=address, judged=judged, of_form=of_form or {})
    verdict = screening.screen(facts)
    if verdict.effect == screening.Effect.REFUSE:
        Rule.objects.filter(pk=verdict.rule).update(refused=F("refused") + 1)
        return None
    return Screened(
        to=verdict.status,
        via=verdict.via,
        rule=Rule(pk=verdict.rule) if verdict.rule else None,
        findings=[Finding(kind=one.kind, words=one.words[:250], rule_id=one.rule) for one in verdict.findings],
        score=judged.score,
        because=judged.because,
        is_proven=facts.is_proven,
    )

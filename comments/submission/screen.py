"""Screens comments before anyone has read them: what was sent, what is known of it, and so what happens to it."""

from __future__ import annotations

from dataclasses import replace

from comments.models import Policy
from comments.readers.submitter import Submitter
from comments.screening.checks import Effect, Facts, Verdict, run_checks
from comments.submission.facts import Submission, collect_writer_facts, find_repetition


def screen(submission: Submission, facts: Facts | None) -> Verdict:
    """What happens to a comment, new or edited, by what `collect_facts` found.

    Belongs in the transaction that stores it, since the last fact is found under a lock.
    """
    return run_checks(replace(facts, repeated=find_repetition(submission))) if facts else Verdict()


def expects_publication(submitter: Submitter) -> bool:
    """Can the form promise immediate publication, whatever is written? Costs no query for a guest."""
    if submitter.publishes_immediately:
        return True
    if submitter.is_signed_in or submitter.reader is None:
        return False
    return run_checks(collect_writer_facts(submitter, submitter.reader, Policy.current())).effect == Effect.PUBLISH

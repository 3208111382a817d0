"""Screens comments before anyone has read them: what was sent, what is known of it, and so what happens to it."""

from __future__ import annotations

from comments.readers.submitter import Submitter
from comments.screening.checks import Effect, Verdict, run_checks
from comments.screening.patterns import words_key
from comments.submission.facts import Submission, collect_facts, collect_writer_facts
from comments.submission.locks import take_lock


def screen(submission: Submission) -> Verdict:
    """What happens to a comment, new or edited. Belongs in the transaction that stores it."""
    if submission.submitter.publishes_immediately:
        return Verdict()
    if key := words_key(submission.body):
        take_lock(f"words {key}")  # or the same text, sent under many posts at one moment, would not be noticed
    return run_checks(collect_facts(submission))


def expects_publication(submitter: Submitter) -> bool:
    """Can the form promise immediate publication, whatever is written? Costs no query for a guest."""
    if submitter.publishes_immediately:
        return True
    if submitter.is_signed_in or submitter.reader is None:
        return False
    return run_checks(collect_writer_facts(submitter, submitter.reader)).effect == Effect.PUBLISH

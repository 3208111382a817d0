"""Checks that every element of the files has ended in the ledger, and none twice."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _

from registan.transfer.content.comments.comment_reasons import ArrivalNote
from registan.transfer.content.import_plan import ImportPlan
from registan.transfer.models import Element, Run


def find_wrong_sums(run: Run, plan: ImportPlan) -> str:
    """A sentence about the kinds of which the ledger has another number than the files; "" if all sums are right."""
    expected = Counter(plan.counts)
    expected[Element.Kind.AUTHOR] = len(plan.authors)
    expected[Element.Kind.TERM] = len(plan.terms)
    found = Counter[str]()
    for row in Element.objects.filter(source=run.source, run=run).table():
        if row.reason != ArrivalNote.PART:  # of a comment that is counted already
            found[row.kind] += row.number
    wrong = [f"{kind}: {expected[kind]} ≠ {found[kind]}" for kind in expected | found if expected[kind] != found[kind]]
    if not wrong:
        return ""
    return _("The ledger does not have every element of the files: %(sums)s.") % {"sums": ", ".join(wrong)}

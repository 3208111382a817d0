"""The ledger of a run as text for a terminal: how each kind of element ended, and why."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from registan.transfer.models.element import Element, ElementQuerySet, Outcome, TableRow
from registan.transfer.models.import_run import Run
from registan.transfer.wordpress.inventory.inventory_table import printable

NAME_WIDTH = 68
# Addresses that are printed; the admin has all.
MAX_LOST = 50


def format_table(rows: Iterable[TableRow]) -> str:
    """A heading for each kind with its sum, a line for each outcome and reason; the rows are those of `table`."""
    groups = itertools.groupby(rows, lambda row: row.kind)
    return "\n".join(line for kind, group in groups for line in _lines(kind, group))


def _lines(kind: str, rows: Iterable[TableRow]) -> Iterator[str]:
    counted = list(rows)
    yield f"{Element.Kind(kind).label:<{NAME_WIDTH + 2}} {sum(row.number for row in counted):>9,}"
    for row in counted:
        words = f"{row.outcome_label}: {row.why}" if row.reason else row.outcome_label
        yield f"  {words:<{NAME_WIDTH}} {row.number:>9,}"
    yield ""


def format_refused_addresses(run: Run) -> str:
    """The addresses that lead somewhere else already, each on a line; "" if there are none."""
    refused = run.refused_addresses
    if not refused:
        return ""
    lines = [_("Old addresses that lead somewhere else already: %(number)s") % {"number": f"{len(refused):,}"}]
    lines += [f"  {printable(path)}" for path in refused[:MAX_LOST]]
    if len(refused) > MAX_LOST:
        lines.append(_("  … The others are listed in the admin, on the page of the import."))
    return "\n".join(lines)


def format_lost_threads(elements: ElementQuerySet) -> str:
    """The addresses of conversations that found no post or page here, each on a line; "" if there are none."""
    lost = elements.filter(kind=Element.Kind.THREAD, outcome=Outcome.SKIPPED).order_by("pk")
    if not (number := lost.count()):
        return ""
    lines = [_("Conversations whose address is not known here: %(number)s") % {"number": f"{number:,}"}]
    lines += [f"  {printable(detail)}" for detail in lost.values_list("detail", flat=True)[:MAX_LOST]]
    if number > MAX_LOST:
        lines.append(_("  … The others are listed in the admin, under Imported elements."))
    return "\n".join(lines)

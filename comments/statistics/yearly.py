"""The report of one year: reports received, decisions, statements of reasons and objections. No text, and no name."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import Count, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.datetimes import local_midnight
from comments.models import Decision, Objection, Reason, Report, Statement
from comments.statistics.tallies import MEDIAN_SAMPLE, Period, Tally, count_periods
from comments.status import BY_PEOPLE, Status, Via

# How old the numbers of a year may be, while it lasts and afterwards.
CACHE_SECONDS, CACHE_SECONDS_OVER = 60 * 60, 24 * 60 * 60
# The sections of the report, as the file calls them.
REPORTS, REPORT_OUTCOMES, DECISIONS, REASONS, STATEMENTS, OBJECTIONS, TIMES = (
    *("reports", "report outcomes", "decisions", "removal reasons", "statements", "objections"),
    "median seconds",
)
COLUMNS = ("section", "item", "automated", "number")


class Row(NamedTuple):
    """One number: `item` in English, for programs; `label` in words; `automated`, who decided, if somebody did."""

    section: str
    item: str
    label: str
    number: int
    automated: bool | None = None


def first_year() -> int:
    """The year of the first decision, or this one."""
    first = Decision.objects.order_by("pk").values_list("at", flat=True).first()
    return timezone.localtime(first or timezone.now()).year


def years() -> list[int]:
    """The years of which there is a report, the latest first."""
    return list(range(timezone.localdate().year, first_year() - 1, -1))


def year_report(year: int) -> list[Row]:
    """The rows of this year, cached; labels in the active language."""
    period = Period(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))
    cache, key = caches["default"], f"year-of-moderation:{period.name}"
    numbers: dict[str, Any] | None = cache.get(key)
    if numbers is None:
        numbers = count_year(period)
        cache.set(key, numbers, CACHE_SECONDS_OVER if period.is_over else CACHE_SECONDS)
    return [*report_rows(numbers), *decision_rows(Tally(period, *numbers["decisions"])), *later_rows(numbers)]


def count_year(period: Period) -> dict[str, Any]:
    """All numbers of the period, in a dozen queries."""
    reports = in_period(Report, "at", period)
    answered = reports.filter(is_open=False)
    objections = in_period(Objection, "at", period)
    return {
        "reports": count_by(reports, "kind"),
        "with address": reports.filter(contact__isnull=False).count(),
        "answered": count_by(answered, "decision__via", "decision__to_status"),
        "report time": median_seconds(reports, "at", "closed_at"),
        "decisions": count_periods({"": period}, timed=True)[""],
        "statements": in_period(Statement, "sent_at", period).count(),
        "objections": count_by(objections, "outcome"),
        "by reporters": objections.filter(report__isnull=False).count(),
        "by decider": objections.filter(by_decider=True).count(),
        "objection time": median_seconds(objections, "at", "answered_at"),
    }


def in_period[M: Model](model: type[M], column: str, period: Period) -> QuerySet[M]:
    start, end = local_midnight(period.first), local_midnight(period.end)
    return model._default_manager.order_by().filter(**{f"{column}__gte": start, f"{column}__lt": end})


def count_by(rows: QuerySet[Any], *columns: str) -> Counter[Any]:
    """The number of rows by these columns: by a value, or by a tuple where there are several."""
    counts = rows.values_list(*columns).annotate(Count("pk"))
    return Counter({values[0] if len(values) == 1 else tuple(values): number for *values, number in counts})


def median_seconds(rows: QuerySet[Any], start: str, end: str) -> int | None:
    """The median of the time between these columns, of the latest rows that have both; None for none."""
    times = rows.filter(**{f"{end}__isnull": False}).order_by("-pk").values_list(start, end)[:MEDIAN_SAMPLE]
    waits = [(until - since).total_seconds() for since, until in times]
    return round(median(waits)) if waits else None


def report_rows(numbers: dict[str, Any]) -> Iterator[Row]:
    """Reports by kind, and what became of them."""
    yield Row(REPORTS, "all", _("All reports"), numbers["reports"].total())
    for kind, number in sorted(numbers["reports"].items()):
        yield Row(REPORTS, kind, str(Report.Kind(kind).label), number)
    yield Row(REPORTS, "with address", _("With an address for the answer"), numbers["with address"])
    outcomes: Counter[tuple[str, bool]] = Counter()
    for (via, to_status), number in numbers["answered"].items():
        outcomes[to_status or "dismissed", via is not None and via not in BY_PEOPLE] += number
    for (item, automated), number in sorted(outcomes.items()):
        label = _("Dismissed") if item == "dismissed" else str(Status(item).label)
        yield Row(REPORT_OUTCOMES, item, label, number, automated)


def decision_rows(tally: Tally) -> Iterator[Row]:
    """Decisions that stand, by outcome and by person or program; reasons, of which only public ones are named."""
    decisions: Counter[tuple[str, bool]] = Counter()
    for (_was, became, via, _reason), number in tally.rows.items():
        if via not in (Via.IMPORT, Via.ERASURE, Via.READER):
            decisions[became, via not in BY_PEOPLE] += number
    for (became, automated), number in sorted(decisions.items()):
        yield Row(DECISIONS, became, str(Status(became).label), number, automated)
    yield Row(DECISIONS, "undone", _("Undone"), tally.undone_count)
    known = dict(Reason.objects.values_list("words", "law"))
    reasons: Counter[str] = Counter()
    for reason, number in tally.reasons().items():
        reasons[reason if reason in known else "another" if reason else "none"] += number
    named = {"another": _("Another reason"), "none": _("No reason given")}
    for reason, number in reasons.most_common():
        ground = _("%(reason)s (against the law)") % {"reason": reason} if known.get(reason) else reason
        yield Row(REASONS, reason, named.get(reason, ground), number)


def later_rows(numbers: dict[str, Any]) -> Iterator[Row]:
    """Statements, objections and their outcomes, and median times."""
    yield Row(STATEMENTS, "sent", _("Sent"), numbers["statements"])
    outcomes = numbers["objections"]
    yield Row(OBJECTIONS, "all", _("All objections"), outcomes.total())
    yield Row(OBJECTIONS, "by reporters", _("By those who had reported"), numbers["by reporters"])
    yield Row(OBJECTIONS, "open", _("Not answered yet"), outcomes[""])
    for outcome in Objection.Outcome:
        yield Row(OBJECTIONS, outcome.value, str(outcome.label), outcomes[outcome.value])
    yield Row(OBJECTIONS, "by decider", _("Answered by the moderator who decided, the only one"), numbers["by decider"])
    times = {
        "report": (_("From a report to its answer"), numbers["report time"]),
        "comment": (_("From a waiting comment to the decision"), numbers["decisions"][2]),
        "objection": (_("From an objection to its answer"), numbers["objection time"]),
    }
    for item, (label, seconds) in times.items():
        if seconds is not None:
            yield Row(TIMES, item, label, round(seconds))


def as_csv(rows: list[Row]) -> str:
    """The report as a file for programs; its words are always the same."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    said = {None: "", True: "yes", False: "no"}
    writer.writerows((row.section, row.item, said[row.automated], row.number) for row in rows)
    return text.getvalue()

"""The public account of moderation: numbers by month, and of nothing hidden a word."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.models import Reason
from comments.statistics import charts
from comments.statistics.charts import ChartRow, chart_rows
from comments.statistics.tallies import Tally, describe_duration, last_months, tally_periods
from comments.status import BY_PEOPLE, Status, Via

MONTHS = 12
# This month's numbers may be so old.
CACHE_SECONDS = 60 * 60
CHART_SIZE = {"width": 720, "height": 120, "gap": 12}


@dataclass(frozen=True)
class MonthReport:
    """What the page says of one month."""

    tally: Tally
    outcome: list[ChartRow]
    ways: list[ChartRow]
    reasons: list[ChartRow]
    wait: str

    @property
    def first(self):
        return self.tally.period.first

    @property
    def received(self) -> int:
        return self.tally.count(was="")

    @property
    def imported(self) -> int:
        return self.tally.count(via=[Via.IMPORT])

    @property
    def erased(self) -> int:
        return self.tally.count(via=[Via.ERASURE])


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """The last twelve months, the newest first."""
    said = set(Reason.objects.values_list("words", flat=True))
    found = tally_periods(last_months(MONTHS), seconds=CACHE_SECONDS, timed=True)
    months = [build_month(tally, said) for tally in reversed(found) if tally.rows or tally.taken_back]
    totals = [[tally.count(became=Status.APPROVED), count_declined(tally)] for tally in found]
    ends = found[0].period.first, found[-1].period.first
    context = {"months": months, "bars": charts.stack_columns(totals, **CHART_SIZE), "chart": CHART_SIZE, "ends": ends}
    context["canonical"] = settings.SITE_URL + request.path
    response = render(request, "comments/transparency.html", context)
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS // 6)
    patch_vary_headers(response, ["Cookie"])  # it speaks the reader's language
    return response


def count_declined(tally: Tally) -> int:
    return tally.count(became=Status.REMOVED) + tally.count(became=Status.SPAM)


def build_month(tally: Tally, said: set[str]) -> MonthReport:
    return MonthReport(
        tally, outcome_rows(tally), channel_rows(tally), reason_rows(tally, said), describe_duration(tally.wait)
    )


def outcome_rows(tally: Tally) -> list[ChartRow]:
    return chart_rows(
        {
            _("Published"): tally.count(became=Status.APPROVED),
            _("Held for a moderator"): tally.count(became=Status.PENDING),
            _("Removed"): tally.count(became=Status.REMOVED),
            _("Spam"): tally.count(became=Status.SPAM),
            _("Withdrawn by the writer"): tally.count(became=Status.WITHDRAWN),
            _("Decisions taken back"): tally.taken_back,
        }
    )


def channel_rows(tally: Tally) -> list[ChartRow]:
    """By whom: moderators' three ways are one, for what hour who sat where is nobody's business."""
    found = tally.channels()
    return chart_rows(
        {
            _("Moderators"): sum(found[via] for via in BY_PEOPLE),
            _("On arrival: published or held"): found[Via.FORM],
            _("Written rules"): found[Via.RULE],
            _("The spam filter"): found[Via.FILTER],
            _("Reports by readers"): found[Via.REPORTS],
            _("The writers themselves"): found[Via.READER],
        }
    )


def reason_rows(tally: Tally, said: set[str]) -> list[ChartRow]:
    """Only in the words of the public list: what a moderator typed himself could name somebody."""
    named: dict[str, int] = {}
    for reason, number in tally.reasons().most_common():
        words = reason if reason in said else _("Another reason") if reason else _("No reason given")
        named[words] = named.get(words, 0) + number
    return chart_rows(named)

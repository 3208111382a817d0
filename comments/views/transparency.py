"""The public report on moderation: numbers by month, and nothing about any single comment or moderator."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.text.addresses import absolute_url
from comments.models import Reason
from comments.statistics import charts
from comments.statistics.charts import ChartRow, chart_rows
from comments.statistics.tallies import Tally, describe_duration, last_months, tally_periods
from comments.statistics.yearly import years
from comments.status import BY_PEOPLE, Status, Via

MONTHS = 12
# How old this month's numbers may be.
CACHE_SECONDS = 60 * 60
CHART_SIZE = {"width": 720, "height": 120, "gap": 12}


@dataclass(frozen=True)
class MonthReport:
    """What the page shows about one month."""

    tally: Tally
    outcome: list[ChartRow]
    ways: list[ChartRow]
    reasons: list[ChartRow]
    wait: str

    @property
    def first(self) -> datetime.date:
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
    """The last twelve months, newest first."""
    public_reasons = set(Reason.objects.values_list("words", flat=True))
    tallies = tally_periods(last_months(MONTHS), seconds=CACHE_SECONDS, timed=True)
    totals = [[tally.count(became=Status.APPROVED), count_declined(tally)] for tally in tallies]
    context = {
        "months": [
            build_month(tally, public_reasons) for tally in reversed(tallies) if tally.rows or tally.undone_count
        ],
        "bars": charts.stack_columns(totals, **CHART_SIZE),
        "chart": CHART_SIZE,
        "ends": (tallies[0].period.first, tallies[-1].period.first),
        "years": years(),
        "canonical": absolute_url(request.path),
    }
    response = render(request, "comments/transparency.html", context)
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS // 6)
    patch_vary_headers(response, ["Cookie"])  # the page is in the reader's language
    return response


def count_declined(tally: Tally) -> int:
    return tally.count(became=Status.REMOVED) + tally.count(became=Status.SPAM)


def build_month(tally: Tally, public_reasons: set[str]) -> MonthReport:
    return MonthReport(
        tally,
        outcome=outcome_rows(tally),
        ways=channel_rows(tally),
        reasons=reason_rows(tally, public_reasons),
        wait=describe_duration(tally.wait),
    )


def outcome_rows(tally: Tally) -> list[ChartRow]:
    return chart_rows(
        {
            _("Published"): tally.count(became=Status.APPROVED),
            _("Held for a moderator"): tally.count(became=Status.PENDING),
            _("Removed"): tally.count(became=Status.REMOVED),
            _("Spam"): tally.count(became=Status.SPAM),
            _("Withdrawn by the commenter"): tally.count(became=Status.WITHDRAWN),
            _("Decisions undone"): tally.undone_count,
        }
    )


def channel_rows(tally: Tally) -> list[ChartRow]:
    """Who decided. The three paths of moderators are one row: where somebody sat at which hour is private."""
    numbers = tally.channels()
    return chart_rows(
        {
            _("Moderators"): sum(numbers[via] for via in BY_PEOPLE),
            _("On arrival (published or held)"): numbers[Via.FORM],
            _("Rules"): numbers[Via.RULE],
            _("Spam filter"): numbers[Via.FILTER],
            _("Reports by readers"): numbers[Via.REPORTS],
            _("Commenters themselves"): numbers[Via.READER],
        }
    )


def reason_rows(tally: Tally, public_reasons: set[str]) -> list[ChartRow]:
    """Only the reasons of the public list are shown: what a moderator typed could name somebody."""
    numbers: dict[str, int] = {}
    for reason, number in tally.reasons().most_common():
        words = reason if reason in public_reasons else _("Another reason") if reason else _("No reason given")
        numbers[words] = numbers.get(words, 0) + number
    return chart_rows(numbers)

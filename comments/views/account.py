"""The public account of moderation: numbers by month, and of nothing hidden a word."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import charts
from comments.charts import Row, rows
from comments.desk.periods import PEOPLE, Tally, in_words, last_months, tallies
from comments.models import Reason
from comments.moderation import Status, Via

MONTHS = 12
# This month's numbers may be so old.
AN_HOUR = 60 * 60
CHART = {"width": 720, "height": 120, "gap": 12}


@dataclass(frozen=True)
class Month:
    """What the page says of one month."""

    tally: Tally
    outcome: list[Row]
    ways: list[Row]
    reasons: list[Row]
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
def account(request: HttpRequest) -> HttpResponse:
    """The last twelve months, the newest first."""
    said = set(Reason.objects.values_list("words", flat=True))
    found = tallies(last_months(MONTHS), seconds=AN_HOUR, timed=True)
    months = [month(tally, said) for tally in reversed(found) if tally.rows or tally.taken_back]
    totals = [[tally.count(became=Status.APPROVED), declined(tally)] for tally in found]
    ends = found[0].period.first, found[-1].period.first
    context = {"months": months, "bars": charts.columns(totals, **CHART), "chart": CHART, "ends": ends}
    context["canonical"] = settings.SITE_URL + request.path
    response = render(request, "comments/account.html", context)
    patch_cache_control(response, public=True, max_age=AN_HOUR // 6)
    patch_vary_headers(response, ["Cookie"])  # it speaks the reader's language
    return response


def declined(tally: Tally) -> int:
    return tally.count(became=Status.REMOVED) + tally.count(became=Status.SPAM)


def month(tally: Tally, said: set[str]) -> Month:
    return Month(tally, outcome(tally), ways(tally), reasons(tally, said), in_words(tally.wait))


def outcome(tally: Tally) -> list[Row]:
    return rows(
        {
            _("Published"): tally.count(became=Status.APPROVED),
            _("Held for a moderator"): tally.count(became=Status.PENDING),
            _("Removed"): tally.count(became=Status.REMOVED),
            _("Spam"): tally.count(became=Status.SPAM),
            _("Withdrawn by the writer"): tally.count(became=Status.WITHDRAWN),
            _("Decisions taken back"): tally.taken_back,
        }
    )


def ways(tally: Tally) -> list[Row]:
    """By whom: moderators' three ways are one, for what hour who sat where is nobody's business."""
    found = tally.channels()
    return rows(
        {
            _("Moderators"): sum(found[via] for via in PEOPLE),
            _("On arrival: published or held"): found[Via.FORM],
            _("Written rules"): found[Via.RULE],
            _("The spam filter"): found[Via.FILTER],
            _("Reports by readers"): found[Via.REPORTS],
            _("The writers themselves"): found[Via.READER],
        }
    )


def reasons(tally: Tally, said: set[str]) -> list[Row]:
    """Only in the words of the public list: what a moderator typed himself could name somebody."""
    named: dict[str, int] = {}
    for reason, number in tally.reasons().most_common():
        words = reason if reason in said else _("Another reason") if reason else _("No reason given")
        named[words] = named.get(words, 0) + number
    return rows(named)

"""Hours of the day by somebody's clock, across its changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def next_hour(hour: int, zone: ZoneInfo, *, after: datetime) -> datetime:
    """The first moment later than `after` (aware) at which it is `hour` o'clock in `zone`, in UTC.

    Once on every day: an hour that the clock strikes twice counts when it strikes first, and one that it skips is an
    hour late by that clock, as zoneinfo reads such times (PEP 495, fold=0).
    """
    day = after.astimezone(zone).date()
    for later in range(-1, 3):
        on = day + timedelta(days=later)
        moment = datetime(on.year, on.month, on.day, hour, tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("three days without this hour")

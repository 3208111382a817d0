"""The reader's hour comes once a day in their time zone, even when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text.datetimes import next_hour

BERLIN = ZoneInfo("Europe/Berlin")  # 29 March 2026: 2:00 is 3:00; 25 October 2026: 3:00 is 2:00 again


def at(text: str, zone=BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("now", "hour", "then"),
    [
        ("2026-03-20T06:00", 7, "2026-03-20T07:00"),
        ("2026-03-20T07:00", 7, "2026-03-21T07:00"),
        ("2026-03-28T07:00", 7, "2026-03-29T07:00"),  # 23 hours later
        ("2026-10-24T07:00", 7, "2026-10-25T07:00"),  # 25 hours later
        ("2026-12-31T23:59", 0, "2027-01-01T00:00"),
    ],
)
def test_it_is_the_next_such_hour_by_that_clock(now, hour, then):
    assert next_hour(hour, BERLIN, after=at(now)).astimezone(BERLIN) == at(then)


def test_an_hour_that_is_skipped_comes_one_later():
    found = next_hour(2, BERLIN, after=at("2026-03-28T12:00")).astimezone(BERLIN)
    assert found == at("2026-03-29T03:00")
    assert next_hour(2, BERLIN, after=found).astimezone(BERLIN) == at("2026-03-30T02:00")


def test_an_hour_that_occurs_twice_counts_once():
    first = next_hour(2, BERLIN, after=at("2026-10-24T12:00"))
    assert first.astimezone(UTC) == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert next_hour(2, BERLIN, after=first).astimezone(BERLIN) == at("2026-10-26T02:00")


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2037, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.sampled_from(["Asia/Tashkent", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_it_is_always_ahead_and_never_two_days_away(now, hour, zone):
    wait = next_hour(hour, ZoneInfo(zone), after=now) - now
    assert timedelta() < wait <= timedelta(hours=49 if zone == "Pacific/Apia" else 25)

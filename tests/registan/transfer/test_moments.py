"""Dates: GMT first, zeros are none, and local times by a zone or by what the other dates show."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from registan.transfer.records.moments import PairsClock, ZoneClock, find_moment, parse_wordpress_time

VIENNA = ZoneClock(ZoneInfo("Europe/Vienna"))


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize("zero", ["", "0000-00-00 00:00:00", "-0001-11-30 00:00:00"])
def test_wordpress_has_several_ways_to_write_never(zero):
    assert parse_wordpress_time(zero) is None


@pytest.mark.parametrize(
    "text",
    [
        "2020-13-01 00:00:00",
        "9999-12-31 23:59:59",
        "0001-01-01 00:00:00",
        "yesterday",
        "2020-01-01",
        "Wed, 30 Nov -0001 00:00:00 +0000",
    ],
)
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse_wordpress_time(text)


def test_gmt_is_preferred_to_the_local_time():
    assert find_moment(time("2020-05-01 23:00"), time("2020-05-01 10:00"), VIENNA) == time("2020-05-01T10:00Z")


def test_without_both_there_is_no_moment():
    assert find_moment(None, None, VIENNA) is None


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2020-01-15 12:00", "2020-01-15T11:00Z"),
        ("2020-07-15 12:00", "2020-07-15T10:00Z"),
        ("2020-03-29 02:30", "2020-03-29T01:30Z"),  # skipped: the clocks went from 2 to 3
        ("2020-10-25 02:30", "2020-10-25T00:30Z"),  # shown twice: the first time
    ],
)
def test_a_zone_knows_when_its_clocks_changed(local, utc):
    assert find_moment(time(local), None, VIENNA) == time(utc)


def test_a_clock_learns_summer_and_winter_from_pairs():
    clock = PairsClock()
    for month, offset in {1: 1, 3: 1, 4: 2, 9: 2, 11: 1}.items():
        local = datetime.datetime(2020, month, 10, 12)
        clock.add(local, local - datetime.timedelta(hours=offset, seconds=1))
    assert clock.to_utc(time("2020-02-01 12:00")) == time("2020-02-01T11:00Z")
    assert clock.to_utc(time("2020-08-01 12:00")) == time("2020-08-01T10:00Z")
    assert clock.to_utc(time("1999-08-01 12:00")) == time("1999-08-01T11:00Z")


def test_pairs_that_no_clock_of_the_world_shows_are_counted_and_teach_nothing():
    clock = PairsClock()
    clock.add(time("2020-05-01 12:00"), time("2020-04-01 12:00"))
    assert (clock.contradictions, dict(clock.offsets)) == (1, {})
    assert clock.to_utc(time("2020-05-01 12:00")) == time("2020-05-01T12:00Z")


def test_half_hours_and_quarters_are_offsets_too():
    clock = PairsClock()
    clock.add(time("2020-05-01 17:45"), time("2020-05-01 12:00"))
    assert clock.to_utc(time("2020-05-02 05:45")) == time("2020-05-02T00:00Z")

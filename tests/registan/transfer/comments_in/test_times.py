"""When comments were written: by GMT, or else by what the clocks showed, also in the hours that clocks change."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from registan.transfer.records.moments import PairsClock, ZoneClock
from tests.registan.transfer.comments_in.exported import bring_in, element, exported, stored, tree

pytestmark = pytest.mark.django_db

BERLIN = ZoneClock(ZoneInfo("Europe/Berlin"))


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2015-03-29 01:59:00", "2015-03-29T00:59:00+00:00"),
        ("2015-03-29 02:30:00", "2015-03-29T01:30:00+00:00"),
        ("2015-10-25 02:30:00", "2015-10-25T00:30:00+00:00"),
        ("2015-10-25 03:00:00", "2015-10-25T02:00:00+00:00"),
    ],
    ids=["before it is set forward", "skipped", "shown twice", "after it was set back"],
)
def test_a_time_without_gmt_is_what_the_clocks_showed(post, local, moment):
    bring_in(post, exported(1, local=at(local), gmt=None), clock=BERLIN)
    assert stored(1).created_at.isoformat() == moment


def test_gmt_decides_where_both_are_there(post):
    bring_in(post, exported(1, local=at("2015-10-25 02:30:00"), gmt=at("2015-10-25 01:30:00")), clock=BERLIN)
    assert stored(1).created_at.isoformat() == "2015-10-25T01:30:00+00:00"


def test_the_hour_that_was_shown_twice_keeps_its_order(post):
    first = exported(2, local=at("2015-10-25 02:50:00"), gmt=at("2015-10-25 00:50:00"))
    then = exported(1, local=at("2015-10-25 02:10:00"), gmt=at("2015-10-25 01:10:00"))
    bring_in(post, then, first)
    assert tree(post) == [("2", 0), ("1", 0)]


def test_one_without_any_time_has_that_of_the_post_and_a_note(post):
    bring_in(post, exported(1, local=None, gmt=None), exported(2), clock=PairsClock())
    assert stored(1).created_at == post.published_at
    assert element(1).reason == "no-time"

"""When a post appears: in the site's zone, right across the nights in which its clocks are changed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from blog.models import Post
from blog.text.datetimes import NonexistentTime, is_ambiguous, resolve_local_time
from tests import factories

BERLIN = ZoneInfo("Europe/Berlin")
LIST = "/admin/blog/post/"
# In these nights of Berlin the clocks go from 02:00 to 03:00, and from 03:00 back to 02:00.
SPRING, AUTUMN = "2027-03-28", "2026-10-25"


@pytest.fixture
def editor(editor, settings) -> Client:
    settings.TIME_ZONE = "Europe/Berlin"
    return editor


def form(day: str, time: str, **fields) -> dict:
    return factories.post_form(status="published", published_at_0=day, published_at_1=time, **fields)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        (SPRING, "01:59", "2027-03-28 00:59"),
        (SPRING, "03:00", "2027-03-28 01:00"),
        (AUTUMN, "01:59", "2026-10-24 23:59"),
        (AUTUMN, "02:30", "2026-10-25 00:30"),
        (AUTUMN, "03:00", "2026-10-25 02:00"),
    ],
)
def test_a_time_of_the_sites_clocks_is_the_moment_at_which_they_first_show_it(editor, day, time, moment):
    editor.post(f"{LIST}add/", form(day, time))
    post = Post.objects.get()
    assert post.published_at == utc(moment)
    assert post.published_on.isoformat() == day


def test_a_time_that_the_clocks_jump_over_is_refused_with_what_they_do(editor):
    answer = editor.post(f"{LIST}add/", form(SPRING, "02:30", body="Typed for an hour."))
    (sentence,) = answer.context["adminform"].form.errors["published_at"]
    assert sentence == "The clocks go from 02:00 to 03:00 that night, so 02:30 does not exist. Choose another time."
    assert "Typed for an hour." in answer.text
    assert not Post.objects.exists()


def test_of_a_time_that_occurs_twice_the_first_is_used_and_named(editor):
    answer = editor.post(f"{LIST}add/", form(AUTUMN, "02:30"), follow=True)
    assert "The clocks go back that night, so this hour occurs twice. The post uses the first." in answer.text


def test_a_post_of_the_second_of_two_equal_hours_stays_there_when_it_is_saved_again(editor):
    second = utc("2026-10-25 01:30")
    post = factories.post(published_at=second)
    editor.post(f"{LIST}{post.pk}/change/", form(AUTUMN, "02:30:00", title="Renamed"))
    post.refresh_from_db()
    assert (post.title, post.published_at) == ("Renamed", second)


def test_an_invalid_time_is_refused_as_before(editor):
    answer = editor.post(f"{LIST}add/", form("2026-13-45", "25:61"))
    assert "published_at" in answer.context["adminform"].form.errors


@pytest.mark.parametrize("name", ["published_at", "closes_at"])
@pytest.mark.parametrize(("day", "time", "zone"), [
    ("0001-01-01", "00:00", "Europe/Berlin"), ("9999-12-31", "23:59:59", "America/New_York"),
])  # fmt: skip
def test_a_day_that_does_not_exist_in_other_zones_is_refused(editor, settings, name, day, time, zone):
    settings.TIME_ZONE = zone
    answer = editor.post(f"{LIST}add/", {**form("", ""), f"{name}_0": day, f"{name}_1": time})
    assert name in answer.context["adminform"].form.errors


def test_a_jump_of_a_whole_day_is_named_too():
    with pytest.raises(NonexistentTime):
        resolve_local_time(datetime(2011, 12, 30, 12), ZoneInfo("Pacific/Apia"))


def test_a_time_comes_twice_only_in_the_hour_that_is_repeated():
    times = [(0, 59), (1, 0), (1, 59), (2, 0), (2, 59), (3, 0)]
    twice = [is_ambiguous(datetime(2026, 10, 25, hour, minute, tzinfo=BERLIN)) for hour, minute in times]
    assert twice == [False, False, False, True, True, False]

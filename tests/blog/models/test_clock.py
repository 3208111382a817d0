"""Days, hours and what comes due: the content clock, and the day in a post's address."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog import schedule
from blog.models import Clock, Post, Tag
from blog.models.clock import ClockReading
from tests import factories

pytestmark = pytest.mark.django_db

UTC = ZoneInfo("UTC")


@pytest.fixture
def at(monkeypatch):
    """Makes it that moment, for everybody who asks."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def reading(post: Post | None = None) -> ClockReading:
    return schedule.read_clock(day=post.published_on, slug=post.slug) if post else schedule.read_clock()


# The day in an address


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("UTC", datetime(2026, 3, 20, 23, 59, 59, tzinfo=UTC), date(2026, 3, 20)),
        ("UTC", datetime(2026, 3, 21, 0, 0, tzinfo=UTC), date(2026, 3, 21)),
        ("Asia/Tashkent", datetime(2026, 3, 20, 18, 59, 59, tzinfo=UTC), date(2026, 3, 20)),
        ("Asia/Tashkent", datetime(2026, 3, 20, 19, 0, tzinfo=UTC), date(2026, 3, 21)),
        ("America/New_York", datetime(2026, 3, 21, 3, 59, tzinfo=UTC), date(2026, 3, 20)),
        ("Pacific/Kiritimati", datetime(2026, 3, 20, 10, 0, tzinfo=UTC), date(2026, 3, 21)),
        # Berlin: clocks go forward at 01:00 UTC on 29 March, back at 01:00 UTC on 25 October 2026
        ("Europe/Berlin", datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Berlin", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        ("Europe/Berlin", datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Berlin", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_the_day_of_a_post_is_the_day_it_is_in_the_sites_zone(settings, visitor, at, zone, moment, day):
    settings.TIME_ZONE = zone
    post = factories.post(slug="tea", published_at=moment)
    at(moment)
    assert post.get_absolute_url() == day.strftime("/%Y/%m/%d/tea/")
    assert visitor.get(post.get_absolute_url()).status_code == 200
    assert visitor.get(day.strftime("/%Y/%m/%d/")).status_code == 200
    assert visitor.get((day - timedelta(days=1)).strftime("/%Y/%m/%d/")).status_code == 404


def test_posts_of_the_hour_that_comes_twice_stand_in_order_of_time(settings, visitor, at):
    settings.TIME_ZONE = "Europe/Berlin"
    at(datetime(2026, 10, 26, tzinfo=UTC))
    first = factories.post("First", published_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = factories.post("Second", published_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    for post in (first, second):
        assert 'datetime="2026-10-25T02:30:00' in visitor.get(post.get_absolute_url()).content.decode()
    home = visitor.get("/").content.decode()
    assert home.index("Second") < home.index("First")


def test_a_site_that_moves_to_another_zone_keeps_its_addresses(settings, visitor):
    settings.TIME_ZONE = "Asia/Tashkent"
    post = factories.post(slug="tea", published_at=datetime(2026, 3, 20, 20, 0, tzinfo=UTC))
    settings.TIME_ZONE = "America/New_York"
    fresh = Post.objects.get(pk=post.pk)
    fresh.body = "Tea last."
    fresh.save()
    assert fresh.get_absolute_url() == "/2026/03/21/tea/"
    assert visitor.get("/2026/03/21/tea/").status_code == 200


def test_a_post_published_now_keeps_its_time_when_a_form_saves_it_again(settings):
    post = factories.post(published_at=None)
    assert post.published_at.microsecond == 0
    assert post.is_public


def test_a_slug_is_unique_on_its_day_alone():
    factories.post(slug="tea")
    factories.post(slug="tea", published_at=factories.NOON + timedelta(days=1))
    factories.draft(slug="tea")
    factories.draft(slug="tea")
    twin = Post(title="Twin", slug="tea", body="x", status="published", published_at=factories.NOON)
    with pytest.raises(ValidationError, match="Another post from that day"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


# The clock


def test_the_clock_of_the_site_moves_with_all_that_authors_write():
    post, tag, author, page = factories.post(), factories.tag(), factories.author(), factories.page()
    for change in (post.save, tag.save, author.save, page.save, lambda: post.save(tags=[tag]), tag.delete, post.delete):
        before = reading()
        change()
        assert reading().site > before.site
        assert reading().comments == before.comments


def test_the_clock_of_one_conversation_moves_with_its_shown_comments_alone():
    post, other = factories.post(), factories.post()
    before, elsewhere = reading(post), reading(other)
    comment = factories.comment(post, status="pending")
    assert reading(post) == before
    factories.approve(comment, via="admin")
    assert reading(post).thread > before.thread
    assert reading(post).comments > before.comments
    assert (reading(other).site, reading(other).thread) == (elsewhere.site, elsewhere.thread)


def test_the_clock_does_not_move_when_the_change_is_undone():
    before = reading()
    with transaction.atomic():
        factories.tag()
        transaction.set_rollback(True)
    assert reading() == before


def test_the_clock_knows_the_next_moment_at_which_something_appears_or_closes(at):
    noon = factories.NOON
    at(noon)
    assert Clock.objects.get(name="site").due is None
    factories.post(published_at=noon + timedelta(hours=5))
    factories.post(published_at=noon, closes_at=noon + timedelta(hours=3))
    factories.draft(published_at=noon + timedelta(hours=1), closes_at=noon + timedelta(hours=2))
    assert Clock.objects.get(name="site").due == noon + timedelta(hours=3)


def test_each_due_change_moves_the_clock_once_for_the_first_reader(at, django_assert_num_queries):
    noon = factories.NOON
    at(noon)
    for hours in (1, 2):
        factories.post(published_at=noon + timedelta(hours=hours))
    before = reading().site
    for hours in (1, 2):
        at(noon + timedelta(hours=hours) - timedelta(microseconds=1))
        assert reading().site == before
        at(noon + timedelta(hours=hours))
        assert reading().site == before + 1
        with django_assert_num_queries(1):
            assert reading().site == before + 1
        before += 1
    assert Clock.objects.get(name="site").due is None


def test_a_late_update_does_nothing_when_another_was_first(at):
    at(factories.NOON)
    factories.post(published_at=factories.NOON + timedelta(hours=1))
    at(factories.NOON + timedelta(hours=1))
    schedule.run_due()
    before = reading()
    schedule.run_due()
    assert reading() == before


def test_a_change_leaves_an_overdue_moment_for_the_next_reader(at):
    at(factories.NOON)
    tag = factories.tag()
    factories.post(tags=[tag], published_at=factories.NOON + timedelta(hours=1))
    at(factories.NOON + timedelta(hours=2))
    for change in (factories.author, factories.post):
        change()
        assert Clock.objects.get(name="site").due == factories.NOON + timedelta(hours=1)
    assert Tag.objects.get().post_count == 0
    before = Clock.read()
    assert before.is_due
    assert reading().site == before.site + 1
    assert Tag.objects.get().post_count == 1
    assert Clock.objects.get(name="site").due is None


def test_several_moments_missed_are_made_up_for_at_once(at, visitor):
    at(factories.NOON)
    for days in (1, 2, 3):
        factories.post(f"day {days}", published_at=factories.NOON + timedelta(days=days))
    assert "day " not in visitor.get("/").content.decode()
    at(factories.NOON + timedelta(days=9))
    assert visitor.get("/").content.decode().count(">day ") == 3


def test_the_clock_is_read_in_one_small_query(django_assert_num_queries, post):
    with django_assert_num_queries(1):
        assert reading(post).thread is not None
    with django_assert_num_queries(1):
        assert Clock.read(day=date(2026, 3, 20), slug="none").thread is None

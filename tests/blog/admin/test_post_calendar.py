"""The calendar of posts: whose posts it shows, on which days, how the weeks begin, and what it costs."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.editing import month_of_posts
from blog.models import Post, Site
from tests import factories

pytestmark = pytest.mark.django_db
CALENDAR = "/admin/blog/post/calendar/"
MARCH = f"{CALENDAR}?month=2026-03"


def titles(client: Client, month: str = "2026-03") -> list[tuple[int, str]]:
    """The posts of a month as the page shows them, each with its day."""
    weeks = client.get(f"{CALENDAR}?month={month}").context["weeks"]
    days = [day for week in weeks for day in week if day]
    return [(day.date.day, post.title) for day in days for post in day.posts]


def at(day: int, hour: int = 12, month: int = 3) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, tzinfo=datetime.UTC)


# Which posts


def test_it_shows_what_appeared_what_is_scheduled_and_drafts_with_a_date_each_on_its_day(editor):
    factories.post("Out", published_at=at(20))
    factories.draft(title="Planned", published_at=at(3))
    factories.draft(title="Handed in", status="review", published_at=at(3, 13))
    factories.draft(title="Without a date")
    factories.post("April", published_at=at(1, month=4))
    assert titles(editor) == [(3, "Planned"), (3, "Handed in"), (20, "Out")]
    page = editor.get(MARCH).text
    assert "waiting for review" in page
    assert "12:00" in page


def test_what_is_scheduled_is_said_to_be(editor):
    post = factories.scheduled(title="Later")
    month = f"{timezone.localtime(post.published_at):%Y-%m}"
    assert (timezone.localtime(post.published_at).day, "Later") in titles(editor, month)
    assert re.search(r"scheduled\s*</span>", editor.get(f"{CALENDAR}?month={month}").text)


def test_authors_and_contributors_see_their_own_posts_alone_and_moderators_none(alice, bob, carol, editor):
    factories.post("Alice's", published_at=at(2), authors=[alice.profile])
    factories.draft(title="Carol's", published_at=at(3), authors=[carol.profile])
    assert titles(alice) == [(2, "Alice's")]
    assert titles(bob) == []
    assert titles(carol) == [(3, "Carol's")]
    assert titles(editor) == [(2, "Alice's"), (3, "Carol's")]
    assert factories.moderator_client("mona").get(CALENDAR).status_code == 403


def test_the_day_and_the_hour_are_those_of_the_site_and_its_zone_is_named(editor):
    Site(name="Tea", language="en", time_zone="Asia/Tashkent").save()
    with timezone.override("Asia/Tashkent"):
        factories.post("Late", published_at=at(4, 22))
    assert titles(editor) == [(5, "Late")]
    page = editor.get(MARCH).text
    assert "03:00" in page
    assert "Asia/Tashkent" in page


def test_of_a_crowded_day_the_first_are_named_and_the_others_counted(editor):
    for hour in range(8):
        factories.post(f"At {hour}", published_at=at(20, hour))
    assert [title for _day, title in titles(editor)] == [f"At {hour}" for hour in range(6)]
    page = editor.get(MARCH).text
    assert "2 more" in page
    (address,) = re.findall(r'href="([^"]*published_on=2026-03-20)"', page)
    assert editor.get(address).context["cl"].result_count == 8


def test_a_title_is_text_and_no_markup(editor):
    factories.post("<script>alert(1)</script>", published_at=at(20))
    assert "<script>alert(1)" not in editor.get(MARCH).text


# Months and weeks


def test_it_begins_with_this_month_and_leads_to_the_months_around(editor):
    page = editor.get(CALENDAR)
    assert page.context["month"] == timezone.localdate().replace(day=1)
    assert 'aria-current="date"' in page.text
    march = editor.get(MARCH).text
    assert 'rel="prev" href="?month=2026-02"' in march
    assert 'rel="next" href="?month=2026-04"' in march
    assert "March 2026" in march


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "0001-01", "9999-12", "0000-01", "2026", "x", "2026-03-01", "٢٠٢٦-٠٣", "\0"]
)
def test_what_is_no_month_is_missing(editor, month):
    assert editor.get(CALENDAR, {"month": month}).status_code == 404


@pytest.mark.parametrize("month", ["0002-01", "9998-12", "2024-02"])
def test_every_month_that_python_knows_can_be_shown(editor, month):
    assert editor.get(CALENDAR, {"month": month}).status_code == 200


@pytest.mark.parametrize(("language", "first"), [("en", "Sunday"), ("ru", "понедельник"), ("uz", "dushanba")])
def test_the_week_begins_as_in_the_language_of_the_page(editor, language, first):
    editor.cookies["language"] = language
    page = editor.get(MARCH)
    assert re.findall(r'<abbr title="([^"]*)"', page.text)[0].lower() == first.lower()
    weeks = page.context["weeks"]
    assert all(len(week) == 7 for week in weeks)
    assert weeks[0][0 if language == "en" else 6].date == datetime.date(2026, 3, 1)


def test_it_is_a_table_with_a_caption_and_headings(editor):
    page = editor.get(MARCH).text
    assert "<caption>" in page
    assert page.count('<th scope="col">') == 7


# Planning


def tomorrow() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)


def test_a_post_for_a_day_to_come_is_begun_with_that_day_and_is_scheduled_by_publishing_it(editor):
    day = tomorrow()
    address = f"/admin/blog/post/add/?day={day}"
    assert address in editor.get(f"{CALENDAR}?month={day:%Y-%m}").text
    form = editor.get(address).context["adminform"].form
    planned = timezone.localtime(form.initial["published_at"])
    assert (planned.date(), planned.hour) == (day, 9)
    assert f'value="{day}"' in editor.get(address).text
    editor.post(address, factories.post_form(published_at_0=str(day), published_at_1="09:00", status="published"))
    assert Post.objects.scheduled().get().published_on == day


@pytest.mark.parametrize("day", ["", "x", "2026-03-20", "9999-12-31", "2026-02-30", "0001-01-01"])
def test_what_is_no_day_to_come_plans_nothing(editor, day):
    page = editor.get("/admin/blog/post/add/", {"day": day})
    assert page.status_code == 200
    assert page.context["adminform"].form.initial["published_at"] is None


def test_whoever_may_not_publish_is_not_offered_to_plan(carol, alice):
    month = f"{CALENDAR}?month={tomorrow():%Y-%m}"
    assert "?day=" not in carol.get(month).text
    assert "?day=" in alice.get(month).text
    page = carol.get(f"/admin/blog/post/add/?day={tomorrow()}")
    assert page.context["adminform"].form.initial["published_at"] is None


# Where it is, and what it costs


def test_the_dashboard_and_the_list_of_posts_lead_to_it(carol):
    for address in ("/admin/", "/admin/blog/post/"):
        assert f'href="{CALENDAR}"' in carol.get(address).text


def test_a_full_month_takes_the_same_queries_as_an_empty_one(editor, alice):
    def queries(client: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(MARCH).status_code == 200
        return len(asked)

    for client in (editor, alice):
        client.get(MARCH)
        empty = queries(client)
        for day in range(1, 6):
            factories.post(published_at=at(day), authors=[alice.profile])
        assert queries(client) == empty


@pytest.mark.parametrize("group", ["Editor", "Author"])
def test_only_the_posts_of_the_month_are_read(group):
    """By the index of addresses, so that a hundred thousand posts cost what a hundred do."""
    if connection.vendor != "sqlite":
        pytest.skip("With so few rows PostgreSQL reads them all; SQLite decides without counting")
    with CaptureQueriesContext(connection) as asked:
        month_of_posts.month_of_posts(datetime.date(2026, 3, 1), factories.staff_client("dilnoza", group).user)
    (query,) = (query for query in asked if '"published_on"' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert any("SEARCH" in step and "published_on>? AND published_on<?" in step for step in plan), plan

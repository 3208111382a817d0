"""The team's statistics on the dashboard: right, cheap, drawn as charts, and for moderators alone."""

import re
from datetime import timedelta

from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from comments.lifecycle.undo import undo
from comments.statistics import charts
from comments.statistics.team import WINDOW_DAYS, team_statistics
from comments.status import Status, Via
from tests import factories
from tests.comments.backdated import decided
from tests.comments.comment_pages import Elements, dangers

# Shapes


def test_columns_fill_the_chart_and_stack_from_the_bottom():
    bars = charts.stack_columns([[4, 0], [2, 2], [0, 0]], width=90, height=40, gap=2)
    assert bars == [
        charts.Bar(0, 0, 28, 40, 0),
        charts.Bar(30, 20, 28, 20, 0),
        charts.Bar(30, 0, 28, 20, 1),
    ]


def test_every_value_above_zero_is_visible_and_within_the_chart():
    bars = charts.stack_columns([[1_000_000, 1, 1], [1]], width=10, height=20)
    assert all(bar.height >= 1 and bar.y >= 0 and bar.y + bar.height <= 20 for bar in bars)
    assert len(bars) == 4
    assert charts.stack_columns([], width=10, height=10) == charts.stack_columns([[0], [0]], width=10, height=10) == []


def test_shares_are_of_the_greatest():
    assert charts.scale_to_greatest([50, 200, 0, 1]) == [25, 100, 0, 1]
    assert charts.scale_to_greatest([]) == []


# Numbers


def test_thirty_days_are_counted_by_day_and_by_path(post):
    now = timezone.now()
    comments = [factories.comment(post, status=Status.PENDING) for _ in range(4)]
    decided(comments[0], "pending", "approved", at=now - timedelta(days=3), via="desk")
    decided(comments[1], "pending", "spam", at=now - timedelta(days=3), via="filter")
    decided(comments[2], "pending", "spam", at=now - timedelta(days=WINDOW_DAYS + 2), via="rule")
    factories.mark_spam(comments[3], via=Via.RULE)
    factories.approve(comments[3], via=Via.MAIL)
    found = team_statistics()
    day = timezone.localdate(now - timedelta(days=3))
    assert len(found.days) == WINDOW_DAYS
    assert (day, 1, 1) in found.days
    assert found.days[-1] == (timezone.localdate(), 1, 1)
    assert {way.words: way.number for way in found.channels} == {
        "comment form": 4, "moderation queue": 1, "link in an email": 1, "rule": 1, "spam filter": 1,
    }  # fmt: skip
    assert [(rule.words, rule.decided_count, rule.reversed_count) for rule in found.automatic] == [
        ("spam filter", 1, 0),
        ("rule", 1, 1),
    ]


def test_undone_decisions_do_not_count_as_work(post):
    comment, mona = factories.comment(post, status=Status.PENDING), factories.user("mona")
    undo([factories.mark_spam(comment, via=Via.DESK, by=mona)], by=mona)
    found = team_statistics()
    assert found.days[-1] == (timezone.localdate(), 0, 0)
    assert {way.words: way.number for way in found.channels} == {"comment form": 1}


def test_the_numbers_are_cached_for_some_minutes(post, django_assert_num_queries, django_assert_max_num_queries):
    comment = factories.comment(post)
    with django_assert_max_num_queries(17):  # ten of them write the cache
        team_statistics()
    factories.remove(comment, via=Via.DESK)
    with django_assert_num_queries(2):
        found = team_statistics()
    assert found.total == 1
    caches["default"].clear()
    assert team_statistics().total == 2


# The page


def test_moderators_see_the_charts_on_the_dashboard(mona, post):
    comment = factories.comment(post, name="Secretname", status=Status.PENDING)
    factories.approve(comment, via=Via.DESK)
    page = mona.get("/admin/").content.decode()
    elements = Elements(page).found
    assert any(tag == "svg" and a.get("role") == "img" and a.get("aria-labelledby") for tag, a in elements)
    assert any(tag == "rect" and "statistics__bar--0" in a.get("class", "") for tag, a in elements)
    assert not any("style" in attributes for tag, attributes in elements if tag in {"rect", "svg", "table"})
    assert set(dangers(page)) <= {"img"}
    assert "less than a minute" in page
    assert "Secretname" not in page
    assert re.search(r"moderation queue", page)


def test_the_charts_show_what_was_counted(mona, post):
    now = timezone.now()
    for hours in (1, 5, 9):
        comment = factories.comment(post, status=Status.PENDING, created_at=now - timedelta(hours=hours))
        decided(comment, "pending", "approved", at=now, via="desk")
    for number in range(4):
        caught = factories.comment(post, status=Status.PENDING)
        factories.mark_spam(caught, via=Via.RULE)
        if number == 0:
            factories.approve(caught, via=Via.MAIL)
    page = mona.get("/admin/").content.decode()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f"Median time to a decision {team_statistics().median_wait}" in words
    assert "rule 4 1" in words
    shares = {way.words: way.share for way in team_statistics().channels}
    assert sorted(re.findall(r'<rect width="(\d+)%"', page)) == sorted(str(share) for share in shares.values())
    assert len(set(shares.values())) > 1


def test_authors_and_an_empty_site_have_no_numbers(mona, db):
    assert "No decisions yet." in mona.get("/admin/").content.decode()
    author = Client()
    author.force_login(factories.user("alice", group="Author"))
    assert "figures" not in author.get("/admin/").content.decode()


def test_the_dashboard_needs_few_queries(mona, post, django_assert_max_num_queries):
    factories.comment(post)
    mona.get("/admin/")
    with django_assert_max_num_queries(12):
        mona.get("/admin/")

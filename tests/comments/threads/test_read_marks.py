"""The read marks of a browser, as the text of a cookie."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.threads.read_marks import MAX_COOKIE_LENGTH, MAX_OWN, MAX_POSTS, VISIT_SECONDS, ReadMarks

NOON, HOUR = 1_774_008_000, 3_600


def test_a_first_visit_finds_nothing_new():
    assert ReadMarks().visit(7, now=NOON) is None


def test_the_next_visit_finds_what_came_since_the_last_one_began():
    marks = ReadMarks()
    marks.visit(7, now=NOON)
    assert marks.visit(7, now=NOON + 5 * HOUR) == NOON
    assert marks.visit(7, now=NOON + 9 * HOUR) == NOON + 5 * HOUR


def test_within_one_visit_new_stays_new_however_many_pages_are_read():
    marks = ReadMarks()
    marks.visit(7, now=NOON)
    for seconds in (0, 1, VISIT_SECONDS - 1):
        assert marks.visit(7, now=NOON + 5 * HOUR + seconds) == NOON


def test_every_post_has_a_mark_of_its_own():
    marks = ReadMarks()
    marks.visit(7, now=NOON)
    marks.visit(8, now=NOON + 2 * HOUR)
    assert (marks.visit(7, now=NOON + 9 * HOUR), marks.visit(8, now=NOON + 9 * HOUR)) == (NOON, NOON + 2 * HOUR)


def test_a_clock_that_was_set_back_leaves_no_mark_in_the_future():
    marks = ReadMarks()
    marks.visit(7, now=NOON + 9 * HOUR)
    assert marks.visit(7, now=NOON) is None
    assert marks.visit(7, now=NOON + 1) == NOON


def test_it_keeps_the_posts_read_last_and_the_comments_written_last():
    marks = ReadMarks()
    for post in range(MAX_POSTS + 5):
        marks.visit(post, now=NOON)
    marks.visit(6, now=NOON)
    for comment in [3, *range(100, 100 + MAX_OWN), 3]:
        marks.add_own(comment)
    again = ReadMarks.parse(str(marks))
    assert list(again.posts) == [5, *range(7, MAX_POSTS + 5), 6]
    assert again.own_ids == [*range(101, 100 + MAX_OWN), 3]


def test_at_its_fullest_it_is_a_small_cookie():
    marks = ReadMarks(
        {10**9 + post: (NOON, NOON) for post in range(MAX_POSTS)}, [10**10 + number for number in range(MAX_OWN)]
    )
    assert len(str(marks)) < 2_000 < MAX_COOKIE_LENGTH
    assert ReadMarks.parse(str(marks)) == marks


@given(st.dictionaries(st.integers(1, 10**12), st.tuples(st.integers(0, NOON), st.integers(0, NOON)), max_size=9))
@settings(derandomize=True)
def test_a_written_cookie_can_be_read(posts):
    assert ReadMarks.parse(str(ReadMarks(posts))) == ReadMarks(posts)


@pytest.mark.parametrize(
    "text", ["", "~", "7-1", "7-1-1-1", "-", "a-b-!", "7--1", "ж-1-1", "²-1-1", "7-1-zzzzzzzzzzzzz", "1-1-1~x~-", "\0"]
)
def test_damaged_entries_are_left_out(text):
    marks = ReadMarks.parse(text)
    assert marks.posts in ({}, {1: (1, 1)})
    assert not marks.own_ids


@given(st.text(max_size=60), st.integers(0, 2**40))
@settings(derandomize=True, max_examples=300)
def test_no_text_is_refused_and_none_gives_a_moment_that_has_not_come(text, now):
    marks = ReadMarks.parse(text)
    for post in [*marks.posts, 7]:
        assert 0 <= (marks.visit(post, now=now) or 0) <= now

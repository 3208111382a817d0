"""What a browser remembers of its reader's reading, as the text of a cookie."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.marks import LONGEST, OWN, POSTS, VISIT_SECONDS, Marks

NOON, HOUR = 1_774_008_000, 3_600


def test_a_first_visit_finds_nothing_new():
    assert Marks().visit(7, now=NOON) is None


def test_the_next_visit_finds_what_came_since_the_last_one_began():
    marks = Marks()
    marks.visit(7, now=NOON)
    assert marks.visit(7, now=NOON + 5 * HOUR) == NOON
    assert marks.visit(7, now=NOON + 9 * HOUR) == NOON + 5 * HOUR


def test_within_one_visit_new_stays_new_however_many_pages_are_read():
    marks = Marks()
    marks.visit(7, now=NOON)
    for seconds in (0, 1, VISIT_SECONDS - 1):
        assert marks.visit(7, now=NOON + 5 * HOUR + seconds) == NOON


def test_every_post_has_a_mark_of_its_own():
    marks = Marks()
    marks.visit(7, now=NOON)
    marks.visit(8, now=NOON + 2 * HOUR)
    assert (marks.visit(7, now=NOON + 9 * HOUR), marks.visit(8, now=NOON + 9 * HOUR)) == (NOON, NOON + 2 * HOUR)


def test_a_clock_that_was_set_back_leaves_no_mark_in_the_future():
    marks = Marks()
    marks.visit(7, now=NOON + 9 * HOUR)
    assert marks.visit(7, now=NOON) is None
    assert marks.visit(7, now=NOON + 1) == NOON


def test_it_keeps_the_posts_read_last_and_the_comments_written_last():
    marks = Marks()
    for post in range(POSTS + 5):
        marks.visit(post, now=NOON)
    marks.visit(6, now=NOON)
    for comment in [3, *range(100, 100 + OWN), 3]:
        marks.wrote(comment)
    again = Marks.read(str(marks))
    assert list(again.posts) == [5, *range(7, POSTS + 5), 6]
    assert again.own == [*range(101, 100 + OWN), 3]


def test_at_its_fullest_it_is_a_small_cookie():
    marks = Marks({10**9 + post: (NOON, NOON) for post in range(POSTS)}, [10**10 + one for one in range(OWN)])
    assert len(str(marks)) < 2_000 < LONGEST
    assert Marks.read(str(marks)) == marks


@given(st.dictionaries(st.integers(1, 10**12), st.tuples(st.integers(0, NOON), st.integers(0, NOON)), max_size=9))
@settings(derandomize=True)
def test_what_is_written_is_read(posts):
    assert Marks.read(str(Marks(posts))) == Marks(posts)


@pytest.mark.parametrize(
    "text", ["", "~", "7-1", "7-1-1-1", "-", "a-b-!", "7--1", "ж-1-1", "²-1-1", "7-1-zzzzzzzzzzzzz", "1-1-1~x~-", "\0"]
)
def test_what_is_damaged_is_left_out(text):
    marks = Marks.read(text)
    assert marks.posts in ({}, {1: (1, 1)})
    assert not marks.own


@given(st.text(max_size=60), st.integers(0, 2**40))
@settings(derandomize=True, max_examples=300)
def test_no_text_is_refused_and_none_gives_a_moment_that_has_not_come(text, now):
    marks = Marks.read(text)
    for post in [*marks.posts, 7]:
        assert 0 <= (marks.visit(post, now=now) or 0) <= now

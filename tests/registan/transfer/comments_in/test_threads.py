"""What replies to what comes in as it was: in any order, at any depth, from any part, and without circles."""

import random

import pytest

from comments.lifecycle.thread_rebuild import rebuild_thread
from comments.models import Comment
from registan.transfer.content.comments import thread_import
from registan.transfer.content.comments.orphans import adopt_orphans
from tests import factories
from tests.registan.transfer.comments_in.exported import (
    bring_in,
    element,
    exported,
    numbers_of,
    old_blog,
    snapshot,
    stored,
    tree,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[2, 500], ids=["in batches of two", "in one batch"], autouse=True)
def batch_size(request, monkeypatch):
    monkeypatch.setattr(thread_import, "THREAD_BATCH", request.param)


def assert_as_rebuilt(*subjects) -> None:
    """Places, tombstones and numbers are what they are when they are all computed again."""
    for subject in subjects:
        before = snapshot(subject.thread_id)
        assert rebuild_thread(subject.thread_id) == 0
        assert snapshot(subject.thread_id) == before


def test_replies_stand_below_what_they_answer(post):
    bring_in(post, exported(1), exported(2), exported(3, 1), exported(4, 3), exported(5, 2))
    assert tree(post) == [("1", 0), ("3", 1), ("4", 2), ("2", 0), ("5", 1)]
    assert numbers_of(post) == (5, 5)
    assert_as_rebuilt(post)


def test_the_order_is_that_of_time_whatever_that_of_the_export(post):
    comments = [exported(1), exported(2), exported(3, 1), exported(4, 1), exported(5, 4), exported(6)]
    bring_in(post, *random.Random(4).sample(comments, len(comments)))  # noqa: S311
    assert tree(post) == [("1", 0), ("3", 1), ("4", 1), ("5", 2), ("2", 0), ("6", 0)]
    assert_as_rebuilt(post)


def test_a_parent_may_be_dated_later_than_its_reply(post):
    bring_in(post, exported(1, 9), exported(2), exported(9))
    assert tree(post) == [("9", 0), ("1", 1), ("2", 0)]


def test_a_hidden_parent_stands_there_as_a_tombstone(post):
    bring_in(post, exported(1, approved="trash"), exported(2, 1, approved="0"), exported(3, 2), exported(4, 2))
    assert [stored(number).shown for number in (1, 2, 3, 4)] == [True, True, True, True]
    assert numbers_of(post) == (2, 4)
    assert_as_rebuilt(post)


def test_what_is_hidden_and_has_no_public_reply_is_not_shown(post):
    bring_in(post, exported(1, approved="0"), exported(2, 1, approved="spam"))
    assert numbers_of(post) == (0, 0)
    assert_as_rebuilt(post)


def test_any_depth_comes_in_and_the_deepest_keep_their_true_parents(post):
    bring_in(post, *(exported(number, number - 1) for number in range(1, 61)))
    assert [depth for _key, depth in tree(post)] == list(range(60))
    assert stored(60).parent == stored(59)
    assert (element(32).reason, element(33).reason, element(33).detail) == ("", "very-deep", "32")
    assert_as_rebuilt(post)


def test_a_circle_is_cut_at_its_lowest_id(post):
    bring_in(post, exported(5, 7), exported(6, 5), exported(7, 6), exported(8, 7), exported(9, 9))
    assert tree(post) == [("5", 0), ("6", 1), ("7", 2), ("8", 3), ("9", 0)]
    assert [element(number).reason for number in (5, 6, 9)] == ["circle-cut", "", "circle-cut"]
    assert_as_rebuilt(post)


def test_a_parent_that_is_nowhere_leaves_a_thread_of_its_own_and_a_note(post):
    bring_in(post, exported(2, 1), exported(3, 2))
    assert tree(post) == [("2", 0), ("3", 1)]
    assert (element(2).reason, element(2).detail) == ("parent-missing", "1")
    assert adopt_orphans(old_blog()) == 0
    assert element(2).reason == "parent-missing"


def test_a_parent_under_another_post_is_none(post):
    bring_in(factories.post(), exported(1))
    bring_in(post, exported(2, 1))
    assert tree(post) == [("2", 0)]
    assert (element(2).reason, element(2).detail) == ("parent-elsewhere", "1")


def test_a_parent_under_another_post_that_comes_later_is_none_either(post):
    bring_in(post, exported(2, 1))
    bring_in(factories.post(), exported(1))
    assert adopt_orphans(old_blog()) == 0
    assert tree(post) == [("2", 0)]
    assert element(2).reason == "parent-elsewhere"


def test_an_answer_to_what_is_no_comment_begins_a_thread(post):
    bring_in(post, exported(1, comment_type="note"), exported(2, 1))
    assert (element(2).reason, stored(2).parent) == ("parent-no-comment", None)


def test_a_parent_in_an_earlier_part_is_found(post):
    bring_in(post, exported(1), exported(2, 1))
    bring_in(post, exported(3, 2))
    assert tree(post) == [("1", 0), ("2", 1), ("3", 2)]
    assert_as_rebuilt(post)


def test_a_parent_in_a_later_part_adopts_what_answers_it_with_all_below(post):
    bring_in(post, exported(12, 2), exported(13, 12), exported(14, 13))
    bring_in(post, exported(1), exported(2, 1, approved="0"))
    assert [key for key, depth in tree(post) if not depth] == ["12", "1"]
    assert adopt_orphans(old_blog()) == 1
    assert tree(post) == [("1", 0), ("2", 1), ("12", 2), ("13", 3), ("14", 4)]
    assert stored(2).shown
    assert numbers_of(post) == (4, 5)
    assert element(12).reason == ""
    assert_as_rebuilt(post)
    assert adopt_orphans(old_blog()) == 0


def test_a_circle_through_two_parts_is_cut_at_what_was_stored_first(post):
    bring_in(post, exported(7, 5), exported(8, 7))
    bring_in(post, exported(5, 8))
    adopt_orphans(old_blog())
    assert tree(post) == [("7", 0), ("8", 1), ("5", 2)]
    assert element(7).reason == "circle-cut"
    assert_as_rebuilt(post)


def test_what_somebody_has_moved_meanwhile_is_not_adopted(post):
    bring_in(post, exported(2, 1), exported(3))
    Comment.objects.filter(pk=stored(2).pk).update(parent=stored(3))
    rebuild_thread(post.thread_id)
    bring_in(post, exported(1))
    assert adopt_orphans(old_blog()) == 0
    assert stored(2).parent == stored(3)


def test_the_comments_of_readers_here_stay_where_they_are(post):
    here = factories.comment(post)
    bring_in(post, exported(1), exported(2, 1))
    factories.comment(post, parent=stored(1))
    bring_in(post, exported(3, 1))
    assert tree(post) == [("ours", 0), ("1", 0), ("2", 1), ("ours", 1), ("3", 1)]
    assert Comment.objects.get(pk=here.pk).thread_size == 1
    assert_as_rebuilt(post)


@pytest.mark.parametrize("seed", range(12))
def test_any_thread_is_what_a_rebuild_makes_of_it(post, seed):
    rng = random.Random(seed)  # noqa: S311
    ids = list(range(1, 41))
    comments = [
        exported(number, rng.choice([0, 0, 0, *range(1, 45)]), approved=rng.choice(["1", "1", "0", "spam", "trash"]))
        for number in ids
    ]
    rng.shuffle(comments)
    bring_in(post, *comments[:25])
    bring_in(post, *comments[25:])
    adopt_orphans(old_blog())
    assert Comment.objects.count() == 40
    assert_as_rebuilt(post)

"""The order of a thread and its rendering, without a database."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.threads import layout

GONE = {"removed": "was removed", "withdrawn": "was withdrawn", "": "is not shown"}


@dataclass
class Row:
    """A comment as `draw` wants it."""

    pk: int
    parent_id: int | None = None
    depth: int = 0
    status: str = "approved"
    name: str = "Bob"
    author_id: int | None = None
    removal_reason: str = ""
    parent_name: str | None = None
    parent_status: str | None = None


def trees(*, most: int):
    """Lists of parents: comment n (from 1) answers one of those before it, or nobody (0)."""
    return st.integers(1, most).flatmap(lambda size: st.tuples(*(st.integers(0, n) for n in range(size))))


def paths_of(parents: list[int]) -> dict[int, str]:
    paths = {0: ""}
    for pk, parent in enumerate(parents, start=1):
        paths[pk] = layout.path_below(paths[parent], pk)
    del paths[0]
    return paths


def walk(parents: list[int], above: int = 0) -> list[int]:
    """The tree from top to bottom, replies in order of time, without recursion."""
    order, stack = [], [above]
    while stack:
        pk = stack.pop()
        order.append(pk)
        stack += [child for child in range(len(parents), 0, -1) if parents[child - 1] == pk]
    return order[1:]


def depths_of(parents: list[int]) -> dict[int, int]:
    depths = {0: -1}
    for pk, parent in enumerate(parents, start=1):
        depths[pk] = depths[parent] + 1
    return depths


# Paths


@given(trees(most=40))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_the_order_of_paths_is_that_of_the_tree(parents):
    if max(depths_of(parents).values()) < layout.MAX_PATH_DEPTH:
        paths = paths_of(parents)
        assert sorted(paths, key=paths.get) == walk(parents)


@given(trees(most=12), st.integers(26, 34))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_below_the_deepest_path_replies_stand_in_order_of_time_after_what_they_answer(parents, depth):
    stem = list(range(depth))
    whole = stem + [depth + parent if parent else depth for parent in parents]
    paths, depths = paths_of(whole), depths_of(whole)
    order = sorted(paths, key=paths.get)
    seen = [whole[pk - 1] for pk in order]
    assert all(parent == 0 or order.index(parent) < place for place, parent in enumerate(seen))
    flattened = list(whole)
    for pk in range(1, len(whole) + 1):
        while depths[flattened[pk - 1]] >= layout.MAX_PATH_DEPTH - 1:
            flattened[pk - 1] = flattened[flattened[pk - 1] - 1]
    assert order == walk(flattened)


def test_a_chain_of_ten_thousand_has_short_paths_in_order():
    paths = list(paths_of(range(10_000)).values())
    assert paths == sorted(paths)
    assert len(set(paths)) == 10_000
    assert max(len(path) for path in paths) == layout.PATH_LENGTH == 224


@given(st.integers(0, 36**7 - 1), st.integers(0, 36**7 - 1))
@settings(derandomize=True)
def test_base36_orders_bytewise_as_the_numbers_do(number, other):
    assert int(layout.base36(number), 36) == number
    assert len(layout.base36(number)) == layout.DIGITS_PER_ID
    assert (layout.base36(number).encode() < layout.base36(other).encode()) == (number < other)


def test_more_comments_than_a_path_can_name_are_an_error_not_a_wrong_order():
    assert layout.base36(36**7 - 1) == "zzzzzzz"
    with pytest.raises(OverflowError):
        layout.base36(36**7)


# Pages


def test_pages_hold_a_hundred():
    assert [layout.page_at_position(position) for position in (0, 99, 100, 199, 200)] == [1, 1, 2, 2, 3]
    assert [layout.count_pages(shown) for shown in (0, 1, 100, 101, 10_000)] == [1, 1, 1, 2, 100]


# Rendering


def draw(*rows: Row, author_ids=()) -> list[layout.ThreadItem]:
    return layout.build_items(rows, author_ids=author_ids, tombstone_text=GONE)


def test_an_empty_thread_renders_nothing():
    assert draw() == []


def test_the_indent_ends_at_five_steps():
    items = draw(*(Row(pk, pk - 1 or None, pk - 1) for pk in range(1, 9)))
    assert [item.level for item in items] == [1, 2, 3, 4, 5, 5, 5, 5]


def test_a_reply_names_its_parent_where_its_position_does_not():
    items = draw(*(Row(pk, pk - 1 or None, pk - 1, parent_name="Bob", parent_status="approved") for pk in range(1, 8)))
    assert [bool(item.in_reply_to) for item in items] == [False] * 3 + [True] * 4
    assert items[5].in_reply_to == {"name": "Bob", "url": "#comment-5"}


def test_a_parent_too_far_to_show_on_a_phone_is_named_on_a_phone_alone():
    items = draw(*(Row(pk, pk - 1 or None, pk - 1, parent_name="Bob", parent_status="approved") for pk in range(1, 8)))
    assert [item.shows_parent_on_phone_only for item in items] == [False] * 3 + [True] * 2 + [False] * 2
    (alone,) = draw(Row(9, 3, 4, parent_name="Bob", parent_status="approved"))
    assert not alone.shows_parent_on_phone_only, "its parent stands on another page"


def test_a_reply_whose_parent_is_on_an_earlier_page_links_to_it():
    (item,) = draw(Row(9, 3, 1, parent_name="Bob", parent_status="approved"))
    assert item.in_reply_to == {"name": "Bob", "url": "/comments/3/"}


@pytest.mark.parametrize("status", ["pending", "spam", "removed", "withdrawn"])
def test_the_name_of_a_hidden_parent_is_not_betrayed(status):
    (item,) = draw(Row(9, 3, 1, parent_name="Hidden", parent_status=status))
    assert item.in_reply_to["name"] == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [("removed", "was removed"), ("withdrawn", "was withdrawn"), ("spam", "is not shown"), ("pending", "is not shown")],
)
def test_a_tombstone_says_what_happened_to_the_comment(status, words):
    (item,) = draw(Row(1, status=status))
    assert (item.is_tombstone, item.tombstone_text) == (True, words)


def test_only_the_posts_own_authors_carry_the_badge():
    items = draw(Row(1, author_id=7), Row(2, author_id=8), Row(3), author_ids=[7])
    assert [item.is_post_author for item in items] == [True, False, False]


def folded(*levels: int, continues_on_next_page: bool = False) -> list[layout.ThreadItem]:
    items = draw(*(Row(pk, None, level) for pk, level in enumerate(levels, 1)))
    layout.fold_branches(items, continues_on_next_page=continues_on_next_page)
    return items


def folds(*levels: int) -> list[tuple[int, int]]:
    return [(item.fold_size, len(item.folds_closed)) for item in folded(*levels)]


def test_a_fold_opens_after_the_first_of_a_thread_and_closes_after_its_last():
    assert folds(0, 1, 2, 0, 0, 1) == [(2, 0), (0, 0), (0, 1), (0, 0), (1, 0), (0, 1)]


def test_a_branch_with_many_replies_folds_by_itself_inside_the_thread():
    many = [2] * layout.MIN_REPLIES_TO_FOLD
    assert folds(0, 1, *many, 1) == [(7, 0), (5, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 1), (0, 1)]
    assert folds(0, 1, *many)[-1] == (0, 2), "both end with the last reply"
    assert folds(0, 1, *many[1:])[1] == (0, 0), "few replies need no fold of their own"


def test_a_page_that_begins_inside_a_thread_opens_no_fold_for_it():
    assert folds(3, 1, 0, 1) == [(0, 0), (0, 0), (1, 0), (0, 1)]


def test_a_fold_that_ends_with_its_page_may_hold_more_on_the_next():
    assert [item.continues_on_next_page for item in folded(0, 1, 0, 1, continues_on_next_page=True)] == [
        False,
        False,
        True,
        False,
    ]
    assert not any(item.continues_on_next_page for item in folded(0, 1, 0, 1))
    assert not any(item.continues_on_next_page for item in folded(0, 1, 0, continues_on_next_page=True))


@given(st.lists(st.integers(0, 9), max_size=60))
@settings(derandomize=True)
def test_folds_stand_inside_each_other_like_brackets_and_say_truly_what_they_hold(levels):
    items, opened = folded(*levels), []
    for place, item in enumerate(items):
        if item.fold_size:
            opened.append(place)
        assert len(opened) < layout.MAX_LEVEL, "the deepest level has no folds"
        for _ in item.folds_closed:
            start = opened.pop()
            inside = items[start + 1 : place + 1]
            assert len(inside) == items[start].fold_size
            assert all(item.level > items[start].level for item in inside)
            assert place + 1 == len(items) or items[place + 1].level <= items[start].level
    assert not opened

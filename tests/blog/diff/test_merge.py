"""Merges two changes of one text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.diff.merge import MergePart, join_parts, merge_texts, split_paragraphs

TEXTS = st.text(alphabet="ab\n", max_size=40)
BASE = "One.\n\nTwo.\n\nThree.\n\nFour.\n"


def kinds(base: str, theirs: str, mine: str) -> list[str]:
    return [part.kind for part in merge_texts(base, theirs, mine)]


def conflicts(parts: list[MergePart]) -> int:
    return sum(part.kind == "conflict" for part in parts)


@given(TEXTS, TEXTS)
def test_a_field_that_only_they_changed_is_theirs(base, theirs):
    assert join_parts(merge_texts(base, theirs, base)) == theirs


@given(TEXTS, TEXTS)
def test_a_field_that_only_i_changed_is_mine(base, mine):
    assert join_parts(merge_texts(base, base, mine)) == mine


@given(TEXTS, TEXTS)
def test_the_same_change_of_both_is_no_conflict(base, new):
    parts = merge_texts(base, new, new)
    assert (join_parts(parts), conflicts(parts)) == (new, 0)


@given(TEXTS, TEXTS, TEXTS)
def test_no_side_loses_a_letter(base, theirs, mine):
    parts = merge_texts(base, theirs, mine)
    for name, text in [("base", base), ("theirs", theirs), ("mine", mine)]:
        assert "".join(getattr(part, name) for part in parts) == text


@given(st.text())
def test_paragraphs_joined_are_the_text(text):
    assert "".join(split_paragraphs(text)) == text


@given(st.integers(2, 12), st.data())
def test_changes_of_two_paragraphs_are_both_there(size, data):
    base = [f"Paragraph {n}.\n\n" for n in range(size)]
    first = data.draw(st.integers(0, size - 1))
    second = data.draw(st.integers(0, size - 1).filter(lambda n: n != first))
    theirs, mine = base.copy(), base.copy()
    theirs[first], mine[second] = "Theirs.\n\n", "Mine.\n\n"
    both = base.copy()
    both[first], both[second] = "Theirs.\n\n", "Mine.\n\n"
    parts = merge_texts("".join(base), "".join(theirs), "".join(mine))
    assert (join_parts(parts), conflicts(parts)) == ("".join(both), 0)


def test_where_both_changed_one_paragraph_it_is_a_conflict_and_mine_stands():
    parts = merge_texts(BASE, BASE.replace("Two", "Theirs"), BASE.replace("Two", "Mine"))
    assert [part.kind for part in parts] == ["same", "conflict", "same"]
    assert join_parts(parts) == BASE.replace("Two", "Mine")


@pytest.mark.parametrize(
    ("theirs", "mine", "wanted"),
    [
        ("Zero.\n\n" + BASE, BASE + "\nFive.\n", ["theirs", "same", "mine"]),
        (BASE.replace("Two.\n\n", ""), BASE.replace("Four", "4"), ["same", "theirs", "same", "mine"]),
        (BASE.replace("Two", "2"), BASE.replace("Three", "3"), ["same", "theirs", "mine", "same"]),
        (BASE.replace("Two.\n\n", ""), BASE.replace("Two", "2"), ["same", "conflict", "same"]),
        ("", "", ["both"]),
    ],
)
def test_paragraphs_that_come_and_go(theirs, mine, wanted):
    assert kinds(BASE, theirs, mine) == wanted


def test_a_paragraph_added_at_the_end_does_not_touch_the_one_before_it():
    base = "One.\n\nTwo."
    parts = merge_texts(base, "1.\n\nTwo.", base + "\n\nThree.")
    assert (join_parts(parts), conflicts(parts)) == ("1.\n\nTwo.\n\nThree.", 0)


def test_two_additions_at_one_place_are_a_conflict_with_both_texts():
    parts = merge_texts("One.", "One.\n\nHers.", "One.\n\nHis.")
    assert (join_parts(parts), conflicts(parts)) == ("One.\n\nHers.\n\nHis.", 1)


def test_a_long_text_of_equal_lines_takes_no_longer_than_another():
    began = time.process_time()
    text = "a\n" * 20_000
    parts = merge_texts(text, "b\n" + text + "b\n", "c\n" + text[2:-2] + "c\n")
    assert join_parts(parts).startswith("c\n")
    assert time.process_time() - began < 5

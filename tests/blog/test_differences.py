"""What differs between two texts, side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.differences import LONGEST, compare, folded


def kinds(old: str, new: str) -> list[str]:
    return [row.kind for row in compare(old, new)]


def marked(pieces) -> list[str]:
    return [piece.text for piece in pieces if piece.marked]


def test_equal_texts_differ_nowhere():
    assert kinds("One\n\nTwo\n", "One\n\nTwo\n") == ["same", "same", "same"]


def test_a_changed_word_is_marked_on_both_sides_and_nothing_else():
    (row,) = compare("We drank black tea.", "We drank green tea.")
    assert (row.kind, marked(row.old), marked(row.new)) == ("changed", ["black"], ["green"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("One\nThree\n", "One\nTwo\nThree\n", ["same", "added", "same"]),
        ("One\nTwo\nThree\n", "One\nThree\n", ["same", "removed", "same"]),
        ("", "One\n", ["added"]),
        ("One\n", "", ["removed"]),
        ("", "", []),
    ],
)
def test_lines_that_only_one_side_has_stand_alone(old, new, expected):
    assert kinds(old, new) == expected


def test_a_missing_end_of_line_is_a_change():
    assert kinds("One\n", "One") == ["changed"]


def test_paragraphs_too_long_to_compare_by_words_are_marked_whole():
    old, new = "word " * LONGEST, "other " * LONGEST
    (row,) = compare(old, new)
    assert (marked(row.old), marked(row.new)) == ([old], [new])


def test_long_runs_of_equal_lines_are_folded_to_their_number():
    old = "".join(f"{n}\n" for n in range(20))
    rows = list(folded(compare(old, old.replace("10\n", "ten\n")), around=1))
    assert [row if isinstance(row, int) else row.kind for row in rows] == [9, "same", "changed", "same", 8]


TEXT = st.text("ab \n«é", max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_of_each_side_make_its_text_again(old, new):
    rows = compare(old, new)
    assert "".join(piece.text for row in rows for piece in row.old) == old
    assert "".join(piece.text for row in rows for piece in row.new) == new

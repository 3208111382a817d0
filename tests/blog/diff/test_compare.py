"""Compares two texts side by side."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.diff.compare import collapse_unchanged, compare_texts


def kinds(old: str, new: str) -> list[str]:
    return [row.kind for row in compare_texts(old, new)]


def marked(pieces) -> list[str]:
    return [piece.text for piece in pieces if piece.is_changed]


def test_equal_texts_differ_nowhere():
    assert kinds("One\n\nTwo\n", "One\n\nTwo\n") == ["same", "same", "same"]


def test_a_changed_word_is_marked_on_both_sides_and_nothing_else():
    (row,) = compare_texts("We drank black tea.", "We drank green tea.")
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


PROSE = st.lists(st.sampled_from(["tea", "talk", "road", "well", "the", "a"]), max_size=120).map(" ".join)


@given(PROSE, PROSE)
def test_unmarked_text_is_the_same_on_both_sides(old, new):
    for row in compare_texts(old, new):
        if row.kind == "changed":
            kept = ["".join(piece.text for piece in side if not piece.is_changed) for side in (row.old, row.new)]
            assert kept[0] == kept[1]


def anew(seed: int, *, paragraphs: int, words: int) -> str:
    chance = random.Random(seed)  # noqa: S311  the same texts each time
    return "\n\n".join(" ".join(f"w{chance.randrange(3000)}" for _ in range(words)) for _ in range(paragraphs))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (anew(1, paragraphs=170, words=120), anew(2, paragraphs=170, words=120)),
        (anew(1, paragraphs=3000, words=5), anew(2, paragraphs=3000, words=5)),
        ("a\n\n" * 40_000, "b\n\n" * 40_000),
        ("a b " * 40_000, "b c " * 40_000),
        (" ".join(map(str, range(25_000))), " ".join(map(str, range(25_000, 0, -1)))),
    ],
    ids=["an essay written anew", "a poem written anew", "short lines", "few words", "turned around"],
)
def test_the_longest_posts_are_compared_in_the_time_of_a_page(old, new):
    begun = time.process_time()
    rows = compare_texts(old, new)
    assert time.process_time() - begun < 5  # a fifth of that on a quiet machine; difflib took a minute
    assert "".join(piece.text for row in rows for piece in row.new) == new


def test_a_small_change_is_found_in_a_long_text():
    old = anew(3, paragraphs=100, words=100)
    words = old.split(" ")
    words[5_000] = "otherwise"
    (row,) = [row for row in compare_texts(old, " ".join(words)) if row.kind == "changed"]
    assert marked(row.new) == ["otherwise"]


def test_long_runs_of_equal_lines_are_folded_to_their_number():
    old = "".join(f"{n}\n" for n in range(20))
    rows = list(collapse_unchanged(compare_texts(old, old.replace("10\n", "ten\n")), around=1))
    assert [row if isinstance(row, int) else row.kind for row in rows] == [9, "same", "changed", "same", 8]


TEXT = st.text("ab \n«é", max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_of_each_side_make_its_text_again(old, new):
    rows = compare_texts(old, new)
    assert "".join(piece.text for row in rows for piece in row.old) == old
    assert "".join(piece.text for row in rows for piece in row.new) == new

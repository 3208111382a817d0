"""Passages found again: after edits elsewhere exactly, after edits in them if most of their words stayed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.diff.passage import Context, Passage, context_of, find_passage, find_returned, follow_passage

TEXT = "The first bell rings at dawn.\n\nTea comes after the second bell, and bread with it.\n\nThen we talk.\n"


def at(text: str, words: str) -> Passage:
    start = text.index(words)
    return Passage(start, start + len(words))


def words_after(new: str, words: str, old: str = TEXT) -> str | None:
    """The words in `new` at the place where those of `old` are found."""
    found = follow_passage(old, new, at(old, words))
    return found and new[found.start : found.end]


# Following


@pytest.mark.parametrize(
    ("change", "to"),
    [("The first", "Here the very first"), ("Then we talk.", "Then we sleep."), (", and bread", " and, later, bread")],
)
def test_words_that_were_not_touched_are_found_exactly(change, to):
    assert words_after(TEXT.replace(change, to), "Tea comes after the second bell") == "Tea comes after the second bell"


def test_words_that_were_moved_to_another_paragraph_are_found_there():
    first, second, third, end = *TEXT.split("\n\n"), ""
    assert words_after("\n\n".join([second, third, first, end]), "Tea comes after") == "Tea comes after"


def test_words_that_were_changed_in_part_keep_their_place():
    new = TEXT.replace("the second bell", "the third bell")
    assert words_after(new, "Tea comes after the second bell") == "Tea comes after the third bell"


def test_a_word_changed_at_the_end_is_not_cut_in_two():
    assert words_after(TEXT.replace("bread with", "breakfast with"), "second bell, and bread") == (
        "second bell, and breakfast"
    )


@pytest.mark.parametrize("new", ["", "Nothing of it is left.", TEXT.replace("Tea comes after the second bell", "Rice")])
def test_words_that_are_gone_have_no_place(new):
    assert follow_passage(TEXT, new, at(TEXT, "Tea comes after the second bell")) is None


def test_a_deleted_word_does_not_move_to_its_double_in_another_sentence():
    old = "Bells ring.\n\nThe morning tea is green.\n\nNobody remembers who brought tea here.\n"
    new = old.replace("The morning tea is green.\n\n", "")
    assert follow_passage(old, new, at(old, "tea")) is None


def test_of_equal_words_the_same_one_is_followed():
    old = "tea and tea and tea"
    found = follow_passage(old, "More tea and tea and tea", Passage(8, 11))
    assert found == Passage(13, 16)


# Any edit


LETTERS = st.text("abc \n", max_size=12)


@given(LETTERS, LETTERS, st.text("xyz", min_size=1, max_size=8), LETTERS, LETTERS)
@example("a\nb", "b\na", "x", "", "\n\n")
def test_words_that_stay_are_never_lost_whatever_happens_around_them(before, after, words, new_before, new_after):
    old, new = before + words + after, new_before + words + new_after
    assert follow_passage(old, new, at(old, words)) == at(new, words)


@given(st.text("ab \n", max_size=30), st.data())
def test_one_edit_before_or_after_leaves_the_passage_even_among_its_doubles(text, data):
    old = text + "ab"
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    cut = data.draw(st.integers(0, start))
    new = old[:cut] + data.draw(LETTERS) + old[data.draw(st.integers(cut, start)) :]
    if not (words := old[start:end]).strip():
        return
    found = follow_passage(old, new, Passage(start, end))
    assert found is not None
    assert new[found.start : found.end] == words


# Finding


def test_typed_words_are_found_whatever_their_white_space():
    text = "One  two\nthree four"
    assert find_passage(text, " two three ") == at(text, "two\nthree")
    assert find_passage(text, "two  five") is None
    assert find_passage(text, "  ") is None


def test_of_several_places_the_nearest_is_taken():
    assert find_passage("tea, tea, tea", "tea", near=6) == Passage(5, 8)


def test_words_that_come_back_are_found_by_what_stood_around_them():
    context = context_of(TEXT, at(TEXT, "Tea comes"))
    assert find_returned("Then we talk.", TEXT, "Tea comes", context) == at(TEXT, "Tea comes")
    assert find_returned("Tea.", "Tea. Then we talk.", "Tea", Context("", "")) is None

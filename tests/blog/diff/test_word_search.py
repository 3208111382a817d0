"""Words are found as they were typed, edits can be taken back, and passages follow them."""

import random
import unicodedata

import pytest

from blog.diff.passage import Passage
from blog.diff.word_search import Edit, WordSearch, apply_edits, follow_edits


def found(text: str, words: str, **options) -> list[str]:
    return [text[place.start : place.end] for place in WordSearch(words, **options).find(text)]


def test_case_counts_only_when_asked():
    assert found("Tea, tea and TEA. Чай, чай.", "tea") == ["Tea", "tea", "TEA"]
    assert found("Tea, tea and TEA.", "tea", match_case=True) == ["tea"]
    assert found("Чай, чай.", "ЧАЙ") == ["Чай", "чай"]


def test_signs_of_patterns_are_signs_of_the_text():
    assert found("a.b axb (a.b) [x](a.b)", "a.b") == ["a.b"] * 3
    assert found(r"\d+ 12", r"\d+") == [r"\d+"]


@pytest.mark.parametrize("text", ["team", "steam", "tea_", "te\u0301a", "tea1"])
def test_whole_words_are_no_parts_of_words(text):
    assert found(text, "tea", whole_words=True) == []


@pytest.mark.parametrize("text", ["tea", "(tea)", "tea-pot", "**tea**", "tea's", "чёрный tea"])
def test_whole_words_end_where_words_end(text):
    assert found(text, "tea", whole_words=True) == ["tea"]


def test_signs_at_the_ends_need_no_end_of_a_word():
    assert found("a [x](http://old.example/y)", "http://old.example/", whole_words=True) == ["http://old.example/"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("asked", ["NFC", "NFD"])
@pytest.mark.parametrize("words", ["café", "чай", "ёж", "각"])
def test_a_letter_with_an_accent_is_one_letter_however_it_is_stored(words, form, asked):
    text = unicodedata.normalize(form, f"x {words} y")
    assert found(text, unicodedata.normalize(asked, words)) == [unicodedata.normalize(form, words)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_is_not_found_in_one_that_has_an_accent(form):
    assert found(unicodedata.normalize(form, "café"), "cafe") == []


def test_places_hidden_by_a_part_of_a_word_are_found():
    assert list(WordSearch("x x", whole_words=True).find("xx x x")) == [Passage(3, 6)]


@pytest.mark.parametrize(
    ("words", "options", "part"),
    [
        ("Tea", {}, "Tea"),
        ("чай", {}, ""),
        ("чай", {"match_case": True}, "ча"),
        ("café au lait", {}, " au lait"),
        ("cafe\u0301", {}, "caf"),
    ],
)
def test_a_database_is_asked_only_for_what_every_such_text_has(words, options, part):
    assert WordSearch(words, **options).sure_part == part


def test_edits_are_taken_back_by_their_inverse():
    chance = random.Random(7)  # noqa: S311
    for _round in range(200):
        text = "".join(chance.choices("abc d\n", k=60))
        edits = [Edit(*place, chance.choice(["", "x", "long words"])) for place in WordSearch("a").find(text)]
        new, inverse = apply_edits(text, edits)
        assert apply_edits(new, inverse)[0] == text


@pytest.mark.parametrize(
    ("passage", "words", "expected"),
    [
        ("green tea", "coffee", "green coffee"),  # at its end
        ("tea", "coffee", "coffee"),  # all of it
        ("tea", "", None),
        ("ea we", "coffee", "coffee we"),  # a part of the word
        ("gree", "coffee", "gree"),
        ("we drank", "coffee", "we drank"),
    ],
)
def test_a_passage_takes_what_replaces_its_words(passage, words, expected):
    text = "Of green tea we drank much."
    start = text.index(passage)
    edits = [Edit(*place, words) for place in WordSearch("tea").find(text)]
    new, _inverse = apply_edits(text, edits)
    place = follow_edits(Passage(start, start + len(passage)), edits)
    assert (place and new[place.start : place.end]) == expected

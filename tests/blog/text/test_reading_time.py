"""How long a text takes to read does not depend on whether its script has spaces."""

import pytest

from blog.text.reading_time import count_minutes, count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One *two* — three, 4!", 4),
        ("Oʻzbek gʻisht", 2),
        ("दीवार की ईंट", 3),  # its vowel signs are no letters of their own
        ("城市的墙", 2),
        ("เมืองหลวง", 1),
        ("Read [this](https://example.org/a/b/c) at https://example.org/x-y-z now", 4),
        ("See 城市 here", 3),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    assert count_words(text) == words


def test_a_minute_is_the_least_and_the_nearest_is_said():
    assert count_minutes("Tea.") == 1
    assert count_minutes("word " * 575) == 2
    assert count_minutes("word " * 580) == 3
    assert count_minutes("字" * 4_600) == 10


def test_the_longest_text_is_counted_at_once():
    assert count_words("](" * 80_000) == 0
    assert count_words("a(" * 80_000) == 80_000

"""Names that look alike: another's name is found in any disguise of its letters."""

import pytest

from blog.text.lookalikes import name_key


@pytest.mark.parametrize(
    "typed",
    [
        "alice verey",
        "ALICE VEREY",
        "  Alice   Verey ",
        "Alice\u00a0Verey",
        "AliceVerey",
        "Alice Verey.",
        "Alice\u200b Ve\u200drey",
        "\u0410lice Verey",  # a Cyrillic A
        "Al\u0456ce V\u0435r\u0435y",
        "\uff21lice Verey",  # full width
        "𝐀𝐥𝐢𝐜𝐞 Verey",
        "AIice Verey",  # a capital I
        "A1ice Verey",
    ],
)
def test_they_fold_to_alice(typed):
    assert name_key(typed) == name_key("Alice Verey")


@pytest.mark.parametrize("other", ["Alicia Verey", "Alice", "Álice Verey", "Alice Verey 2", "Мария", "علي"])
def test_they_are_somebody_else(other):
    assert name_key(other) not in {"", name_key("Alice Verey")}


def test_a_name_in_another_script_is_not_case_sensitive():
    assert name_key("МАРИЯ") == name_key("мария") != name_key("марина")


@pytest.mark.parametrize("nothing", ["", " ", "...", "\u200b", "☃"])
def test_a_line_without_a_name_has_no_author(nothing):
    assert name_key(nothing) == ""


def test_zeros_between_letters_are_letters_and_years_are_not():
    assert name_key("B0b") == name_key("Bob")
    assert name_key("Bob 2001") != name_key("Bob 2OO1")

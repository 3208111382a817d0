import pytest
from django.core.exceptions import ValidationError

from blog.text.validators import validate_single_line, validate_storable


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Salom, dunyo!\n\tO‘zbekiston – Қорақалпақстон",
        "a\r\nb\rc",
        "next line\u0085here",
        "سلام\u200c ‏שלום",
        "\u202dturned round\u202c",
        "👩\u200d👩\u200d👧 and \U0010fffd",
    ],
)
def test_text_of_any_language_is_storable(text):
    assert validate_storable(text) is None


@pytest.mark.parametrize("character", list("\x00\x01\x08\x0b\x0c\x0e\x1b\x1f\x7f\x80\x84\x86\x9f\ufffe\uffff"))
def test_controls_and_noncharacters_are_not_storable(character):
    with pytest.raises(ValidationError) as refusal:
        validate_storable(f"before{character}after")
    assert refusal.value.code == "unstorable"


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_a_lone_surrogate_is_not_storable(code):
    with pytest.raises(ValidationError, match="cannot be stored"):
        validate_storable(chr(code))


def test_storable_text_can_be_encoded():
    text = "".join(map(chr, [0x20, 0x85, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFD]))
    assert validate_storable(text) is None
    assert text.encode()


@pytest.mark.parametrize("name", ["Alice", "Zulfiya Isroilova", "Ибн Сино", "محمد", "O'Brien-Łukasz", "李白", "🐪"])
def test_a_name_is_a_single_line(name):
    assert validate_single_line(name) is None


@pytest.mark.parametrize("mark", list("\n\r\t\u0085\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_a_name_holds_no_line_break_and_no_change_of_direction(mark):
    with pytest.raises(ValidationError) as refusal:
        validate_single_line(f"Alice{mark}Bob")
    assert refusal.value.code == "not_single_line"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\ud800"])
def test_a_name_is_storable_too(character):
    with pytest.raises(ValidationError) as refusal:
        validate_single_line(f"Alice{character}")
    assert refusal.value.code == "unstorable"

"""How text becomes keys and a typed line becomes a query: no database needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.fulltext.query import MAX_QUERY_LENGTH, MAX_TERMS, Query, Term, format_query, parse_query
from blog.fulltext.spelling import edit_distance, nearest_words
from blog.search.excerpt import MAX_WORDS, build_excerpt
from blog.text.tokens import MAX_KEY_LENGTH as LONGEST_KEY
from blog.text.tokens import token_keys, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tea, then TALK.", ["tea", "then", "talk"]),
        ("Sózi sozi SOZİ cafe\u0301", ["sozi", "sozi", "sozi", "cafe"]),
        ("Straße Łódź Øre Ærø", ["strasse", "lodz", "ore", "aero"]),
        ("oʻzbek o'zbek o’zbek G‘ijduvon", ["ozbek", "ozbek", "ozbek", "gijduvon"]),
        ("Alice's don't", ["alice", "s", "don", "t"]),
        ("Ёлка ёж йод ЙОД", ["елка", "еж", "йод", "йод"]),
        ("مُدَرِّسٌ مدرس", ["مدرس", "مدرس"]),
        ("Σίσυφος ΣΙΣΥΦΟΣ", ["σισυφοσ", "σισυφοσ"]),
        ("snake_case x² 10,000", ["snake", "case", "x2", "10", "000"]),
        ("\u0301 \x00 😀 -- ", []),
    ],
)
def test_words_are_folded_alike_however_they_are_written(text, expected):
    assert token_keys(text) == expected


@given(st.text())
def test_any_text_becomes_letters_and_digits_at_their_places(text):
    for start, end, key in tokenize(text):
        assert key.isalnum() or not key.isascii()
        assert not set(key) & set("'\" *^@+#=~%\\|&!():")
        assert 0 < len(key) <= LONGEST_KEY
        assert text[start:end]


def term(*words, field="", prefix=False):
    return Term(words, field, prefix)


@pytest.mark.parametrize(
    ("text", "all_of", "none_of"),
    [
        ("tea talk", [[term("tea")], [term("talk")]], []),
        ('"silk road"', [[term("silk", "road")]], []),
        ("“silk road”", [[term("silk", "road")]], []),
        ("tea -talk -“silk road”", [[term("tea")]], [term("talk"), term("silk", "road")]),
        ("tea OR talk OR rice road", [[term("tea"), term("talk"), term("rice")], [term("road")]], []),
        ("tea or talk", [[term("tea")], [term("or")], [term("talk")]], []),
        ("min*", [[term("min", prefix=True)]], []),
        ('"silk ro*"', [[term("silk", "ro", prefix=True)]], []),
        ("m*", [[term("m")]], []),
        ("author:Verey", [[term("verey", field="author")]], []),
        ('Author:"Ottoline Verey"', [[term("ottoline", "verey", field="author")]], []),
        ("-tag:tea", [], [term("tea", field="tag")]),
        ("year:2012", [[term("2012", field="year")]], []),
        ("year:12 year:x", [[term("12")], [term("x")]], []),
        ("author: tag:", [[term("author")], [term("tag")]], []),
        ("see:this", [[term("see", "this")]], []),
        ("well-known", [[term("well", "known")]], []),
        ('"open end', [[term("open", "end")]], []),
        ("OR", [], []),
        ("tea OR", [[term("tea")]], []),
        ("OR OR tea", [[term("tea")]], []),
        ('"" - * -"" : OR -OR', [], [term("or")]),
    ],
)
def test_a_typed_line_is_read_as_its_writer_meant_it(text, all_of, none_of):
    assert parse_query(text) == Query(tuple(map(tuple, all_of)), tuple(none_of))


@given(st.text() | st.text(alphabet='ab"-*:OR \u0301\x00author'))
def test_any_line_is_read_and_what_is_written_of_it_means_the_same(text):
    query = parse_query(text)
    assert (
        parse_query(format_query(query)) == query or query.is_truncated or len(format_query(query)) > MAX_QUERY_LENGTH
    )


def test_a_long_line_is_cut_and_says_so():
    assert parse_query("tea " * MAX_TERMS).is_truncated is False
    assert parse_query("tea " * (MAX_TERMS + 1)).is_truncated
    assert len(parse_query("tea " * (MAX_TERMS + 1)).all_of) == MAX_TERMS
    assert parse_query("a" * 10_000).is_truncated


def test_distance_counts_typing_errors():
    assert [edit_distance("bridge", other) for other in ("bridge", "brigde", "bride", "bridges", "fridge", "house")] == [  # noqa: E501
        0, 1, 1, 1, 1, 5,
    ]  # fmt: skip
    assert nearest_words("brigde", ["bridge", "bribe", "house"], count=3) == ["bridge", "bribe"]
    assert nearest_words("tea", ["sea", "toad"], count=3) == ["sea"]


def shown(text: str, *phrases, stems=None) -> str:
    pieces = build_excerpt(text, tokenize(text), phrases, stems or {})
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_an_excerpt_shows_the_words_found_as_they_stand_in_the_text():
    assert shown("Tea; TEÁ, teas.", ("tea",)) == "[Tea]; [TEÁ], teas."
    assert shown("The silk road, a road of silk.", ("silk", "road")) == "The [silk road], a road of silk."
    assert shown("Minarets and a minaret", ("minar*",)) == "[Minarets] and a [minaret]"
    assert shown("Roads", ("road",), stems={"roads": "road"}) == "[Roads]"
    assert shown("Nothing of it.", ("tea",)) == "Nothing of it."
    assert shown("", ("tea",)) == ""


def test_an_excerpt_is_cut_around_the_place_where_most_of_the_words_stand():
    text = "tea " + "filler " * 100 + "tea and rice " + "filler " * 100
    said = shown(text, ("tea",), ("rice",))
    assert "[tea] and [rice]" in said
    assert said.startswith("… filler")
    assert said.endswith("filler …")
    assert len(said.split()) <= MAX_WORDS + 2
    assert len(shown("x" * 100_000, ("tea",))) < 700

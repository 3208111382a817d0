"""Values that PHP has serialised are read by bytes, as scalars and arrays, and never become objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registan.transfer.records.php_values import MAX_PHP_DEPTH, UnreadablePhp, parse_php


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N;", None),
        ("b:1;", True),
        ("i:-12;", -12),
        ("d:0.5;", 0.5),
        ("d:1.0E+25;", 1e25),
        ('s:3:"a"b";', 'a"b'),
        ('s:4:"";"x";', '";"x'),
        ('s:12:"Привет";', "Привет"),
        ('a:2:{i:0;s:1:"a";s:1:"k";a:0:{}}', {0: "a", "k": {}}),
    ],
)
def test_scalars_and_arrays_are_read(text, value):
    assert parse_php(text) == value
    assert type(parse_php(text)) is type(value)


def test_a_string_that_lost_the_cr_of_its_line_breaks_is_read():
    assert parse_php('a:2:{i:0;s:8:"a\r\nb\r\nc;";i:1;i:5;}'.replace("\r\n", "\n")) == {0: "a\nb\nc;", 1: 5}
    assert parse_php('s:10:"a";\n";\nb";') == 'a";\n";\nb'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        'O:8:"stdClass":0:{}',
        'C:3:"Foo":0:{}',
        'a:1:{i:0;O:3:"Foo":0:{}}',
        "R:1;",
        'E:3:"A:B";',
        's:5:"abc";',
        's:1:"abc";',
        "a:1:{i:0;i:1;",
        "a:1:{b:1;i:1;}",
        "a:1:{N;i:1;}",
        "i:1;i:2;",
        "i:1_0;",
        "d:NAN;",
        "a:1:{i:0;" * (MAX_PHP_DEPTH + 2) + "}" * (MAX_PHP_DEPTH + 2),
        "a:999999999:{}",
        "a:60000:{" + "i:0;a:60000:{}" * 2,
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(UnreadablePhp):
        parse_php(text)


def serialise(value) -> str:
    if isinstance(value, dict):
        pairs = "".join(serialise(key) + serialise(each) for key, each in value.items())
        return f"a:{len(value)}:{{{pairs}}}"
    if isinstance(value, bool) or value is None:
        return "N;" if value is None else f"b:{int(value)};"
    return f"i:{value};" if isinstance(value, int) else f's:{len(value.encode())}:"{value}";'


KEYS = st.integers(-(10**17), 10**17) | st.text(max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | KEYS, lambda inner: st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_what_was_serialised_is_read_as_it_was(value):
    assert parse_php(serialise(value)) == value


@given(st.lists(st.text(alphabet='ab";\r\n', max_size=12), max_size=3))
def test_strings_are_read_after_xml_took_their_crs(strings):
    value = {number: text.replace("\n", "\r\n") for number, text in enumerate(strings) if "\r" not in text}
    try:
        read = parse_php(serialise(value).replace("\r\n", "\n"))
    except UnreadablePhp:
        return  # refused is honest, where the end is not certain
    assert read.keys() == value.keys()

"""Plain text is wrapped at 72 columns, and quotations stay quotations."""

from hypothesis import given
from hypothesis import strategies as st

from comments.mail.wrap import COLUMNS, quote_lines, wrap_text


def test_long_lines_are_wrapped_and_short_lines_left():
    text = "Short.\n\n" + "word " * 40
    lines = wrap_text(text).splitlines()
    assert lines[:2] == ["Short.", ""]
    assert max(map(len, lines)) <= COLUMNS
    assert "".join(lines[2:]).replace(" ", "") == "word" * 40


def test_an_address_stays_whole_however_long():
    address = "https://blog.example.org/subscribe/off/" + "x" * 200 + "/"
    assert address in wrap_text(f"Stop these mails: {address}").splitlines()


def test_every_line_of_a_wrapped_quotation_is_quoted():
    lines = wrap_text(quote_lines("tea " * 60 + "\n\nAnd more.\u2028Decide: here")).splitlines()
    assert len(lines) > 4
    assert all(line.startswith(">") for line in lines)


def test_the_signature_line_keeps_its_space():
    assert "\n-- \nRegistan" in wrap_text("Words.   \n-- \nRegistan")


def test_several_empty_lines_become_one():
    assert wrap_text("a\n\n\n\n\nb\n\n") == "a\n\nb\n"


@given(st.text())
def test_no_letter_is_lost_in_any_script(text):
    assert "".join(wrap_text(text).split()) == "".join(text.split())

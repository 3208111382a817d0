"""Block quotes of readers' texts are found as lines of the source, and emptied without a word of the rest."""

import pytest

from blog.markup.quotation_lines import quotation_lines, replace_quotations
from blog.markup.renderer import render_reader_markdown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("> Said.\n\nMine.", "> […]\n\nMine."),
        ("Before.\n> Said.\nlazy line\n\nMine.", "Before.\n> […]\n\nMine."),
        ("> One.\n>\n> > Two.\n\nMine.", "> […]\n\nMine."),
        ("- > Said\n  > more\n- Mine.", "- > […]\n\n- Mine."),
        ("> Said.\r\n> More.\r\n\r\nMine.", "> […]\n\nMine."),
        ("> Said.", "> […]"),
        ("```\n> code\n```\n> Said.", "```\n> code\n```\n> […]"),
    ],
)
def test_a_quotation_is_emptied_and_the_rest_stays(text, left):
    assert replace_quotations(text, [0], "[…]") == left
    assert "Said" not in render_reader_markdown(left)


def test_the_others_keep_their_places():
    text = "> One.\n\nA.\n\n> Two.\n\nB.\n\n> Three."
    assert replace_quotations(text, [0, 2], "…") == "> …\n\nA.\n\n> Two.\n\nB.\n\n> …"
    assert len(quotation_lines(text)) == 3


def test_a_place_that_there_is_not_changes_nothing():
    assert replace_quotations("> One.", [4], "…") == "> One."

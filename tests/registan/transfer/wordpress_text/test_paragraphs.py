"""Classic texts have the paragraphs and lines that WordPress shows."""

import pytest

from tests.registan.transfer.wordpress_text.old_site import markdown


def test_an_empty_line_begins_a_paragraph_and_a_line_is_a_line():
    assert markdown("One\r\ntwo\r\n\r\n \r\nthree") == "One\\\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("before\n<h3>Title</h3>\nafter", "before\n\n### Title\n\nafter"),
        ("<blockquote>one\n\ntwo</blockquote>", "> one\n>\n> two"),
        ("<ul>\n<li>a</li>\n<li>b\nc</li>\n</ul>", "- a\n- b\\\n  c"),
        ("<div>a\n\nb</div>c", "a\n\nb\n\nc"),
        ("<em>a\n\nb</em>", "*a*\n\n*b*"),
        ("<p>a\nb</p>\n<p>c</p>", "a\\\nb\n\nc"),
        ("a<br />\nb", "a\\\nb"),
        ("<p>a<br /><br />b<br /></p>", "a\n\nb"),
        ("a\n<hr />\nb", "a\n\n---\n\nb"),
        ("<a\nhref='/x' title='y\nz'>a</a>", "[a](http://www.old.example/x)"),
    ],
)
def test_tags_that_begin_blocks_end_the_paragraph(typed, expected):
    assert markdown(typed) == expected


def test_a_video_on_a_line_of_its_own_is_played_there():
    lines = "see\nhttps://youtu.be/abcdefghijk\nand\nhttps://a.example/page\ntoo"
    assert markdown(lines) == "see\n\nhttps://youtu.be/abcdefghijk\n\nand\\\nhttps://a.example/page\\\ntoo"


def test_what_only_begins_like_an_address_is_words():
    assert markdown("a\nhttps://℀.example/\nb") == "a\\\nhttps://℀.example/\\\nb"


def test_code_keeps_its_empty_lines():
    assert markdown("a\n<pre>b\n\n  c</pre>\nd") == "a\n\n```\nb\n\n  c\n```\n\nd"


def test_words_that_would_be_markdown_stay_words():
    typed = "# no heading\n\n* no list\n\n1. no number\n\na *b* [c](d) `e` $f$ <3 & &amp;lt;"
    expected = "\\# no heading\n\n\\* no list\n\n1\\. no number\n\na \\*b\\* \\[c\\](d) \\`e\\` \\$f\\$ \\<3 & \\&lt;"
    assert markdown(typed) == expected


def test_line_breaks_mean_nothing_in_a_text_with_blocks():
    assert markdown("<!-- wp:paragraph -->\n<p>a\nb</p>\n<!-- /wp:paragraph -->") == "a b"

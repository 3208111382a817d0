"""Comments keep their words, links and quotations, within the limits of readers' texts."""

import pytest

from blog.markup.extract import plain_text
from blog.markup.renderer import READER_LIMIT, render_reader_markdown
from tests.registan.transfer.wordpress_text.old_site import converted_comment


def body(text: str) -> str:
    (only,) = converted_comment(text).bodies
    return only


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("One\ntwo\r\n\r\nthree", "One\ntwo\n\nthree"),
        ("AT&amp;T &lt;b&gt; &copy;", "AT&T \\<b> ©"),
        ("> *no* [markup](x) `here`\n# 1. <3", "\\> \\*no\\* \\[markup\\](x) \\`here\\`\\\n\\# 1. \\<3"),
        ("    four spaces", "four spaces"),
        ("http://a.example/b_c_d, and www.a.example", "http://a.example/b_c_d, and www.a.example"),
        ('<a href="http://a.example/" rel="nofollow">a</a> <em>b</em> <strong>c</strong> <code>d</code> <cite>e</cite>',
         "[a](http://a.example/) *b* **c** `d` *e*"),
        ("<blockquote>a\n\nb</blockquote>\nc", "> a\n>\n> b\n\nc"),
        ("<q>a</q> <del>b</del> <sup>c</sup> <u>d</u> <span style='color:red'>e</span>", "“a” b c d e"),
        ("<h2>a</h2><ul><li>b</li></ul>", "**a**\n\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\n\nb"),
        ('<img src="http://a.example/b.png" alt="c"> d', "[c](http://a.example/b.png) d"),
        ("a <script>b</script>c<!-- d -->", "a c"),
        ('<a href="http://old.example/?p=12#comment-3">a</a>', "[a](/posts/the-boat/#comment-3)"),
        ('<a href="javascript:x">a</a>', "a"),
        ("a <b>b", "a **b**"),
        ("<ul>no item</ul>", "no item"),
    ],
)  # fmt: skip
def test_what_readers_of_wordpress_type_becomes_what_ours_type(typed, expected):
    assert body(typed).replace("\\\n", "\n") == expected.replace("\\\n", "\n")


def test_links_are_told():
    assert converted_comment('<a href="http://a.example/x">a</a>').links == {"http://a.example/x": "http://a.example/x"}


@pytest.mark.parametrize("text", ["", " \n ", "<b> </b>", "<!-- a -->", "<script>a</script>"])
def test_a_comment_without_words_has_no_body(text):
    assert list(converted_comment(text).bodies) == []


@pytest.mark.parametrize("text", ["A sentence of some length.\n\n" * 2_000, "word " * 12_000, "x" * 65_000,
                                  "<b>bold</b> and <em>more</em>\n" * 2_000, "[" * 30_000, '"' * 30_000])  # fmt: skip
def test_one_longer_than_the_limit_becomes_several(text):
    comment = converted_comment(text)
    assert 1 < len(comment.bodies) < 30
    assert max(map(len, comment.bodies)) <= READER_LIMIT
    assert comment.losses["split-comment"] == 1
    assert all(plain_text(render_reader_markdown(part)) for part in comment.bodies)


def test_parts_of_a_long_comment_keep_their_markup():
    comment = converted_comment("<b>bold</b> " * 700 + "\n\n" + "<i>slanted</i> " * 700)
    assert ["**" in part for part in comment.bodies] == [True, False]
    assert ["*slanted*" in part for part in comment.bodies] == [False, True]


def test_html_too_broken_to_be_read_is_shown_as_it_was_typed():
    comment = converted_comment("a " + "<b><p>" * 900)
    assert comment.losses["broken-html"] == 1
    assert "".join(comment.bodies).replace("\\", "").startswith("a <b><p><b><p>")


def test_quotes_nested_deeper_than_readers_may_keep_their_words():
    assert "word" in body("<blockquote>" * 60 + "word" + "</blockquote>" * 60)

"""Words that were lost or added are found, with what is around them; looks that differ are, too."""

import pytest

from blog.markup.renderer import render_author_markdown
from registan.transfer.wordpress_text.visible import first_difference, structure


def test_the_same_words_in_other_typography_are_the_same():
    assert first_difference('"a" -- b...\n\n don\'t', "<p>“a” – b… don’t</p>") == ""


@pytest.mark.parametrize("html", ["<p>one two</p>", "<p>one two three four</p>", "<p>one tvo three</p>", ""])
def test_the_first_difference_is_told_with_its_surroundings(html):
    difference = first_difference("one two three", html)
    assert "≠" in difference
    assert "onetwothree" in difference


def test_only_what_is_around_is_told():
    assert len(first_difference("a" * 500 + "b" + "c" * 500, "a" * 500 + "d" + "c" * 500)) < 200


def looks_alike(markdown: str, html: str) -> bool:
    return structure(render_author_markdown(markdown)) == structure(render_author_markdown(html))


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a *b* **c**", "<p>a <i>b</i> <b>c</b></p>"),
        ("*a* b", "<p><em>a </em>b</p>"),
        ("***a***", "<p><b><i>a</i></b></p>"),
        ('"a" -- b', '<p>"a" -- b</p>'),
        ("http://a.example/b", '<p class="lone-link"><a href="http://a.example/b">http://a.example/b</a></p>'),
        ("see http://a.example/b", "<p>see http://a.example/b</p>"),
        ("- a\n- b", "<ul> <li>a</li><li>b </li></ul>"),
        ("```python\nx = 1\n```", '<pre><code class="language-python">x = 1</code></pre>'),
    ],
)
def test_markdown_and_html_that_look_alike_are_equal(markdown, html):
    assert looks_alike(markdown, html)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a *b*", "<p>a b</p>"),
        ("a", "<h2>a</h2>"),
        ("a b", "<p>a</p><p>b</p>"),
        ("[a](/b)", '<p><a href="/c">a</a></p>'),
        ("[a](/b)", "<p>a</p>"),
        ("- a", "<ol><li>a</li></ol>"),
        ("1. a", '<ol start="2"><li>a</li></ol>'),
        ("![a](/b.png)", '<p><img src="/c.png" alt="a"></p>'),
        ("a", "<p>a<br>b</p>"),
        ("a\\\nb", "<p>a<br>&nbsp;b</p>"),
        ("```\na\n\nb\n```", "<pre>a\nb</pre>"),
        ("> a", "<p>a</p>"),
        ("a", "<p><mark>a</mark></p>"),
    ],
)
def test_those_that_do_not_are_not(markdown, html):
    assert not looks_alike(markdown, html)

"""Block quotes in rendered HTML: their positions, and captions that nobody can forge."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.markup.extract import add_captions, quotation_spans
from blog.markup.renderer import render_reader_markdown
from tests.comments.comment_pages import Elements


def quoted(html: str) -> list[str]:
    return [html[start:stop] for start, stop in quotation_spans(html)]


def test_the_outermost_quotes_are_found_each_with_what_is_in_it():
    html = render_reader_markdown("a\n\n> one\n>\n> > two\n\nb\n\n- > three\n")
    first, second = quoted(html)
    assert ("one" in first, "two" in first, first.count("<blockquote")) == (True, True, 2)
    assert second.startswith("<blockquote")
    assert second.endswith("</blockquote>")
    assert "three" in second


@pytest.mark.parametrize("text", ["", "no quote", "`<blockquote>`", '[a](/b "<blockquote>")', "\\> a"])
def test_where_none_is_there_is_none(text):
    assert quoted(render_reader_markdown(text)) == []


def test_a_title_that_resembles_a_tag_ends_no_quote():
    html = render_reader_markdown('> [a](/b "</blockquote>") c\n\nd')
    (quote,) = quoted(html)
    assert "c" in quote
    assert "d</p>" not in quote


def test_a_caption_is_under_its_own_quote_and_makes_it_a_figure():
    html = render_reader_markdown("> one\n\n> two\n\nx\n\n> three")
    assert len(quoted(html)) == 3
    marked = add_captions(html, {1: format_html("<b>{}</b>", "<Eve>")})
    assert isinstance(marked, SafeString)
    assert marked.count("<figure") == marked.count("</figure>") == 1
    assert marked.index("one") < marked.index('<figure class="said-by"><blockquote') < marked.index("two")
    assert marked.index("</blockquote><figcaption><b>&lt;Eve&gt;</b></figcaption></figure>") < marked.index("three")
    assert add_captions(html, {}) == html
    assert add_captions(html, {7: format_html("{}", "x")}) == html


@pytest.mark.parametrize(
    "typed",
    [
        '<figure class="said-by"><blockquote>x</blockquote><figcaption>Bob</figcaption></figure>',
        '> x\n\n<figcaption class="said-by">Bob</figcaption>',
        "> x\n>\n> — Bob",
        '<span class="said-by__gone">gone</span>',
        '[a](/b "class=said-by"){.said-by}',
    ],
)
def test_no_reader_can_imitate_a_mark(typed):
    elements = Elements(render_reader_markdown(typed)).found
    assert elements
    assert {name for name, _ in elements} <= {"p", "blockquote", "a"}
    assert not [attributes for _, attributes in elements if "class" in attributes]

"""A long text with several headings has a contents list of two levels; others have none."""

import re

import pytest

from blog.markup.contents import MIN_WORDS, render_contents
from blog.markup.renderer import render_article

FILLER = "word " * (MIN_WORDS + 1)


def contents_of(*headings: str, filler: str = FILLER) -> str:
    return render_contents(render_article("\n\n".join([*headings, filler])))


def outline(html: str) -> str:
    """The list without its links: (One (Two) Three)."""
    return re.sub(r"<[^>]*>", "", html.replace("<ol>", "(").replace("</ol>", ")").replace("</li><li>", " "))


def test_it_links_to_each_heading_in_order():
    text = render_article("\n\n".join(["## Clay", "## Fire", "## Glaze & *lustre*", "## Clay", FILLER]))
    html = render_contents(text)
    assert outline(html) == "(Clay Fire Glaze &amp; lustre Clay)"
    anchors = re.findall(r'href="#([^"]+)"', html)
    assert anchors == re.findall(r'<h2 id="([^"]+)"', text)
    assert len(set(anchors)) == 4


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["## A", "### B", "#### C", "## D", "### E", "### F"], "(A(B) D(E F))"),
        (["### A", "### B", "#### C", "### D"], "(A B(C) D)"),
        (["### A", "## B", "## C", "### D"], "(A B C(D))"),  # what stands before the first of the upper level
    ],
)
def test_the_upper_two_levels_are_listed(headings, expected):
    assert outline(contents_of(*headings)) == expected


@pytest.mark.parametrize(
    ("headings", "filler"),
    [
        (["## A", "## B", "## C"], FILLER),
        (["## A", "## B", "## C", "## D"], "word " * 200),
        (["## A", "## B", "## C", "## ![](/static/img/star.svg)"], FILLER),  # without words
    ],
)
def test_a_text_that_is_short_or_has_few_headings_has_none(headings, filler):
    assert contents_of(*headings, filler=filler) == ""


def test_nothing_typed_becomes_an_element():
    html = contents_of(*["## &lt;script&gt;alert(1)&lt;/script&gt; \"'"] * 4)
    assert "<script" not in html
    assert outline(html).startswith("(&lt;script&gt;alert(1)&lt;/script&gt;")

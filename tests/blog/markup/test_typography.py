"""Curly quotes, dashes and ellipses: in posts, comments, summaries, sources and epigraphs alike, and never in code."""

import pytest

from blog.markup.attributions import find_attributions, parse_attribution, render_attribution
from blog.markup.renderer import render_author_markdown, render_reader_markdown
from blog.markup.typography import typeset
from blog.models import Source
from tests import factories

TYPED = "She said \"don't\" -- and 'left'..."
SET = "She said “don’t” – and ‘left’…"


def test_comments_have_the_signs_of_posts():
    assert SET in render_author_markdown(TYPED)
    assert render_reader_markdown(TYPED) == f'<p dir="auto">{SET}</p>\n'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('`"code" --`', '<code dir="ltr">"code" --</code>'),
        ('https://tea.example/a--b?q="x"', 'href="https://tea.example/a--b?q='),
        ('\\"so typed\\"', '"so typed"'),
        ('"*all*"', "“<em>all</em>”"),
        ('> "Tea"', "“Tea”"),
    ],
)
def test_code_addresses_and_escaped_signs_of_a_comment_stay(typed, shown):
    assert shown in render_reader_markdown(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (TYPED, SET),
        ("", ""),
        ('"https://tea.example/a--b\'c"', "“https://tea.example/a--b'c”"),
        ("the '90s, 1907--1911", "the ’90s, 1907–1911"),
    ],
)
def test_plain_text_has_them_too(typed, shown):
    assert typeset(typed) == shown


def test_the_line_under_an_epigraph_has_them_and_means_the_same_source():
    line = 'O\'Neil, *The "Cup"*, p. 12'
    assert render_attribution(line) == "O’Neil, <cite>The “Cup”</cite>, p. 12"
    (in_text,) = find_attributions(render_author_markdown(f"> Tea.\n>\n> — {line}"))
    assert in_text.key == parse_attribution(render_attribution(line)).key


@pytest.mark.django_db
def test_readers_see_them_in_summaries_and_sources_and_authors_what_they_typed(visitor, alice):
    post = factories.post(summary=TYPED, epigraph="Tea.", epigraph_source='Anon, *The "Cup"*')
    Source.objects.update(work='The "Cup" -- again')
    for address in ("/", post.get_absolute_url(), "/feed/", "/feed/atom/"):
        assert SET in visitor.get(address).content.decode(), address
    assert "The “Cup” – again" in visitor.get("/sources/").content.decode()
    assert "<cite>The “Cup”</cite>" in visitor.get(post.get_absolute_url()).content.decode()
    post.refresh_from_db()
    assert post.summary == TYPED
